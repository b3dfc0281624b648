/**
 * Finds out whether a seed is already enrolled, without opening every seed.
 * A fingerprint is 32 bits of an HMAC of the seed, each with its own salt: enough to narrow the search to one candidate,
 * which is then opened and compared; far too few to confirm a guessed seed or to reveal anything about an unknown one.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { isCryptoLoaded, nodeCrypto } from "../base/node-crypto.ts";
import type { Secret } from "../otp/secret.ts";

const SALT_BYTES = 8;
const KEPT_BYTES = 4;

/** `salt.hash`, both in hex. */
export function fingerprintOf(secret: Secret, random: (bytes: number) => Uint8Array): string {
  const salt = Buffer.from(random(SALT_BYTES)).toString("hex");
  return `${salt}.${hash(secret, salt)}`;
}

/** Whether the fingerprint may be of this seed; an unknown or missing fingerprint may be of any seed. */
export function mayMatch(secret: Secret, fingerprint: string): boolean {
  const parts = /^([0-9a-f]+)\.([0-9a-f]{8})$/.exec(fingerprint);
  return parts?.[1] === undefined || hash(secret, parts[1]) === parts[2];
}

/** Every `code` computes one, so this avoids loading node:crypto, as in otp/one-time-code.ts. */
function hash(secret: Secret, salt: string): string {
  const key = Buffer.from(`twinseed fingerprint 1 ${salt}`);
  const digest = isCryptoLoaded()
    ? nodeCrypto().createHmac("sha256", key).update(secret.reveal()).digest()
    : hmac(sha256, key, secret.reveal());
  return Buffer.from(digest.subarray(0, KEPT_BYTES)).toString("hex");
}
