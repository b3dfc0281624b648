/** The change that gives the file store another passphrase. Every other way to open it stays. */
import { ExitCode, UserError } from "../../base/errors.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { askNewPassphrase } from "./ask-passphrase.ts";
import { unlockStore } from "./file-store.ts";
import type { ListChange } from "./prepared-change.ts";
import type { Slot } from "./slot-file.ts";
import { type Opener, openSlot, readSlots } from "./slots.ts";

/**
 * Replaces the slot of the passphrase that opens the store; or, if something else opens it, the only passphrase that there is.
 * Throws UserError: exit 6 if the store can't be opened, or if it has several passphrases and none of them is given.
 */
export async function passphraseChange(deps: SeedStoreDeps, given: string | undefined): Promise<ListChange> {
  const { opener } = await unlockStore(deps);
  const slots = readSlots(deps.folder).usable.filter(({ kind }) => kind === "passphrase");
  const replaces = await replacedBy(slots, opener, deps);
  return { add: { kind: "passphrase", passphrase: given ?? (await asked(deps)) }, replaces };
}

async function asked(deps: SeedStoreDeps): Promise<string> {
  const terminal = deps.terminal();
  if (terminal !== undefined) return askNewPassphrase(terminal, deps.note, deps.random, "the seeds");
  throw new UserError("no terminal to ask for the new passphrase on", ExitCode.usage, [
    "in scripts: --passphrase-file FILE",
  ]);
}

async function replacedBy(slots: readonly Slot[], opener: Opener, deps: SeedStoreDeps): Promise<string[]> {
  const known = await openedBy(slots, opener);
  if (known.length > 0 || slots.length === 0) return known;
  if (slots.length === 1) return slots.map(({ file }) => file);
  const current = await deps.terminal()?.askHidden("Which passphrase is to be replaced? Type it: ");
  const wanted =
    current === undefined ? [] : await openedBy(slots, { kind: "passphrase", passphrase: current });
  if (wanted.length > 0) return wanted;
  throw new UserError(
    `the store has ${slots.length} passphrases, and ${current === undefined ? "no terminal to ask on which one is meant" : "this is not one of them"}`,
    ExitCode.locked,
    ["open it with the one to be replaced: TWINSEED_PASSPHRASE_FILE", "nothing was changed"],
  );
}

async function openedBy(slots: readonly Slot[], opener: Opener): Promise<string[]> {
  const opened = await Promise.all(slots.map((slot) => openSlot(slot, opener)));
  return slots.filter((_, i) => opened[i] !== undefined).map(({ file }) => file);
}
