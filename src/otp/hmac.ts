/** HMAC for codes (RFC 2104). In the library's build for browsers, browser-hmac.ts stands in for this file. */
import { hmac as nobleHmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { isCryptoLoaded, nodeCrypto } from "../base/node-crypto.ts";
import type { Algorithm } from "./enrollment.ts";

/**
 * Loading node:crypto is a tenth of a whole run: where nothing else has needed it, a small library answers for SHA1, which
 * nearly all accounts have.
 */
export function hmac(algorithm: Algorithm, key: Uint8Array, message: Uint8Array): Uint8Array {
  if (algorithm === "SHA1" && !isCryptoLoaded()) return nobleHmac(sha1, key, message);
  return nodeCrypto().createHmac(algorithm, key).update(message).digest();
}
