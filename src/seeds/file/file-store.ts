/** Opens and creates the `file` store: finds a slot and a secret that opens it. */

import { ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import type { SeedStoreDeps, SeedStoreKind } from "../needs.ts";
import { askNewPassphrase } from "./ask-passphrase.ts";
import { type DataKey, newDataKey } from "./data-key.ts";
import { dataKeys, openSlots } from "./data-keys.ts";
import { unlockWithKeyring } from "./keyring-slot.ts";
import { noOpenerError, openerFromEnvironment, VARIABLE_NAMES } from "./openers.ts";
import { hasSealedSeeds, sealedFileStore, sealedIds } from "./sealed-file.ts";
import {
  disableSlots,
  kindsOf,
  type Opener,
  type OwnOpener,
  readSlots,
  type Slots,
  type Unlocked,
  writeSlot,
} from "./slots.ts";

const TRIES = 3;

/** The passphrase that the user typed, so that one run never asks for it twice. */
const typed = new WeakMap<SeedStoreDeps, Opener>();

/** After the passphrase was changed. */
export function rememberTyped(deps: SeedStoreDeps, opener: Opener): void {
  typed.set(deps, opener);
}

export const fileStore: SeedStoreKind = {
  async open(deps) {
    return storeOf(deps, await unlockStore(deps));
  },

  async prepare(deps) {
    // Seeds without a config: an interrupted first use, or a half-finished move. Only their own key can open them.
    if (hasSealedSeeds(deps.folder)) {
      const unlocked = await unlockStore(deps);
      return async () => storeOf(deps, unlocked);
    }
    const opener = await newOpener(deps);
    return async () => storeOf(deps, { dataKey: await reuseOrMake(deps, opener), opener });
  },

  async ids({ folder }) {
    return sealedIds(folder);
  },
};

function storeOf(deps: SeedStoreDeps, unlocked: Unlocked) {
  const { folder, random } = deps;
  return sealedFileStore(folder, unlocked.dataKey, random, {
    findKey: async (id) => (await dataKeys(folder, unlocked)).get(id),
    async keyForSealing() {
      const { keyForSealing } = await import("./sealing-key.ts");
      return keyForSealing(deps, unlocked);
    },
  });
}

async function newOpener(deps: SeedStoreDeps): Promise<OwnOpener> {
  const opener = openerFromEnvironment(deps, ["raw-key", "passphrase"]);
  if (opener && opener.kind !== "age") return opener;
  const terminal = deps.terminal();
  if (terminal) {
    const passphrase = await askNewPassphrase(terminal, deps.note, deps.random, "the seeds");
    const asked = { kind: "passphrase", passphrase } as const;
    typed.set(deps, asked);
    return asked;
  }
  throw noOpenerError("the file store needs a passphrase or a key");
}

/**
 * A run that was killed before it wrote config.json leaves a slot. The slot is used if it opens; otherwise it is disabled,
 * as its data key has sealed nothing and a data folder has only one data key.
 */
async function reuseOrMake(deps: SeedStoreDeps, opener: OwnOpener): Promise<DataKey> {
  const leftover = readSlots(deps.folder);
  const found = await openSlots(leftover, opener);
  if (hasSealedSeeds(deps.folder)) {
    if (found) return found;
    throw wrongOpenerError(deps.folder, opener.kind, leftover);
  }
  const dataKey = found ?? newDataKey(deps.random);
  if (!found) await writeSlot(deps.folder, dataKey, opener, deps.random, deps.unsafeScryptCost);
  disableSlots(
    deps.folder,
    leftover.usable.filter(({ keyId }) => keyId !== dataKey.id),
  );
  return dataKey;
}

/** Throws UserError (exit 6) if it does not open. */
export async function unlockStore(deps: SeedStoreDeps): Promise<Unlocked> {
  const slots = readSlots(deps.folder);
  const kinds = kindsOf(slots);
  if (kinds.length === 0) throw noSlotError(deps.folder, slots);
  const opener = openerFromEnvironment(deps, kinds);
  if (opener) {
    const unlocked = (await unlockWith(deps, slots, opener)) ?? (await unlockOwn(deps, slots, opener));
    if (unlocked) return unlocked;
    throw wrongOpenerError(deps.folder, opener.kind, slots);
  }
  const canAsk = kinds.includes("passphrase") && deps.terminal() !== undefined;
  const byKeyring = kinds.includes("keyring")
    ? await unlockWithKeyring(deps, slots, canAsk || slots.age.length > 0)
    : undefined;
  if (byKeyring) return byKeyring;
  const own = slots.age.length > 0 ? await unlockOwn(deps, slots) : undefined;
  if (own) return own;
  if (!kinds.includes("passphrase")) {
    const isRaw = kinds.includes("raw-key");
    const isAge = kinds.includes("age");
    const isKeyring = kinds.includes("keyring");
    const lock = [
      ...(isRaw ? ["a raw key"] : []),
      ...(isAge ? ["the age keys of its members"] : []),
      ...(isKeyring ? ["a key that is not in this keyring"] : []),
    ];
    throw new UserError(`the seeds are locked with ${lock.join(" and ")}`, ExitCode.locked, [
      ...(isRaw ? ["set TWINSEED_KEY or TWINSEED_KEY_FILE"] : []),
      ...(isKeyring ? ["is this another computer's keyring?"] : []),
      ...(isAge ? ["set TWINSEED_IDENTITY_FILE to your age identity (AGE-SECRET-KEY-1…)"] : []),
      ...slots.faults,
    ]);
  }
  return askPassphrase(deps, slots);
}

async function unlockWith(deps: SeedStoreDeps, slots: Slots, opener: Opener): Promise<Unlocked | undefined> {
  if (opener.kind === "age") {
    const { unlockWithAge } = await import("./unlock-with-age.ts");
    return unlockWithAge(deps, slots, opener);
  }
  const dataKey = await openSlots(slots, opener);
  return dataKey && { dataKey, opener };
}

/** With the identity that this computer made for the store. */
async function unlockOwn(deps: SeedStoreDeps, slots: Slots, given?: Opener): Promise<Unlocked | undefined> {
  if (slots.age.length === 0 || (given !== undefined && given.kind !== "passphrase")) return undefined;
  const before = typed.get(deps);
  if (before?.kind === "age") return unlockWith(deps, slots, before);
  const { ownOpener } = await import("./unlock-with-age.ts");
  const opener = await ownOpener(deps, given);
  if (opener) typed.set(deps, opener);
  return opener && unlockWith(deps, slots, opener);
}

async function askPassphrase(deps: SeedStoreDeps, slots: Slots): Promise<Unlocked> {
  const before = typed.get(deps);
  const again = before && (await unlockWith(deps, slots, before));
  if (again) return again;
  const terminal = deps.terminal();
  if (!terminal) throw noOpenerError("the seeds are locked with a passphrase");
  for (let i = 1; ; i++) {
    const passphrase = await terminal.askHidden("Passphrase for the seeds: ");
    const opener: Opener = { kind: "passphrase", passphrase };
    const unlocked = await unlockWith(deps, slots, opener);
    if (unlocked) typed.set(deps, opener);
    if (unlocked) return unlocked;
    if (i === TRIES) throw wrongOpenerError(deps.folder, "passphrase", slots);
    deps.note("wrong passphrase, try again");
  }
}

function wrongOpenerError(folder: DataFolder, kind: Opener["kind"], slots: Slots): UserError {
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

function noSlotError(folder: DataFolder, slots: Slots): UserError {
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
    "the file store was written by a version before 0.2.0, with keys that anyone could add",
    ExitCode.failed,
    [
      "with that version: twinseed backup create FILE; then, with this one and another data folder: twinseed backup restore FILE",
      "nothing was changed",
    ],
  );
}
