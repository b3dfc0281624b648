/** HMAC-SHA-256 for what `code` does: with node:crypto only if that is loaded, as loading it takes longer than the rest. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { isCryptoLoaded, nodeCrypto } from "./node-crypto.ts";

export function keyedHash(key: Uint8Array, message: Uint8Array): Buffer {
  return isCryptoLoaded()
    ? nodeCrypto().createHmac("sha256", key).update(message).digest()
    : Buffer.from(hmac(sha256, key, message));
}
