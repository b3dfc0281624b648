/** The command line as commander sees it. Made afresh on each run: commander keeps state. */
import { Command, CommanderError } from "commander";
import { COMMANDS } from "./commands/index.ts";
import type { Context } from "./context.ts";
import { Exit, ExitCode } from "./errors.ts";
import { printable } from "./printable.ts";
import { VERSION } from "./version.ts";

const EXIT_CODES = `
Exit codes: 0 done, 1 failed, 2 wrong command line, 3 not found, 4 several match, 5 unreadable input,
6 seed store locked or missing, 7 no unspent code now, 8 audit findings, 130 interrupted.`;

/** Throws Exit after help, version and usage errors; UserError from commands. */
export async function parse(args: readonly string[], ctx: Context): Promise<void> {
  const program = new Command("twinseed")
    .description("One seed, every device: TOTP codes, and the QR code again for your next device")
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => ctx.stdout.write(text),
      writeErr: (text) => ctx.stderr.write(ourStyle(text)),
    })
    .addHelpText("after", EXIT_CODES);
  for (const register of COMMANDS) register(program, ctx);
  try {
    await program.parseAsync(args.length === 0 ? ["--help"] : [...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new Exit(error.exitCode === 0 ? ExitCode.done : ExitCode.usage);
  }
}

/** commander quotes the arguments, which come from outside. */
function ourStyle(text: string): string {
  const lines = text
    .split("\n")
    .map((line) => printable(line, 300))
    .filter((line) => line !== "");
  return lines
    .map((line) => `twinseed: ${line}\n`)
    .join("")
    .replace(
      /\(Did you mean (?:one of )?(.*)\?\)/,
      (_, names: string) => `hint: did you mean ${choice(names)}?`,
    );
}

function choice(names: string): string {
  return names
    .split(", ")
    .map((name) => `"${name}"`)
    .join(" or ");
}
