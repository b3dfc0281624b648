/**
 * recipients/<id>.json: who the slot keys/age-….age belongs to. The record is authenticated with the data key: someone who can
 * write into a shared folder but can't open the seeds can't add a recipient. FORMAT.md specifies every byte.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { attempt, ExitCode, UserError } from "../../base/errors.ts";
import { parseFields } from "../../base/untrusted-json.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import { fromBase64, toBase64 } from "./seal.ts";
import type { DataKey } from "./slots.ts";

export const RECIPIENTS_FOLDER = "recipients";
const VERSION = 1;
/** Bech32 (BIP 173), all kinds. Its checksum is looked at when something is encrypted to it. */
const RECIPIENT = /^age1[a-z0-9]{6,4000}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

export interface Recipient {
  /** The name of the record's file. */
  readonly file: string;
  readonly name: string;
  /** age1… */
  readonly recipient: string;
  /** The id of the data key in the slot. */
  readonly keyId: string;
  /** The slot's file. */
  readonly slot: string;
  readonly addedAt: string;
  readonly mac: string;
}

export type NewRecipient = Omit<Recipient, "mac">;

export interface Recipients {
  readonly list: readonly Recipient[];
  /** Messages about records that can't be read. */
  readonly faults: readonly string[];
}

/** Sorted by name. Needs no key: anyone who can read the folder may see who can open it. */
export function readRecipients(folder: DataFolder): Recipients {
  const list: Recipient[] = [];
  const faults: string[] = [];
  for (const name of folder.list(RECIPIENTS_FOLDER).filter((one) => one.endsWith(".json"))) {
    const file = `${RECIPIENTS_FOLDER}/${name}`;
    const record = attempt(() => parseRecipient(file, folder.read(file) ?? ""));
    if (record instanceof UserError) faults.push(`"${file}" can't be used: ${record.message}`);
    else list.push(record);
  }
  return { list: list.sort((a, b) => (a.name < b.name ? -1 : 1)), faults };
}

/** Throws a UserError that says why the record can't be used. */
function parseRecipient(file: string, text: string): Recipient {
  const { version, name, recipient, key, slot, addedAt, mac } = parseFields(text);
  const fault = (why: string) => new UserError(why, ExitCode.unreadable);
  if (typeof version === "number" && version > VERSION) throw fault("it was written by a newer twinseed");
  const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
  if (version !== VERSION || !isText(name) || !isText(recipient) || !isText(key))
    throw fault("it is damaged");
  if (!RECIPIENT.test(recipient)) throw fault("it names no age recipient (age1…)");
  if (!isText(addedAt) || !TIME.test(addedAt)) throw fault("it is damaged");
  if (!isText(slot) || !/^keys\/age-[a-z0-9]+\.age$/.test(slot) || !isText(mac)) throw fault("it is damaged");
  return { file, name, recipient, keyId: key, slot, addedAt, mac };
}

/** `slotText`: the text of the slot's file. */
export function formatRecipient(record: NewRecipient, slotText: string, dataKey: DataKey): string {
  const { name, recipient, keyId, slot, addedAt } = record;
  const mac = toBase64(macOf(record, slotText, dataKey));
  return `${JSON.stringify({ version: VERSION, name, recipient, key: keyId, slot, addedAt, mac }, null, 2)}\n`;
}

/** Whether someone who had this data key wrote the record, for this slot. */
export function isAuthentic(record: Recipient, slotText: string, dataKey: DataKey): boolean {
  const mac = fromBase64(record.mac);
  const right = macOf(record, slotText, dataKey);
  return record.keyId === dataKey.id && mac?.length === right.length && timingSafeEqual(mac, right);
}

function macOf(record: NewRecipient, slotText: string, { bytes }: DataKey): Uint8Array {
  const { keyId, recipient, slot, addedAt, name } = record;
  const sum = createHash("sha256").update(slotText).digest("hex");
  const text = ["twinseed recipient v1", keyId, recipient, slot, sum, addedAt, name].join("\n");
  return createHmac("sha256", bytes).update(text).digest();
}
