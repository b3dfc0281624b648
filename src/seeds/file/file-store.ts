/** Opens and creates the `file` store: finds a slot and a secret that opens it. */

import { ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import type { SeedStoreDeps, SeedStoreKind } from "../needs.ts";
import { dataKeys, openSlots } from "./data-keys.ts";
import { askNewPassphrase, noOpenerError, openerFromEnvironment, VARIABLE_NAMES } from "./openers.ts";
import { generateRawKey, parseRawKey } from "./raw-key.ts";
import { hasSealedSeeds, sealedFileStore, sealedIds } from "./sealed-file.ts";
import {
  type DataKey,
  disableSlots,
  kindsOf,
  newDataKey,
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

/** Adds another way to open the seeds: unlocks the data key with an existing one, and returns the new slot's file name. */
export async function addSlot(deps: SeedStoreDeps, opener: OwnOpener): Promise<string> {
  const { dataKey } = await unlockStore(deps);
  return writeSlot(deps.folder, dataKey, opener, deps.random, deps.unsafeScryptCost);
}

/** The same with a new raw key, which it returns as base64. */
export async function addRawKey(deps: SeedStoreDeps): Promise<string> {
  const key = generateRawKey(deps.random);
  await addSlot(deps, { kind: "raw-key", key: parseRawKey(key, "the new key") });
  return key;
}

function storeOf({ folder, random }: SeedStoreDeps, unlocked: Unlocked) {
  return sealedFileStore(folder, unlocked.dataKey, random, async (id) =>
    (await dataKeys(folder, unlocked)).get(id),
  );
}

async function newOpener(deps: SeedStoreDeps): Promise<OwnOpener> {
  const opener = openerFromEnvironment(deps, ["raw-key", "passphrase"]);
  if (opener && opener.kind !== "age") return opener;
  const terminal = deps.terminal();
  if (terminal) return askNewPassphrase(terminal, deps.note);
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
    throw wrongOpenerError(opener.kind, leftover);
  }
  const dataKey = found ?? newDataKey(deps.random);
  if (!found) await writeSlot(deps.folder, dataKey, opener, deps.random, deps.unsafeScryptCost);
  disableSlots(
    deps.folder,
    leftover.usable.filter(({ keyId }) => keyId !== dataKey.id),
  );
  return dataKey;
}

export async function unlockStore(deps: SeedStoreDeps): Promise<Unlocked> {
  const slots = readSlots(deps.folder);
  const kinds = kindsOf(slots);
  if (kinds.length === 0) throw noSlotError(deps.folder, slots);
  const opener = openerFromEnvironment(deps, kinds);
  if (opener) {
    const dataKey = await openSlots(slots, opener);
    if (dataKey) return { dataKey, opener };
    throw wrongOpenerError(opener.kind, slots);
  }
  if (!kinds.includes("passphrase")) {
    const isRaw = kinds.includes("raw-key");
    const isAge = kinds.includes("age");
    const lock = [...(isRaw ? ["a raw key"] : []), ...(isAge ? ["the age keys of its recipients"] : [])];
    throw new UserError(`the seeds are locked with ${lock.join(" and ")}`, ExitCode.locked, [
      ...(isRaw ? ["set TWINSEED_KEY or TWINSEED_KEY_FILE"] : []),
      ...(isAge ? ["set TWINSEED_IDENTITY_FILE to your age identity (AGE-SECRET-KEY-1…)"] : []),
      ...slots.faults,
    ]);
  }
  return askPassphrase(deps, slots);
}

async function askPassphrase(deps: SeedStoreDeps, slots: Slots): Promise<Unlocked> {
  const before = typed.get(deps);
  const again = before && (await openSlots(slots, before));
  if (before && again) return { dataKey: again, opener: before };
  const terminal = deps.terminal();
  if (!terminal) throw noOpenerError("the seeds are locked with a passphrase");
  for (let i = 1; ; i++) {
    const passphrase = await terminal.askHidden("Passphrase for the seeds: ");
    const opener: Opener = { kind: "passphrase", passphrase };
    const dataKey = await openSlots(slots, opener);
    if (dataKey) typed.set(deps, opener);
    if (dataKey) return { dataKey, opener };
    if (i === TRIES) throw wrongOpenerError("passphrase", slots);
    deps.note("wrong passphrase, try again");
  }
}

function wrongOpenerError(kind: Opener["kind"], slots: Slots): UserError {
  const message =
    kind === "age"
      ? "none of these age identities belongs to a recipient of this store"
      : `wrong ${kind === "passphrase" ? "passphrase" : "key"}, or the key file is damaged`;
  const tried = slots.usable.flatMap((slot) => (slot.kind === kind ? [printable(slot.file)] : []));
  return new UserError(message, ExitCode.locked, [
    ...(kind === "age" ? ["list the recipients with: twinseed store recipients"] : []),
    ...(tried.length > 0 ? [`tried with ${tried.join(", ")}`] : []),
    "nothing was changed",
    ...slots.faults,
  ]);
}

function noSlotError(folder: DataFolder, { faults }: Slots): UserError {
  const message =
    faults.length > 0 ? "the file store has no usable key file" : "the file store has no key file";
  return new UserError(message, ExitCode.locked, [
    ...faults,
    `restore the files in ${printable(folder.path, 500)}/keys: without them, ${VARIABLE_NAMES} can't open the seeds`,
  ]);
}
