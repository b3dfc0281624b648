/**
 * The data key and its slots: keys/<slot>.json, each of which holds the same data key, wrapped for one way to open it.
 * A slot that is damaged, or of a kind that this version does not know, never keeps the others from working.
 */
import type { DataFolder } from "../context.ts";
import { ExitCode, UserError } from "../errors.ts";
import { printable } from "../printable.ts";
import { COST, deriveKey, type ScryptCost } from "./scrypt.ts";
import { fromBase64, KEY_BYTES, seal, toBase64, unseal } from "./seal.ts";
import { formatSlot, headerOf, parseSlot, type Slot, type SlotHead } from "./slot-file.ts";

const FOLDER = "keys";
const SALT_BYTES = 16;

export interface DataKey {
  /** Says which key a file was sealed with; not secret. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** A way to open the data key. */
export type Opener =
  | { readonly kind: "passphrase"; readonly passphrase: string }
  | { readonly kind: "raw-key"; readonly key: Uint8Array };

export interface Slots {
  readonly usable: readonly Slot[];
  /** Sentences about the others. */
  readonly faults: readonly string[];
}

type Random = (bytes: number) => Uint8Array;

export function readSlots(folder: DataFolder): Slots {
  const usable: Slot[] = [];
  const faults: string[] = [];
  for (const name of folder.list(FOLDER).filter((name) => name.endsWith(".json"))) {
    const file = `${FOLDER}/${name}`;
    const slot = readSlot(folder, file);
    if (typeof slot === "string") faults.push(`"${printable(file)}" was skipped: ${slot}`);
    else usable.push(slot);
  }
  return { usable, faults };
}

function readSlot(folder: DataFolder, file: string): Slot | string {
  try {
    return parseSlot(file, folder.read(file) ?? "");
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** The data key of the first slot that opens, or undefined. */
export async function openSlots({ usable }: Slots, opener: Opener): Promise<DataKey | undefined> {
  for (const slot of usable) {
    const wrappingKey = await wrappingKeyOf(slot, opener);
    if (wrappingKey === undefined) continue;
    const bytes = unseal(wrappingKey, headerOf(slot), slot.content);
    wrappingKey.fill(0);
    if (bytes?.length === KEY_BYTES) return { id: slot.keyId, bytes };
  }
  return undefined;
}

export function newDataKey(random: Random): DataKey {
  return { id: hex(random(4)), bytes: random(KEY_BYTES) };
}

/** Adds one more way to open the data key, and gives the name of its file. */
export async function writeSlot(
  folder: DataFolder,
  dataKey: DataKey,
  opener: Opener,
  random: Random,
  cost: ScryptCost = COST,
): Promise<string> {
  const file = `${FOLDER}/${opener.kind}-${hex(random(4))}.json`;
  const kdf = { ...cost, salt: toBase64(random(SALT_BYTES)) };
  const slot: SlotHead =
    opener.kind === "passphrase"
      ? { kind: opener.kind, keyId: dataKey.id, kdf }
      : { kind: opener.kind, keyId: dataKey.id };
  const wrappingKey = await wrappingKeyOf(slot, opener);
  if (wrappingKey === undefined) throw new Error("a new slot does not fit its opener");
  const content = seal(wrappingKey, headerOf(slot), dataKey.bytes, random);
  if (!folder.create(file, formatSlot(slot, content))) throw new Error("the name of a new slot is taken");
  const written = readSlot(folder, file);
  const opens =
    typeof written !== "string" && unseal(wrappingKey, headerOf(written), written.content) !== undefined;
  wrappingKey.fill(0);
  if (opens) return file;
  throw new UserError(`"${file}" did not read back as it was written`, ExitCode.failed, [
    "nothing was sealed with it; look at the disk",
  ]);
}

/** Puts slots out of use without deleting anything: only for keys that have sealed no seed. */
export function setAside(folder: DataFolder, slots: readonly Slot[]): void {
  for (const { file } of slots) folder.move(file, `${file}.unused`);
}

/** A copy that the caller wipes, or undefined where slot and opener are of different kinds. */
async function wrappingKeyOf(slot: SlotHead, opener: Opener): Promise<Uint8Array | undefined> {
  if (slot.kind === "raw-key") return opener.kind === "raw-key" ? Uint8Array.from(opener.key) : undefined;
  if (opener.kind !== "passphrase") return undefined;
  const salt = fromBase64(slot.kdf.salt);
  return salt && deriveKey(opener.passphrase, salt, slot.kdf);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
