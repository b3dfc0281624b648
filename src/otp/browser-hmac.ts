/** HMAC for codes where there is no node:crypto, and no time to wait for that of browsers, which answers with promises. */
import { hmac as nobleHmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import type { Algorithm } from "./enrollment.ts";

const HASHES = { SHA1: sha1, SHA256: sha256, SHA512: sha512 } as const;

export function hmac(algorithm: Algorithm, key: Uint8Array, message: Uint8Array): Uint8Array {
  return nobleHmac(HASHES[algorithm], key, message);
}
