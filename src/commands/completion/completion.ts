/** Shell completion: the script for each shell, and the hidden command that the scripts call. */

import type { Command } from "commander";
import { TEXT_LIMITS } from "../../base/limits.ts";
import { examples } from "../../talk/examples.ts";
import { isInteractive, note } from "../../talk/say.ts";
import type { Needs, World } from "../../world.ts";
import { SHELLS, type Shell } from "./shells.ts";

const HOW: Record<Shell, string> = {
  bash: 'in ~/.bashrc (on macOS: ~/.bash_profile): eval "$(twinseed completion bash)"',
  zsh: "in ~/.zshrc, after compinit: source <(twinseed completion zsh)",
  fish: "once: twinseed completion fish > ~/.config/fish/completions/twinseed.fish",
  powershell: "in $PROFILE: twinseed completion powershell | Out-String | Invoke-Expression",
};

export function registerCompletion(program: Command, world: World): void {
  program
    .command("completion")
    .description("print the script that completes commands, options, accounts and devices in a shell")
    .addArgument(program.createArgument("<shell>").choices(SHELLS))
    .action((shell: Shell) => completion(shell, world));
  program
    .command("__complete", { hidden: true })
    .addArgument(program.createArgument("<shell>").choices(SHELLS))
    .action((shell: Shell) => complete(program, shell, world));
  examples(
    program,
    "completion",
    'eval "$(twinseed completion bash)"  # in ~/.bashrc',
    "source <(twinseed completion zsh)  # in ~/.zshrc, after compinit",
    "twinseed completion fish > ~/.config/fish/completions/twinseed.fish",
    "twinseed completion powershell | Out-String | Invoke-Expression  # $PROFILE",
  );
}

async function completion(shell: Shell, needs: Needs<"stdout" | "stderr" | "terminal">): Promise<void> {
  const { SCRIPTS } = await import("./scripts.ts");
  needs.stdout.write(SCRIPTS[shell]);
  if (isInteractive(needs)) note(needs, HOW[shell]);
}

/** Answers from the ledger alone, so nothing is unlocked. Fails silently, because the user is in the middle of typing. */
async function complete(
  program: Command,
  shell: Shell,
  needs: Needs<"stdin" | "stdout" | "ledger">,
): Promise<void> {
  try {
    const { answer } = await import("./suggest.ts");
    const asked = new TextDecoder().decode(await needs.stdin.readAll(TEXT_LIMITS.commandLineBytes));
    needs.stdout.write(answer(shell, asked, program, needs.ledger));
  } catch {
    // Nothing to offer.
  }
}
