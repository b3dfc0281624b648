/**
 * The data key and its slots: keys/<slot>.json or .age. Each slot has the same data key, wrapped for one way to open it. A
 * slot that is damaged, or of a kind that this version does not know, never prevents the others from working.
 *
 * There can be several data keys for a while: after an interrupted change of the data key, or when seeds arrive by git from
 * someone who still had the older one. The current key is the one that is not wrapped as an old key of another (FORMAT.md).
 */

import { attempt, ExitCode, UserError } from "../../base/errors.ts";
import { OWN_LIMITS } from "../../base/limits.ts";
import { printable } from "../../base/printable.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import { COST, deriveKey, type ScryptCost } from "./scrypt.ts";
import { fromBase64, KEY_BYTES, seal, toBase64, unseal } from "./seal.ts";
import {
  formatSlot,
  headerOf,
  type OldKey,
  parseSlot,
  type Rekey,
  type Slot,
  type SlotHead,
} from "./slot-file.ts";

export const KEYS_FOLDER = "keys";
const SALT_BYTES = 16;

export interface DataKey {
  /** Says which key a file was sealed with; not secret. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** A way to open the data key. */
export type Opener =
  | { readonly kind: "passphrase"; readonly passphrase: string }
  | { readonly kind: "raw-key"; readonly key: Uint8Array }
  /** The text of an age identity file. */
  | { readonly kind: "age"; readonly identities: string };

/** The current data key, and what opened it. */
export interface Unlocked {
  readonly dataKey: DataKey;
  readonly opener: Opener;
}

export interface Slots {
  /** Slots of the current data key come first. */
  readonly usable: readonly Slot[];
  readonly age: readonly AgeSlot[];
  readonly older: readonly OldKey[];
  /** Interrupted changes of the data key. */
  readonly rekeys: readonly Rekey[];
  /** Messages about slots that can't be used. */
  readonly faults: readonly string[];
}

export interface AgeSlot {
  readonly file: string;
  /** The armored file. Throws UserError. */
  text(): string;
}

type Random = (bytes: number) => Uint8Array;

export function readSlots(folder: DataFolder): Slots {
  const files = folder.list(KEYS_FOLDER).map((name) => `${KEYS_FOLDER}/${name}`);
  return slotsIn(files.map((file) => [file, () => folder.read(file) ?? ""]));
}

/** `files`: names, each with a function that reads the file. */
export function slotsIn(files: readonly (readonly [file: string, read: () => string])[]): Slots {
  const usable = new Map<string, Slot>();
  const age = new Map<string, AgeSlot>();
  const slots = { older: [] as OldKey[], rekeys: [] as Rekey[], faults: [] as string[] };
  const addFile = (file: string, read: () => string): void => {
    if (file.endsWith(".age")) age.set(file, { file, text: read });
    if (!file.endsWith(".json")) return;
    const slot = attempt(() => parseSlot(file, read()));
    if (slot instanceof UserError) slots.faults.push(`"${printable(file)}" was skipped: ${slot.message}`);
    else if (slot.kind === "old-key") slots.older.push(slot);
    else if (slot.kind === "rekey") {
      slots.rekeys.push(slot);
      for (const [name, text] of slot.files) addFile(name, () => text);
    } else usable.set(file, slot);
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

/** Concurrent rekeys can leave two current keys; this order is deterministic, so every machine picks the same one. */
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
  return bytes?.length === KEY_BYTES ? { id: slot.keyId, bytes } : undefined;
}

export function newDataKey(random: Random): DataKey {
  return { id: hex(random(4)), bytes: random(KEY_BYTES) };
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
  if (!folder.create(file, text)) throw new Error("the name of a new slot is taken");
  const written = attempt(() => parseSlot(file, folder.read(file) ?? ""));
  if ("content" in written && written.kind !== "old-key") {
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
  const file = `${KEYS_FOLDER}/${opener.kind}-${hex(random(4))}.json`;
  const kdf = { ...cost, salt: toBase64(random(SALT_BYTES)) };
  const slot: SlotHead =
    opener.kind === "passphrase"
      ? { kind: opener.kind, keyId: dataKey.id, kdf }
      : { kind: opener.kind, keyId: dataKey.id };
  const wrappingKey = await wrappingKeyOf(slot, opener);
  if (wrappingKey === undefined) throw new Error("a new slot does not fit its opener");
  const content = seal(wrappingKey, headerOf(slot), dataKey.bytes, random);
  wrappingKey.fill(0);
  return { file, text: formatSlot(slot, content) };
}

/** Takes slots out of use without deleting them: only for keys that have sealed no seed. */
export function disableSlots(folder: DataFolder, slots: readonly Slot[]): void {
  for (const { file } of slots) folder.move(file, `${file}.unused`);
}

/** A copy of the key, which the caller must wipe; undefined if slot and opener are of different kinds. */
async function wrappingKeyOf(slot: SlotHead, opener: Opener): Promise<Uint8Array | undefined> {
  if (slot.kind === "raw-key") return opener.kind === "raw-key" ? Uint8Array.from(opener.key) : undefined;
  if (opener.kind !== "passphrase") return undefined;
  const salt = fromBase64(slot.kdf.salt);
  return salt && deriveKey(opener.passphrase, salt, slot.kdf);
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
