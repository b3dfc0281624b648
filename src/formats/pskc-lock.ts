/**
 * How a PSKC container locks its values (RFC 6030, section 6): with a preshared key, or with one derived from a passphrase
 * (PBKDF2). The values are XML Encryption's: AES in CBC mode or key wrap, or Triple DES in CBC mode.
 */
import { createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";
import type { Element } from "@xmldom/xmldom";
import { type AskPassphrase, unreadable, WrongPassphrase } from "./faults.ts";
import { type Digest, pbkdf2Key } from "./kdf.ts";
import { base64Of, hexOf } from "./shape.ts";
import { attributeOf, elementIn, textIn } from "./xml-names.ts";

interface Cipher {
  readonly name: string;
  readonly keyBytes: number;
  /** In front of the content; 0 for key wrap, which has a fixed one. */
  readonly ivBytes: number;
}

const CIPHERS: Readonly<Record<string, Cipher>> = {
  "aes128-cbc": { name: "aes-128-cbc", keyBytes: 16, ivBytes: 16 },
  "aes192-cbc": { name: "aes-192-cbc", keyBytes: 24, ivBytes: 16 },
  "aes256-cbc": { name: "aes-256-cbc", keyBytes: 32, ivBytes: 16 },
  "tripledes-cbc": { name: "des-ede3-cbc", keyBytes: 24, ivBytes: 8 },
  "kw-aes128": { name: "id-aes128-wrap", keyBytes: 16, ivBytes: 0 },
  "kw-aes192": { name: "id-aes192-wrap", keyBytes: 24, ivBytes: 0 },
  "kw-aes256": { name: "id-aes256-wrap", keyBytes: 32, ivBytes: 0 },
};
/** RFC 3394, section 2.2.3.1 */
const WRAP_IV = Buffer.alloc(8, 0xa6);
const MACS: Readonly<Record<string, Digest>> = {
  "hmac-sha1": "sha1",
  "hmac-sha256": "sha256",
  "hmac-sha512": "sha512",
};
/** RFC 8018, appendix B.1.2: the default is HMAC-SHA1. */
const PRFS: Readonly<Record<string, Digest>> = { "": "sha1", ...MACS };

/** A value of a key: "secret" and the like. Returns undefined if it does not open. */
export type OpenValue = (value: Element) => Buffer | undefined;

/** For a container without a lock, a value that is locked does not open. Throws UserError (exit 5). */
export async function openerOf(container: Element, passphrase: AskPassphrase): Promise<OpenValue> {
  const lock = elementIn(container, "EncryptionKey");
  if (lock === undefined) return () => undefined;
  const derivation = elementIn(lock, "DerivedKey", "KeyDerivationMethod");
  const key =
    derivation === undefined ? presharedKey(await passphrase()) : await derivedKey(derivation, passphrase);
  const method = elementIn(container, "MACMethod");
  const inner = method && elementIn(method, "MACKey");
  // Without a key of its own, the MAC has the encryption's (older drafts).
  const macKey = inner === undefined ? key : decrypted(inner, key);
  if (macKey === undefined) throw new WrongPassphrase();
  const digest = MACS[algorithmOf(method)];
  if (method !== undefined && digest === undefined) throw unsupported();
  return (value) => {
    const sealed = elementIn(value, "EncryptedValue");
    if (sealed === undefined) return undefined;
    const mac = base64Of(textIn(value, "ValueMAC"));
    const content = contentOf(sealed);
    if (content === undefined) return undefined;
    if (digest !== undefined && mac !== undefined && mac.length > 0) {
      const expected = createHmac(digest, macKey).update(content).digest();
      if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) return undefined;
    }
    return decrypted(sealed, key);
  };
}

/** The user types it as the maker of the tokens sends it: hex, rarely base64. */
function presharedKey(typed: string): Buffer {
  const text = typed.replace(/[\s:-]/g, "");
  const key = text.length >= 32 ? hexOf(text) : undefined;
  return key ?? base64Of(typed) ?? Buffer.alloc(0);
}

async function derivedKey(method: Element, passphrase: AskPassphrase): Promise<Buffer> {
  const salt = base64Of(textIn(method, "PBKDF2-params", "Salt", "Specified"));
  const rounds = Number(textIn(method, "PBKDF2-params", "IterationCount"));
  const length = Number(textIn(method, "PBKDF2-params", "KeyLength") || 16);
  const parameters = elementIn(method, "PBKDF2-params");
  const digest = PRFS[algorithmOf(parameters && elementIn(parameters, "PRF"))];
  if (!/pbkdf2$/i.test(attributeOf(method, "Algorithm")) || digest === undefined) throw unsupported();
  if (salt === undefined || ![16, 24, 32].includes(length)) throw unreadable("PSKC", "is damaged");
  return pbkdf2Key(await passphrase(), salt, rounds, length, digest);
}

function contentOf(sealed: Element): Buffer | undefined {
  return base64Of(textIn(sealed, "CipherData", "CipherValue"));
}

function decrypted(sealed: Element, key: Buffer): Buffer | undefined {
  const cipher = CIPHERS[algorithmOf(elementIn(sealed, "EncryptionMethod"))];
  const content = contentOf(sealed);
  if (cipher === undefined) throw unsupported();
  const { name, keyBytes, ivBytes } = cipher;
  if (content === undefined || key.length !== keyBytes) return undefined;
  try {
    const iv = ivBytes === 0 ? WRAP_IV : content.subarray(0, ivBytes);
    const decipher = createDecipheriv(name, key, iv);
    if (ivBytes > 0) decipher.setAutoPadding(false);
    const plain = Buffer.concat([decipher.update(content.subarray(ivBytes)), decipher.final()]);
    return ivBytes === 0 ? plain : unpadded(plain, ivBytes);
  } catch {
    return undefined;
  }
}

/** XML Encryption, section 5.2: the last byte is the number of padding bytes; the others may be anything. */
function unpadded(plain: Buffer, block: number): Buffer | undefined {
  const padding = plain.at(-1) ?? 0;
  return padding < 1 || padding > block ? undefined : plain.subarray(0, plain.length - padding);
}

/** The last part of the URI, which differs between versions of the standards. */
function algorithmOf(element: Element | undefined): string {
  const uri = element === undefined ? "" : attributeOf(element, "Algorithm");
  return uri.slice(Math.max(uri.lastIndexOf("#"), uri.lastIndexOf("/")) + 1).toLowerCase();
}

function unsupported() {
  return unreadable("PSKC", "is encrypted in a way that this release does not support");
}
