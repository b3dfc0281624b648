/** keys/<slot>.json: one way to open the data key, as a file. FORMAT.md has every byte. */
import { costFault, type ScryptCost } from "./scrypt.ts";
import { fieldsOf, fromBase64, parseFields, parseSealed, type Sealed } from "./seal.ts";

const VERSION = 1;

export type SlotHead = { readonly keyId: string } & (
  | { readonly kind: "passphrase"; readonly kdf: Kdf }
  | { readonly kind: "raw-key" }
);

export type Slot = SlotHead & { readonly file: string; readonly content: Sealed };

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

/** The slot, or why it can't be used. */
export function parseSlot(file: string, text: string): Slot | string {
  const fields = parseFields(text);
  const { version, kind, key: keyId } = fields;
  const content = parseSealed(fields);
  if (typeof version !== "number" || typeof kind !== "string") return "it is damaged";
  if (version > VERSION) return "it was written by a newer twinseed, or is damaged";
  if (kind !== "passphrase" && kind !== "raw-key") return "it is of a kind that this version does not know";
  if (version !== VERSION || !isKeyId(keyId) || content === undefined) return "it is damaged";
  if (kind === "raw-key") return { file, kind, keyId, content };
  const kdf = parseKdf(fields.kdf);
  if (kdf === undefined) return "it is damaged";
  return costFault(kdf) ?? { file, kind, keyId, kdf, content };
}

function parseKdf(value: unknown): Kdf | undefined {
  const { name, N, r, p, salt } = fieldsOf(value);
  if (name !== "scrypt" || typeof salt !== "string" || fromBase64(salt) === undefined) return undefined;
  if (typeof N !== "number" || typeof r !== "number" || typeof p !== "number") return undefined;
  return { N, r, p, salt };
}

function isKeyId(value: unknown): value is string {
  return typeof value === "string" && /^[a-z0-9]+$/.test(value);
}
