/**
 * Derives keys from passphrases. The costs come from the file; above the limits they are refused, and the error names the number.
 */
import { createDecipheriv, createHash } from "node:crypto";
import { ExitCode, UserError } from "../base/errors.ts";
import { isScryptCost, LIMITS } from "../base/limits.ts";
import { type Digest, deriveAes, deriveArgon2, derivePbkdf2, deriveScrypt } from "./derivations.ts";
import { WrongPassphrase } from "./faults.ts";

export type { Digest } from "./derivations.ts";

/** PBKDF2 (RFC 8018) with HMAC, `length` bytes. Throws UserError (exit 5) for a cost outside the limits. */
export async function pbkdf2Key(
  passphrase: string | Uint8Array,
  salt: Uint8Array,
  iterations: unknown,
  length: number,
  digest: Digest,
): Promise<Buffer> {
  const rounds = cost("PBKDF2 iterations", iterations, LIMITS.pbkdf2.iterations);
  return derivePbkdf2(passphrase, salt, rounds, length, digest);
}

/** scrypt (RFC 7914), 32 bytes. */
export async function scryptKey(
  passphrase: string,
  salt: Uint8Array,
  costs: { readonly n: unknown; readonly r: unknown; readonly p: unknown },
): Promise<Buffer> {
  const n = cost("scrypt N", costs.n, LIMITS.scrypt.n);
  const r = cost("scrypt r", costs.r, LIMITS.scrypt.r);
  const p = cost("scrypt p", costs.p, LIMITS.scrypt.p);
  cost("scrypt memory", 128 * n * r, LIMITS.scrypt.bytes);
  if (!isScryptCost(n, r)) throw outOfBounds("scrypt N", n);
  return deriveScrypt(passphrase, salt, { n, r, p });
}

export interface Argon2Costs {
  readonly kibibytes: unknown;
  readonly iterations: unknown;
  readonly parallelism: unknown;
}

export interface Argon2Limits {
  readonly kibibytes: number;
  readonly iterations: number;
  readonly parallelism: number;
}

/** Argon2id (RFC 9106), or Argon2d for KeePass files; `length` bytes. */
export async function argon2Key(
  passphrase: string | Uint8Array,
  salt: Uint8Array,
  costs: Argon2Costs,
  length = 32,
  variant: "argon2id" | "argon2d" = "argon2id",
  limits: Argon2Limits = LIMITS.argon2,
): Promise<Uint8Array> {
  const work = {
    variant,
    kibibytes: cost("Argon2 memory in KiB", costs.kibibytes, limits.kibibytes),
    iterations: cost("Argon2 iterations", costs.iterations, limits.iterations),
    parallelism: cost("Argon2 parallelism", costs.parallelism, limits.parallelism),
  };
  // RFC 9106 section 3.1: no library accepts less. Ours does not accept an empty passphrase either.
  if (work.kibibytes < 8 * work.parallelism) throw outOfBounds("Argon2 memory in KiB", costs.kibibytes);
  if (salt.length < 8) throw new UserError("its encryption parameters are damaged", ExitCode.unreadable);
  if (passphrase.length === 0) throw new WrongPassphrase();
  return deriveArgon2(passphrase, salt, work, length);
}

/**
 * KeePass's AES-KDF: encrypts each half of the 32 bytes `rounds` times with AES-256 and the key `seed`, then hashes both with
 * SHA-256.
 */
export function aesKdfKey(key: Uint8Array, seed: Uint8Array, rounds: unknown): Buffer {
  const times = cost("AES-KDF rounds", rounds, LIMITS.aesKdf.rounds);
  const halves = [key.subarray(0, 16), key.subarray(16, 32)].map((half) => deriveAes(half, seed, times));
  return createHash("sha256").update(Buffer.concat(halves)).digest();
}

/**
 * AES-GCM (NIST SP 800-38D) with the 16-byte tag at the end of `sealed`. Returns undefined if key, data and tag do not match; a
 * wrong key can't be told from damaged data.
 */
export function openGcm(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  additional?: Uint8Array,
): Buffer | undefined {
  const end = sealed.length - 16;
  if (end < 0 || nonce.length === 0) return undefined;
  const decipher = createDecipheriv(key.length === 16 ? "aes-128-gcm" : "aes-256-gcm", key, nonce, {
    authTagLength: 16,
  });
  if (additional !== undefined) decipher.setAAD(additional);
  decipher.setAuthTag(sealed.subarray(end));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** AES-256-CBC with PKCS#7 padding. Returns undefined if the padding is wrong, most likely because the key is. */
export function openCbc(key: Uint8Array, iv: Uint8Array, sealed: Uint8Array): Buffer | undefined {
  try {
    const decipher = createDecipheriv("aes-256-cbc", key, iv);
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  } catch {
    return undefined;
  }
}

function cost(what: string, value: unknown, most: number): number {
  const number = typeof value === "number" ? value : Number.NaN;
  if (Number.isSafeInteger(number) && number >= 1 && number <= most) return number;
  throw outOfBounds(what, value);
}

function outOfBounds(what: string, value: unknown): UserError {
  const figure = typeof value === "number" ? ` (${value})` : "";
  return new UserError(
    `its key derivation has a cost that no real file uses: ${what}${figure}`,
    ExitCode.unreadable,
  );
}
