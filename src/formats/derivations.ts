/** Key derivation at any cost: callers go through kdf.ts, which checks the costs first. */
import { createCipheriv, pbkdf2, scrypt } from "node:crypto";
import { promisify } from "node:util";

export type Digest = "sha1" | "sha256" | "sha512";

export interface ScryptWork {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

export interface Argon2Work {
  readonly variant: "argon2id" | "argon2d";
  readonly kibibytes: number;
  readonly iterations: number;
  readonly parallelism: number;
}

export function derivePbkdf2(
  passphrase: string | Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
  digest: Digest,
): Promise<Buffer> {
  return promisify(pbkdf2)(passphrase, salt, iterations, length, digest);
}

/** 32 bytes. */
export function deriveScrypt(passphrase: string, salt: Uint8Array, { n, r, p }: ScryptWork): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, 32, { N: n, r, p, maxmem: 2 * 128 * n * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

export async function deriveArgon2(
  passphrase: string | Uint8Array,
  salt: Uint8Array,
  { variant, kibibytes, iterations, parallelism }: Argon2Work,
  length: number,
): Promise<Uint8Array> {
  const library = await import("hash-wasm");
  return library[variant]({
    password: passphrase,
    salt,
    memorySize: kibibytes,
    iterations,
    parallelism,
    hashLength: length,
    outputType: "binary",
  });
}

/**
 * AES-256 with `key`, applied `times` times. CBC over zeros feeds the block cipher its own output: the fastest possible loop.
 */
export function deriveAes(block: Uint8Array, key: Uint8Array, times: number): Uint8Array {
  const cipher = createCipheriv("aes-256-cbc", key, block);
  const zeros = Buffer.alloc(64 * 1024);
  let output = cipher.update(zeros.subarray(0, (times * 16) % zeros.length));
  for (let i = Math.floor((times * 16) / zeros.length); i > 0; i--) output = cipher.update(zeros);
  return output.subarray(-16);
}
