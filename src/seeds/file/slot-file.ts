/** keys/<slot>.json: one way to open the data key, as a file. FORMAT.md specifies every byte. */
import { ExitCode, UserError } from "../../base/errors.ts";
import { isText, type JsonObject, objectOf, parseFields } from "../../base/untrusted-json.ts";
import { costFault, type ScryptCost } from "./scrypt.ts";
import { fromBase64, parseSealed, type Sealed } from "./seal.ts";

const VERSION = 1;

export type SlotHead = { readonly keyId: string } & (
  | { readonly kind: "passphrase"; readonly kdf: Kdf }
  | { readonly kind: "raw-key" }
);

export type Slot = SlotHead & { readonly file: string; readonly content: Sealed };

/** A data key that was replaced, wrapped with its successor. */
export interface OldKey {
  readonly kind: "old-key";
  readonly keyId: string;
  /** The id of the data key that it is wrapped with. */
  readonly by: string;
  readonly file: string;
  readonly content: Sealed;
}

/** An unfinished change of the data key: the files that it will create are in use already. */
export interface Rekey {
  readonly kind: "rekey";
  readonly file: string;
  readonly keyId: string;
  readonly files: readonly (readonly [name: string, text: string])[];
  /** Files to remove once all seeds are sealed with the new key. */
  readonly remove: readonly string[];
}

export interface Kdf extends ScryptCost {
  readonly salt: string;
}

/** The authenticated header. */
export function headerOf(slot: SlotHead): string {
  const start = `twinseed key v${VERSION} ${slot.kind} ${slot.keyId}`;
  if (slot.kind === "raw-key") return start;
  const { N, r, p, salt } = slot.kdf;
  return `${start} scrypt ${N} ${r} ${p} ${salt}`;
}

export function formatSlot(slot: SlotHead, content: Sealed): string {
  const kdf = slot.kind === "passphrase" ? { kdf: { name: "scrypt", ...slot.kdf } } : {};
  const fields = { version: VERSION, kind: slot.kind, key: slot.keyId, ...kdf, ...content };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

/** Throws a UserError that says why the file can't be used. */
export function parseSlot(file: string, text: string): Slot | OldKey | Rekey {
  const fields = parseFields(text);
  const { version, kind, key: keyId } = fields;
  const content = parseSealed(fields);
  if (typeof version !== "number" || typeof kind !== "string") throw fault("it is damaged");
  if (version > VERSION) throw fault("it was written by a newer twinseed, or is damaged");
  const isKnown = kind === "passphrase" || kind === "raw-key" || kind === "old-key" || kind === "rekey";
  if (!isKnown) throw fault("this version does not know its kind");
  if (version !== VERSION || !isKeyId(keyId)) throw fault("it is damaged");
  if (kind === "rekey") return parseRekey(file, keyId, fields);
  if (content === undefined) throw fault("it is damaged");
  if (kind === "old-key") {
    if (!isKeyId(fields.by)) throw fault("it is damaged");
    return { file, kind, keyId, by: fields.by, content };
  }
  if (kind === "raw-key") return { file, kind, keyId, content };
  const kdf = parseKdf(fields.kdf);
  if (kdf === undefined) throw fault("it is damaged");
  const tooCostly = costFault(kdf);
  if (tooCostly !== undefined) throw fault(tooCostly);
  return { file, kind, keyId, kdf, content };
}

function parseRekey(file: string, keyId: string, { files, remove }: JsonObject): Rekey {
  const entries = Object.entries(objectOf(files) ?? {});
  const isName = (name: unknown): name is string =>
    isText(name) && /^(keys|recipients)\/[a-z0-9][a-z0-9-]*\.(json|age)$/.test(name);
  const texts = entries.flatMap(([name, text]) =>
    isName(name) && isText(text) ? [[name, text] as const] : [],
  );
  const gone = Array.isArray(remove) ? remove.filter(isName) : [];
  if (texts.length < entries.length || texts.length === 0) throw fault("it is damaged");
  return { kind: "rekey", file, keyId, files: texts, remove: gone };
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

function isKeyId(value: unknown): value is string {
  return typeof value === "string" && /^[a-z0-9]+$/.test(value);
}
