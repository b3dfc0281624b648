/**
 * members/<number>.json: the list of a shared store's members. Each entry is the whole list, and names the one before by its
 * hash, like TUF's root files. Only the exact text that we write counts, so that an entry has one hash. FORMAT.md has every
 * byte. Pure.
 */
import { ExitCode, UserError } from "../base/errors.ts";
import { OWN_LIMITS } from "../base/limits.ts";
import { sha256 } from "../base/node-crypto.ts";
import { type JsonObject, objectOf, parseFields } from "../base/untrusted-json.ts";

export const MEMBERS_FOLDER = "members";
const VERSION = 1;

/** A computer that may open the store, write to it, or both. */
export interface Member {
  /** `NAME`, or `NAME/COMPUTER`. */
  readonly name: string;
  /** age1…, to which `slot` is encrypted; a member without one opens the store with a passphrase or a raw key. */
  readonly recipient?: string;
  /** ssh-ed25519 …: signs what it pushes; a member without one only reads. */
  readonly signer?: string;
  /** SHA-256 of the text of its slot in keys/, in hexadecimal. */
  readonly slot?: string;
}

/** A file in keys/ that belongs to no member: another way to open the store, or an older data key. */
export interface ListedSlot {
  readonly kind: "passphrase" | "raw-key" | "old-key";
  readonly sha256: string;
}

export interface List {
  /** 32 hexadecimal digits, random. */
  readonly store: string;
  /** 1, 2, … */
  readonly number: number;
  /** SHA-256 of the text of the entry before, in hexadecimal; null in the first. */
  readonly before: string | null;
  /** The id of the current data key. */
  readonly key: string;
  /** The member who wrote the entry. */
  readonly by: string;
  /** When, in ISO 8601. Only for people: nothing is decided by it. */
  readonly at: string;
  readonly members: readonly Member[];
  readonly slots: readonly ListedSlot[];
}

/** A list with what vouches for it (vouch.ts). */
export interface Entry extends List {
  /** base64 */
  readonly mac: string;
  /** Where the data key changes: made with the new one. base64 */
  readonly newMac?: string;
  /** base64 */
  readonly signature: string;
}

/** An entry as it was read. */
export interface ReadEntry {
  readonly entry: Entry;
  readonly text: string;
  /** SHA-256 of `text`, in hexadecimal. */
  readonly hash: string;
}

export function fileOfEntry(number: number): string {
  return `${MEMBERS_FOLDER}/${number}.json`;
}

export function isEntryFile(name: string): boolean {
  return /^members\/[1-9]\d{0,5}\.json$/.test(name);
}

export function formatEntry(entry: Entry): string {
  return `${JSON.stringify(ordered(entry), null, 2)}\n`;
}

/** What the MACs are made of. */
export function statementOf(list: List): string {
  return JSON.stringify(orderedList(list));
}

/** What the signature is made of. */
export function vouchedText({ mac, newMac, ...list }: Omit<Entry, "signature">): string {
  return JSON.stringify({ ...orderedList(list), mac, ...(newMac === undefined ? {} : { newMac }) });
}

/** Throws a UserError that says why it can't be used. */
export function parseEntry(text: string): ReadEntry {
  if (text.length > OWN_LIMITS.membersBytes) throw fault("it is too long");
  const fields = parseFields(text);
  if (typeof fields.version === "number" && fields.version > VERSION)
    throw fault("it was written by a newer twinseed");
  const entry = entryOf(fields);
  if (entry === undefined || formatEntry(entry) !== text) throw fault("it is damaged");
  return { entry, text, hash: sha256(text) };
}

function ordered({ mac, newMac, signature, ...list }: Entry): object {
  return { ...orderedList(list), mac, ...(newMac === undefined ? {} : { newMac }), signature };
}

function orderedList({ store, number, before, key, by, at, members, slots }: List): object {
  return {
    version: VERSION,
    store,
    number,
    before,
    key,
    by,
    at,
    members: members.map(({ name, recipient, signer, slot }) => ({ name, recipient, signer, slot })),
    slots: slots.map(({ kind, sha256 }) => ({ kind, sha256 })),
  };
}

function entryOf(fields: JsonObject): Entry | undefined {
  const { version, store, number, before, key, by, at, members, slots, mac, newMac, signature } = fields;
  if (version !== VERSION || !isId(store) || !isId(key) || !isNumber(number)) return undefined;
  if (!(number === 1 ? before === null : isHash(before)) || !isName(by) || !isTime(at)) return undefined;
  if (!Array.isArray(members) || !Array.isArray(slots)) return undefined;
  if (members.length > OWN_LIMITS.members || slots.length > OWN_LIMITS.memberSlots) return undefined;
  const [people, ways] = [members.map(memberOf), slots.map(slotOf)];
  const known = people.filter((one) => one !== undefined);
  const listed = ways.filter((one) => one !== undefined);
  if (known.length < people.length || listed.length < ways.length) return undefined;
  if (new Set(known.map(({ name }) => name.toLowerCase())).size < known.length) return undefined;
  if (!isBase64(mac) || !(newMac === undefined || isBase64(newMac)) || !isBase64(signature)) return undefined;
  const vouched = { mac, ...(newMac === undefined ? {} : { newMac }), signature };
  const last = typeof before === "string" ? before : null;
  return { store, number, before: last, key, by, at, members: known, slots: listed, ...vouched };
}

function memberOf(value: unknown): Member | undefined {
  const { name, recipient, signer, slot } = objectOf(value) ?? {};
  if (!isName(name)) return undefined;
  if (!(recipient === undefined || isRecipient(recipient))) return undefined;
  if (!(signer === undefined || isSigner(signer))) return undefined;
  if ((recipient === undefined) !== (slot === undefined) || !(slot === undefined || isHash(slot)))
    return undefined;
  return {
    name,
    ...(recipient === undefined ? {} : { recipient }),
    ...(signer === undefined ? {} : { signer }),
    ...(slot === undefined ? {} : { slot }),
  };
}

function slotOf(value: unknown): ListedSlot | undefined {
  const { kind, sha256 } = objectOf(value) ?? {};
  if (kind !== "passphrase" && kind !== "raw-key" && kind !== "old-key") return undefined;
  return isHash(sha256) ? { kind, sha256 } : undefined;
}

const isId = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{32}$/.test(value);
const isHash = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= OWN_LIMITS.memberEntries;
/** Only the canonical encoding: with another one, someone without a key could make a second text of the same entry. */
const isBase64 = (value: unknown): value is string =>
  typeof value === "string" &&
  value.length <= 100 &&
  Buffer.from(value, "base64").toString("base64") === value;
const isTime = (value: unknown): value is string =>
  typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);

/** Names are shown, compared by eye and pasted: plain letters only, so that no two look alike. */
export function isName(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value.length <= OWN_LIMITS.memberName &&
    /^[A-Za-z0-9][A-Za-z0-9._@-]*(\/[A-Za-z0-9][A-Za-z0-9._@-]*)?$/.test(value)
  );
}

/** An age recipient, as far as its form goes. */
export function isRecipient(value: unknown): value is string {
  return typeof value === "string" && /^age1[a-z0-9]{50,3000}$/.test(value);
}

/** An Ed25519 public key as OpenSSH writes it: a fixed head of 19 bytes, then the key's 32 (RFC 8709, section 4). */
export function isSigner(value: unknown): value is string {
  return typeof value === "string" && /^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}$/.test(value);
}

function fault(why: string): UserError {
  return new UserError(why, ExitCode.unreadable);
}
