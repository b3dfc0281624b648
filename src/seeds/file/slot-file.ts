/** keys/<slot>.json: one way to open the data key, as a file. FORMAT.md specifies every byte. */
import { ExitCode, UserError } from "../../base/errors.ts";
import { objectOf, parseFields } from "../../base/untrusted-json.ts";
import { isKeyId } from "./data-key.ts";
import { costFault, type ScryptCost } from "./scrypt.ts";
import { fromBase64, parseSealed, type Sealed } from "./seal.ts";

const VERSION = 2;

export type SlotHead = {
  /** The id of the store, and of the data key: keyIdOf has how they belong together. */
  readonly store: string;
  readonly keyId: string;
} & (
  | { readonly kind: "passphrase"; readonly kdf: Kdf }
  | { readonly kind: "raw-key" }
  | { readonly kind: "keyring"; readonly entry: string }
);

export type Slot = SlotHead & { readonly file: string; readonly content: Sealed };

/** A data key that was replaced, wrapped with its successor. */
export interface OldKey {
  readonly kind: "old-key";
  readonly store: string;
  readonly keyId: string;
  /** The id of the data key that it is wrapped with. */
  readonly by: string;
  readonly file: string;
  readonly content: Sealed;
}

export interface Kdf extends ScryptCost {
  readonly salt: string;
}

/** The authenticated header. */
export function headerOf(slot: SlotHead): string {
  const start = `twinseed key v${VERSION} ${slot.kind} ${slot.store} ${slot.keyId}`;
  if (slot.kind === "raw-key") return start;
  if (slot.kind === "keyring") return `${start} ${slot.entry}`;
  const { N, r, p, salt } = slot.kdf;
  return `${start} scrypt ${N} ${r} ${p} ${salt}`;
}

export function formatSlot(slot: SlotHead, content: Sealed): string {
  const kdf = slot.kind === "passphrase" ? { kdf: { name: "scrypt", ...slot.kdf } } : {};
  const entry = slot.kind === "keyring" ? { entry: slot.entry } : {};
  const fields = {
    version: VERSION,
    kind: slot.kind,
    store: slot.store,
    key: slot.keyId,
    ...kdf,
    ...entry,
    ...content,
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

/** A file of the first builds, whose data keys had ids that anyone could choose. */
export class FirstFormat extends UserError {
  constructor() {
    super("it was written by one of the first builds", ExitCode.unreadable);
  }
}

/** Throws a UserError that says why the file can't be used. */
export function parseSlot(file: string, text: string): Slot | OldKey {
  const fields = parseFields(text);
  const { version, kind, store, key: keyId } = fields;
  const content = parseSealed(fields);
  if (typeof version !== "number" || typeof kind !== "string") throw fault("it is damaged");
  if (version > VERSION) throw fault("it was written by a newer twinseed, or is damaged");
  if (version === 1) throw new FirstFormat();
  if (kind !== "passphrase" && kind !== "raw-key" && kind !== "keyring" && kind !== "old-key")
    throw fault("this version does not know its kind");
  if (version !== VERSION || !isId(store) || !isId(keyId) || content === undefined)
    throw fault("it is damaged");
  if (kind === "old-key") {
    if (!isId(fields.by)) throw fault("it is damaged");
    return { file, kind, store, keyId, by: fields.by, content };
  }
  if (kind === "keyring") {
    if (!isId(fields.entry)) throw fault("it is damaged");
    return { file, kind, store, keyId, entry: fields.entry, content };
  }
  if (kind === "raw-key") return { file, kind, store, keyId, content };
  const kdf = parseKdf(fields.kdf);
  if (kdf === undefined) throw fault("it is damaged");
  const tooCostly = costFault(kdf);
  if (tooCostly !== undefined) throw fault(tooCostly);
  return { file, kind, store, keyId, kdf, content };
}

function parseKdf(value: unknown): Kdf | undefined {
  const { name, N, r, p, salt } = objectOf(value) ?? {};
  if (name !== "scrypt" || typeof salt !== "string" || fromBase64(salt) === undefined) return undefined;
  if (typeof N !== "number" || typeof r !== "number" || typeof p !== "number") return undefined;
  return { N, r, p, salt };
}

function fault(why: string): UserError {
  return new UserError(why, ExitCode.unreadable);
}

function isId(value: unknown): value is string {
  return typeof value === "string" && isKeyId(value); // a store's id has the same form
}
