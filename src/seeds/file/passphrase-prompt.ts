/** Asks at the terminal for the passphrase of the file store. Loaded only then: to check one takes longer. */
import type { SeedStoreDeps } from "../needs.ts";
import { noTerminalError, wrongOpenerError } from "./opener-errors.ts";
import { kindsOf, type Opener, type Slots, type Unlocked } from "./slots.ts";

const TRIES = 3;

/** Throws UserError (exit 6) if there is no terminal, or no passphrase opens it. */
export async function askPassphrase(
  deps: SeedStoreDeps,
  slots: Slots,
  unlockWith: (opener: Opener) => Promise<Unlocked | undefined>,
): Promise<Unlocked> {
  const terminal = deps.terminal();
  if (!terminal) throw noTerminalError(deps, kindsOf(slots));
  for (let i = 1; ; i++) {
    const passphrase = await terminal.askHidden("Passphrase for the seeds: ");
    const unlocked = await unlockWith({ kind: "passphrase", passphrase });
    if (unlocked) return unlocked;
    if (i === TRIES) throw await wrongOpenerError(deps.folder, "passphrase", slots);
    deps.note("wrong passphrase, try again");
  }
}
