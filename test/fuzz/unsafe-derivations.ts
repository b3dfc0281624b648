/**
 * Replaces src/formats/derivations.ts while fuzzing, because most formats would spend all the time there. Unsafe: its keys are not
 * real. Keys derived while learning are right and remembered; every other request, whose right key would open nothing either,
 * gets bytes that look random. Counts the requested work.
 */
import { createCipheriv, createHash, pbkdf2Sync, scryptSync } from "node:crypto";
import { argon2d, argon2id } from "hash-wasm";
import type { Argon2Work, Digest, ScryptWork } from "../../src/formats/derivations.ts";

const known = new Map<string, Uint8Array>();
let isLearning = false;
let seconds = 0;

/** `work` reads valid files, whose locks open from then on. */
export async function learning<T>(work: () => Promise<T>): Promise<T> {
  isLearning = true;
  try {
    return await work();
  } finally {
    isLearning = false;
  }
}

/** Roughly how many seconds real derivation would have taken since the last call. */
export function secondsAsked(): number {
  const asked = seconds;
  seconds = 0;
  return asked;
}

async function derived(
  cost: number,
  length: number,
  question: readonly unknown[],
  really: () => Uint8Array | Promise<Uint8Array>,
): Promise<Buffer> {
  seconds += cost;
  const hash = createHash("sha256").update(JSON.stringify(question)).digest();
  const id = hash.toString("hex");
  if (isLearning && !known.has(id)) known.set(id, await really());
  const key = known.get(id) ?? createHash("shake256", { outputLength: length }).update(hash).digest();
  return Buffer.from(key); // a copy, because the caller may wipe it
}

const hex = (text: string | Uint8Array): string => Buffer.from(text).toString("hex");

export function derivePbkdf2(
  passphrase: string | Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
  digest: Digest,
): Promise<Buffer> {
  const question = ["pbkdf2", hex(passphrase), hex(salt), iterations, length, digest];
  return derived(iterations * 3e-7, length, question, () =>
    pbkdf2Sync(passphrase, salt, iterations, length, digest),
  );
}

export function deriveScrypt(passphrase: string, salt: Uint8Array, { n, r, p }: ScryptWork): Promise<Buffer> {
  const question = ["scrypt", hex(passphrase), hex(salt), n, r, p];
  return derived(n * r * p * 4e-7, 32, question, () =>
    scryptSync(passphrase, salt, 32, { N: n, r, p, maxmem: 256 * n * r }),
  );
}

export function deriveArgon2(
  passphrase: string | Uint8Array,
  salt: Uint8Array,
  work: Argon2Work,
  length: number,
): Promise<Uint8Array> {
  const { variant, kibibytes, iterations, parallelism } = work;
  const question = ["argon2", hex(passphrase), hex(salt), work, length];
  const library = variant === "argon2d" ? argon2d : argon2id;
  return derived(kibibytes * iterations * 1.2e-6, length, question, () =>
    library({
      password: passphrase,
      salt,
      memorySize: kibibytes,
      iterations,
      parallelism,
      hashLength: length,
      outputType: "binary",
    }),
  );
}

/** Not remembered but cut short, because it is synchronous: at most the rounds that the fixtures have. */
export function deriveAes(block: Uint8Array, key: Uint8Array, times: number): Uint8Array {
  seconds += times * 1e-8;
  const cipher = createCipheriv("aes-256-cbc", key, block);
  return cipher.update(Buffer.alloc(16 * Math.min(times, 100_000))).subarray(-16);
}
