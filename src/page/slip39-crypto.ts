/** What the slip39 library takes from Node to join shares; it never splits a key here. */
import { hmac } from "@noble/hashes/hmac.js";
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";

export const Buffer = { from: (bytes: readonly number[]) => Uint8Array.from(bytes) };

export function pbkdf2Sync(password: Uint8Array, salt: Uint8Array, c: number, dkLen: number): Uint8Array {
  return pbkdf2(sha256, password, salt, { c, dkLen });
}

export function createHmac(_: "sha256", key: Uint8Array) {
  const running = hmac.create(sha256, key);
  return { update: (bytes: Uint8Array) => running.update(bytes), digest: () => running.digest() };
}

export function randomBytes(): never {
  throw new Error("no key is split here");
}
