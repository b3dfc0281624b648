/**
 * The slots: keys/<slot>.json or .age. Each has the same data key, wrapped for one way to open it. A slot that is damaged, or of
 * a kind that this version does not know, never prevents the others from working.
 *
 * There can be several data keys: a change of it keeps the older ones, sealed with the new one, because seeds that were sealed
 * before may still arrive from another computer (FORMAT.md).
 */

import { attempt, ExitCode, UserError } from "../../base/errors.ts";
import { OWN_LIMITS } from "../../base/limits.ts";
import { sha256 } from "../../base/node-crypto.ts";
import { printable } from "../../base/printable.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import { type DataKey, dataKeyOf } from "./data-key.ts";
import { COST, deriveKey, type ScryptCost } from "./scrypt.ts";
import { fromBase64, seal, toBase64, unseal } from "./seal.ts";
import {
  FirstFormat,
  formatSlot,
  headerOf,
  type Kdf,
  type OldKey,
  parseSlot,
  type Slot,
  type SlotHead,
} from "./slot-file.ts";

export const KEYS_FOLDER = "keys";
const SALT_BYTES = 16;

/** A way to open the data key. */
export type Opener =
  | { readonly kind: "passphrase"; readonly passphrase: string }
  | { readonly kind: "raw-key"; readonly key: Uint8Array }
  /** `entry`: says in which entry of this computer's keyring the key is. */
  | { readonly kind: "keyring"; readonly entry: string; readonly key: Uint8Array }
  /** The text of an age identity file. */
  | { readonly kind: "age"; readonly identities: string };

/** A data key, and what opened it. It is the current one as far as can be told without the list of members. */
export interface Unlocked {
  readonly dataKey: DataKey;
  readonly opener: Opener;
  /**
   * The ids of the data keys that count, if anyone could make slots for this opener: those in the list of members, as it is when
   * this is asked.
   */
  readonly counting?: () => Promise<ReadonlySet<string>>;
}

export interface Slots {
  /** Those of the key that is probably current come first. */
  readonly usable: readonly Slot[];
  readonly age: readonly AgeSlot[];
  readonly older: readonly OldKey[];
  /** Messages about slots that can't be used. */
  readonly faults: readonly string[];
  /** Whether one of them is of the first format. */
  readonly isFirstFormat: boolean;
}

export interface AgeSlot {
  readonly file: string;
  /** The armored file. Throws UserError. */
  text(): string | undefined;
}

type Random = (bytes: number) => Uint8Array;

export function readSlots(folder: DataFolder, isAgain = false): Slots {
  const files = folder.list(KEYS_FOLDER).map((name) => `${KEYS_FOLDER}/${name}`);
  let isReplaced = false;
  const read = (file: string): string | undefined => {
    const text = folder.read(file);
    if (text === undefined) isReplaced = true;
    return text;
  };
  const slots = slotsIn(files.map((file) => [file, () => read(file)]));
  return isReplaced && !isAgain ? readSlots(folder, true) : slots;
}

type Read = () => string | undefined;

/** `files`: names, each with a function that reads the file. One that is gone by then is left out. */
export function slotsIn(files: readonly (readonly [file: string, read: Read])[]): Slots {
  const usable = new Map<string, Slot>();
  const age = new Map<string, AgeSlot>();
  const slots = { older: [] as OldKey[], faults: [] as string[], isFirstFormat: false };
  const addFile = (file: string, read: Read): void => {
    if (file.endsWith(".age")) age.set(file, { file, text: read });
    const text = file.endsWith(".json") ? attempt(read) : undefined;
    if (text === undefined) return;
    const slot = text instanceof UserError ? text : attempt(() => parseSlot(file, text));
    if (slot instanceof FirstFormat) slots.isFirstFormat = true;
    if (slot instanceof UserError) slots.faults.push(`"${printable(file)}" was skipped: ${slot.message}`);
    else if (slot.kind === "old-key") slots.older.push(slot);
    else usable.set(file, slot);
  };
  for (const [file, read] of files) addFile(file, read);
  const affordable = withinWork([...usable.values()], slots.faults);
  const tried = [...age.values()].slice(0, OWN_LIMITS.ageSlots);
  if (age.size > tried.length)
    slots.faults.push(`${age.size - tried.length} age slots were skipped: too many`);
  return { ...slots, age: tried, usable: currentFirst(affordable, slots.older) };
}

/** Anyone who can write to the folder can put slots there that take minutes to try: the cheapest come first, to a limit. */
function withinWork(slots: readonly Slot[], faults: string[]): Slot[] {
  const workOf = (slot: Slot): number =>
    slot.kind === "passphrase" ? slot.kdf.N * slot.kdf.r * slot.kdf.p : 0;
  let work = 0;
  return slots
    .toSorted((a, b) => workOf(a) - workOf(b))
    .filter((slot) => {
      work += workOf(slot);
      if (work <= OWN_LIMITS.scryptWork) return true;
      faults.push(`"${printable(slot.file)}" was skipped: trying all passphrases' slots would take too long`);
      return false;
    });
}

/** Only an order to try them in: which key is current, the list of members says. Deterministic. */
export function currentFirst<T extends { readonly keyId: string }>(
  keys: readonly T[],
  older: readonly OldKey[],
): T[] {
  const rank = ({ keyId }: T): string => (older.some((old) => old.keyId === keyId) ? "" : keyId);
  return keys.toSorted((a, b) => (rank(a) > rank(b) ? -1 : rank(a) < rank(b) ? 1 : 0));
}

/** The kinds of opener that could open it. */
export function kindsOf({ usable, age }: Slots): Opener["kind"][] {
  return [...usable.map(({ kind }) => kind), ...age.map(() => "age" as const)];
}

export async function openSlot(slot: Slot, opener: Opener): Promise<DataKey | undefined> {
  const wrappingKey = await wrappingKeyOf(slot, opener);
  if (wrappingKey === undefined) return undefined;
  const bytes = unseal(wrappingKey, headerOf(slot), slot.content);
  wrappingKey.fill(0);
  return dataKeyOf(slot.store, slot.keyId, bytes);
}

/** Openers whose slots are written here; age-slots.ts writes those of age recipients. */
export type OwnOpener = Exclude<Opener, { readonly kind: "age" }>;

/** Adds another way to open the data key, and returns the new file's name. */
export async function writeSlot(
  folder: DataFolder,
  dataKey: DataKey,
  opener: OwnOpener,
  random: Random,
  cost: ScryptCost = COST,
): Promise<string> {
  const { file, text } = await makeSlot(dataKey, opener, random, cost);
  folder.create(file, text); // a file of this name has this content
  const written = attempt(() => parseSlot(file, folder.read(file) ?? ""));
  if (!(written instanceof UserError) && written.kind !== "old-key") {
    if ((await openSlot(written, opener)) !== undefined) return file;
  }
  throw new UserError(`"${file}" did not read back as it was written`, ExitCode.failed, [
    "nothing was sealed with it; check the disk",
  ]);
}

export async function makeSlot(
  dataKey: DataKey,
  opener: OwnOpener,
  random: Random,
  cost: ScryptCost = COST,
): Promise<{ file: string; text: string }> {
  const kdf = { ...cost, salt: toBase64(random(SALT_BYTES)) };
  const { store, id: keyId } = dataKey;
  const slot = headFor(opener, store, keyId, kdf);
  const wrappingKey = await wrappingKeyOf(slot, opener);
  if (wrappingKey === undefined) throw new Error("a new slot does not fit its opener");
  const content = seal(wrappingKey, headerOf(slot), dataKey.bytes, random);
  wrappingKey.fill(0);
  const text = formatSlot(slot, content);
  return { file: slotFileOf(opener.kind, text, "json"), text };
}

function headFor(opener: OwnOpener, store: string, keyId: string, kdf: Kdf): SlotHead {
  if (opener.kind === "passphrase") return { kind: opener.kind, store, keyId, kdf };
  if (opener.kind === "keyring") return { kind: opener.kind, store, keyId, entry: opener.entry };
  return { kind: opener.kind, store, keyId };
}

/** A slot is named for its content, so two of one name are the same. */
export function slotFileOf(kind: string, text: string, ending: "json" | "age"): string {
  return `${KEYS_FOLDER}/${kind}-${sha256(text).slice(0, 16)}.${ending}`;
}

/** Takes slots out of use without deleting them: only for keys that have sealed no seed. */
export function disableSlots(folder: DataFolder, slots: readonly Slot[]): void {
  for (const { file } of slots) folder.move(file, `${file}.unused`);
}

/** A copy of the key, which the caller must wipe; undefined if slot and opener are of different kinds. */
async function wrappingKeyOf(slot: SlotHead, opener: Opener): Promise<Uint8Array | undefined> {
  if (slot.kind === "raw-key") return opener.kind === "raw-key" ? Uint8Array.from(opener.key) : undefined;
  if (slot.kind === "keyring") {
    const isIts = opener.kind === "keyring" && opener.entry === slot.entry;
    return isIts ? Uint8Array.from(opener.key) : undefined;
  }
  if (opener.kind !== "passphrase") return undefined;
  const salt = fromBase64(slot.kdf.salt);
  return salt && deriveKey(opener.passphrase, salt, slot.kdf);
}
