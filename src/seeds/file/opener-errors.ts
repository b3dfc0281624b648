/** Why the file store does not open, and what to do about it. */
import { ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { VARIABLE_NAMES } from "./creating-variables.ts";
import { VARIABLES } from "./openers.ts";
import type { Opener, Slots } from "./slots.ts";

/** Nothing opens a store that there is no terminal to ask a passphrase for. `kinds` is what it has slots for. */
export function noTerminalError(
  { env }: Pick<SeedStoreDeps, "env">,
  kinds: readonly Opener["kind"][],
): UserError {
  const fits = ({ kind }: { readonly kind: Opener["kind"] }) => kinds.includes(kind);
  const useless = VARIABLES.filter((one) => env[one.name] && !fits(one)).map(({ name }) => name);
  const useful = VARIABLES.filter(fits).map(({ name }) => name);
  return new UserError("the seeds are locked with a passphrase", ExitCode.locked, [
    ...(useless.length > 0 ? [`nothing in this store opens with ${useless.join(" or ")}`] : []),
    `no terminal to ask on: set one of ${useful.join(", ")}`,
  ]);
}

/** A new store needs something that opens it. */
export function noOpenerError(): UserError {
  return new UserError("the file store needs a passphrase or a key", ExitCode.locked, [
    `no terminal to ask on: set one of ${VARIABLE_NAMES}`,
  ]);
}

/** Nothing is there that would open one of its slots. */
export function lockedError(kinds: readonly Opener["kind"][], slots: Slots): UserError {
  const isRaw = kinds.includes("raw-key");
  const isAge = kinds.includes("age");
  const isKeyring = kinds.includes("keyring");
  const lock = [
    ...(isRaw ? ["a raw key"] : []),
    ...(isAge ? ["the age keys of its members"] : []),
    ...(isKeyring ? ["a key that is not in this keyring"] : []),
  ];
  return new UserError(`the seeds are locked with ${lock.join(" and ")}`, ExitCode.locked, [
    ...(isRaw ? ["set TWINSEED_KEY or TWINSEED_KEY_FILE"] : []),
    ...(isKeyring ? ["is this another computer's keyring?"] : []),
    ...(isAge ? ["set TWINSEED_IDENTITY_FILE to your age identity (AGE-SECRET-KEY-1…)"] : []),
    ...slots.faults,
  ]);
}

export function wrongOpenerError(folder: DataFolder, kind: Opener["kind"], slots: Slots): UserError {
  if (isFirstFormat(folder, slots)) return firstFormatError();
  const message =
    kind === "age"
      ? "none of these age identities belongs to a member of this store"
      : `wrong ${kind === "passphrase" ? "passphrase" : "key"}, or the key file is damaged`;
  const tried = slots.usable.flatMap((slot) => (slot.kind === kind ? [printable(slot.file)] : []));
  return new UserError(message, ExitCode.locked, [
    ...(kind === "age" ? ["list the members with: twinseed store members"] : []),
    ...(tried.length > 0 ? [`tried with ${tried.join(", ")}`] : []),
    "nothing was changed",
    ...slots.faults,
  ]);
}

export function noSlotError(folder: DataFolder, slots: Slots): UserError {
  if (isFirstFormat(folder, slots)) return firstFormatError();
  const { faults } = slots;
  const message =
    faults.length > 0 ? "the file store has no usable key file" : "the file store has no key file";
  return new UserError(message, ExitCode.locked, [
    ...faults,
    `restore the files in ${printable(folder.path, 500)}/keys: without them, ${VARIABLE_NAMES} can't open the seeds`,
  ]);
}

/** Shared stores of the first builds had a folder of recipients in place of the list of members. */
function isFirstFormat(folder: DataFolder, slots: Slots): boolean {
  return slots.isFirstFormat || (folder.list("recipients").length > 0 && folder.list("members").length === 0);
}

export function firstFormatError(): UserError {
  return new UserError(
    "the file store was written by one of the first builds, before there were members: anyone could add keys",
    ExitCode.failed,
    [
      "with that build: twinseed backup create FILE; then, with this one and another data folder: twinseed backup restore FILE",
      "nothing was changed",
    ],
  );
}
