/**
 * The header of a .kdbx file (KDBX 3.1 and 4): how the file is encrypted. A file that this program can't open is refused here,
 * before the user is asked for a password. https://keepass.info/help/kb/kdbx.html
 */
import type { KdbxHeader } from "kdbxweb";
import { LIMITS } from "../base/limits.ts";
import { unreadable } from "./faults.ts";
import { CIPHER_IDS, KDF_IDS } from "./kdbx-ids.ts";
import { aesKdfKey, argon2Key } from "./kdf.ts";

export interface Lock {
  readonly version: 3 | 4;
  /** All bytes up to the end of the header. */
  readonly head: Uint8Array;
  readonly cipher: "aes" | "chacha20" | "twofish";
  readonly isCompressed: boolean;
  readonly masterSeed: Uint8Array;
  readonly iv: Uint8Array;
  /**
   * The slow part: makes the composite key expensive to guess. Throws UserError (exit 5) up front if the file asks for too much.
   */
  readonly transform: (composite: Uint8Array) => Promise<Uint8Array>;
  /** Version 3 only; in version 4 it is inside the encrypted content. */
  readonly stream: InnerStream | undefined;
  /** Version 3 only: the start of the decrypted content, if the key is correct. */
  readonly startBytes: Uint8Array | undefined;
}

/** The cipher that encrypts the protected values inside the file a second time. */
export interface InnerStream {
  readonly id: number;
  readonly key: Uint8Array;
}

export const EXPORT_HINT =
  "let KeePassXC open it, without a file in between: keepassxc-cli export -f xml db.kdbx | twinseed import -";

/** The second word of the signature. Other values are older: KeePass 1 and the pre-releases of KeePass 2. */
const KDBX = "67fb4bb5";
const CIPHERS: Readonly<Record<string, Lock["cipher"]>> = {
  [CIPHER_IDS.aes]: "aes",
  [CIPHER_IDS.chacha20]: "chacha20",
  [CIPHER_IDS.twofish]: "twofish",
};
const KDFS: Readonly<Record<string, "aes" | "argon2d" | "argon2id">> = {
  [KDF_IDS.aes]: "aes",
  [KDF_IDS.aesInVersion4]: "aes",
  [KDF_IDS.argon2d]: "argon2d",
  [KDF_IDS.argon2id]: "argon2id",
};
const ARGON2_VERSION = 0x13;

/** Throws UserError (exit 5). */
export async function readLock(bytes: Uint8Array): Promise<Lock> {
  const file = Buffer.from(bytes);
  if (file.length < 12) throw unreadable("KeePass", "is damaged");
  const version = file.readUInt16LE(10);
  if (file.toString("hex", 4, 8) !== KDBX || version < 3)
    throw unreadable(
      "KeePass",
      "is older than KDBX 3",
      "open it in KeePass 2 or KeePassXC, save it as a new database, and import that",
    );
  if (version > 4)
    throw unreadable("KeePass", `has version ${version}; this release reads up to 4`, EXPORT_HINT);
  const header = await parseHeader(bytes);
  const cipher = CIPHERS[Buffer.from(header.dataCipherUuid?.id ?? "", "base64").toString("hex")];
  if (cipher === undefined)
    throw unreadable("KeePass", "is encrypted with a cipher that this release does not support", EXPORT_HINT);
  const { masterSeed, encryptionIV, protectedStreamKey, streamStartBytes, crsAlgorithm, endPos } = header;
  return {
    version: version === 3 ? 3 : 4,
    head: bytes.subarray(0, endPos),
    cipher,
    isCompressed: header.compression === 1,
    masterSeed: bytesOf(masterSeed),
    iv: bytesOf(encryptionIV),
    transform: version === 3 ? aesOf(header.transformSeed, header.keyEncryptionRounds) : kdfOf(header),
    stream: version === 3 ? { id: crsAlgorithm ?? 0, key: bytesOf(protectedStreamKey) } : undefined,
    startBytes: version === 3 ? bytesOf(streamStartBytes) : undefined,
  };
}

async function parseHeader(bytes: Uint8Array): Promise<KdbxHeader> {
  const { BinaryStream, Kdbx, KdbxContext, KdbxHeader } = (await import("kdbxweb")).default;
  try {
    // A copy, because .buffer of a pooled buffer would include other data.
    const stream = new BinaryStream(Uint8Array.from(bytes).buffer);
    return KdbxHeader.read(stream, new KdbxContext({ kdbx: new Kdbx() }));
  } catch (error) {
    throw Object.assign(unreadable("KeePass", "is damaged"), { cause: error });
  }
}

function kdfOf({ kdfParameters }: KdbxHeader): Lock["transform"] {
  const value = (name: string): unknown => kdfParameters?.get(name);
  const kdf = KDFS[hex(value("$UUID"))];
  if (kdf === undefined)
    throw unreadable("KeePass", "is encrypted in a way that this release does not support", EXPORT_HINT);
  if (kdf === "aes") return aesOf(value("S"), numberOf(value("R")));
  const salt = bytesOf(value("S"));
  if (value("V") !== ARGON2_VERSION || value("K") !== undefined || value("A") !== undefined)
    throw unreadable(
      "KeePass",
      "is encrypted with a variant of Argon2 that this release does not support",
      EXPORT_HINT,
    );
  const kibibytes = numberOf(value("M")) / 1024;
  const costs = { kibibytes, iterations: numberOf(value("I")), parallelism: numberOf(value("P")) };
  return (composite) => argon2Key(composite, salt, costs, 32, kdf, argon2Limits(kibibytes));
}

/**
 * KeePassXC measures how many rounds the user's computer manages in a second on all its threads. Both numbers are often larger
 * than in other programs, but with little memory. The time it takes is rounds times memory, and that product stays within the
 * limits.
 */
function argon2Limits(kibibytes: number) {
  const { kibibytes: most, iterations } = LIMITS.argon2;
  const rounds = Math.floor((most * iterations) / Math.max(kibibytes, 1));
  return { kibibytes: most, iterations: rounds, parallelism: 255 };
}

function aesOf(seed: unknown, rounds: unknown): Lock["transform"] {
  const key = bytesOf(seed);
  if (key.length !== 32) throw unreadable("KeePass", "is damaged");
  return async (composite) => aesKdfKey(composite, key, rounds);
}

/** The header's parser returns 64-bit numbers as objects. Returns NaN if the value is not a number or too large. */
function numberOf(value: unknown): number {
  try {
    return typeof value === "object" || typeof value === "number" ? Number(value) : Number.NaN;
  } catch {
    return Number.NaN;
  }
}

function bytesOf(value: unknown): Uint8Array {
  if (!(value instanceof ArrayBuffer)) throw unreadable("KeePass", "is damaged");
  return new Uint8Array(value);
}

function hex(value: unknown): string {
  return value instanceof ArrayBuffer ? Buffer.from(value).toString("hex") : "";
}
