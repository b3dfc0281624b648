/**
 * AES-256-GCM with an authenticated plaintext header. FORMAT.md specifies every byte.
 * Each seal has a new random nonce; the sealed bytes are the ciphertext followed by the 16-byte tag.
 */
import { nodeCrypto } from "../../base/node-crypto.ts";
import type { JsonObject } from "../../base/untrusted-json.ts";

const CIPHER = "aes-256-gcm";
export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** As in the JSON files: base64. */
export interface Sealed {
  readonly nonce: string;
  readonly sealed: string;
}

export function seal(
  key: Uint8Array,
  header: string,
  content: Uint8Array,
  random: (bytes: number) => Uint8Array,
): Sealed {
  const nonce = random(NONCE_BYTES);
  const cipher = nodeCrypto().createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(header));
  const sealed = Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  return { nonce: toBase64(nonce), sealed: toBase64(sealed) };
}

/** The content; undefined if the key is wrong, or if header, nonce or sealed bytes were changed. */
export function unseal(key: Uint8Array, header: string, { nonce, sealed }: Sealed): Uint8Array | undefined {
  const iv = fromBase64(nonce);
  const bytes = fromBase64(sealed);
  if (iv?.length !== NONCE_BYTES || bytes === undefined || bytes.length < TAG_BYTES) return undefined;
  const decipher = nodeCrypto().createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(header));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

/** Accepts only the canonical encoding (RFC 4648 section 4, padded): Node itself accepts nearly everything. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}

export function parseSealed({ nonce, sealed }: JsonObject): Sealed | undefined {
  return typeof nonce === "string" && typeof sealed === "string" ? { nonce, sealed } : undefined;
}

/** Whether a key could open it at all. */
export function isWellFormed({ nonce, sealed }: Sealed): boolean {
  return fromBase64(nonce)?.length === NONCE_BYTES && (fromBase64(sealed)?.length ?? 0) > TAG_BYTES;
}
