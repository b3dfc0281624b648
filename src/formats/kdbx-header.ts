/**
 * The head of a .kdbx file (KDBX 3.1 and 4): how it is locked. What this program can't open is refused here, before anybody
 * is asked for a password. https://keepass.info/help/kb/kdbx.html
 */
import type { KdbxHeader } from "kdbxweb";
import { LIMITS } from "../base/limits.ts";
import { unreadable } from "./faults.ts";
import { aesKdfKey, argon2Key } from "./kdf.ts";

export interface Lock {
  readonly version: 3 | 4;
  /** Everything up to the end of the head. */
  readonly head: Uint8Array;
  readonly cipher: "aes" | "chacha20";
  readonly isCompressed: boolean;
  readonly masterSeed: Uint8Array;
  readonly iv: Uint8Array;
  /** The slow part: makes the composite key expensive. Throws UserError (exit 5) before it starts where the file asks for too much. */
  readonly transform: (composite: Uint8Array) => Promise<Uint8Array>;
  /** Version 3 only; version 4 has them inside. */
  readonly stream: InnerStream | undefined;
  /** Version 3 only: what the right key finds first. */
  readonly startBytes: Uint8Array | undefined;
}

/** What encrypts the protected values inside once more. */
export interface InnerStream {
  readonly id: number;
  readonly key: Uint8Array;
}

export const EXPORT_HINT =
  "export it as XML, which is read as well, and delete that file afterwards: keepassxc-cli export -f xml db.kdbx > db.xml";

/** The second word of the magic: the older ones are KeePass 1 and the trial versions of KeePass 2. */
const KDBX = "67fb4bb5";
const CIPHERS: Readonly<Record<string, Lock["cipher"] | "Twofish">> = {
  "31c1f2e6bf714350be5805216afc5aff": "aes",
  d6038a2b8b6f4cb5a524339a31dbb59a: "chacha20",
  ad68f29f576f4bb9a36ad47af965346c: "Twofish",
};
const KDFS: Readonly<Record<string, "aes" | "argon2d" | "argon2id">> = {
  c9d9f39a628a4460bf740d08c18a4fea: "aes",
  "7c02bb8279a74ac0927d114a00648238": "aes", // the same, as KeePassXC names it in version 4
  ef636ddf8c29444b91f7a9a403e30a0c: "argon2d",
  "9e298b1956db4773b23dfc3ec6f0a1e6": "argon2id",
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
      "is of a version older than KDBX 3",
      "open it in KeePass 2 or KeePassXC, save it as a new database, and import that",
    );
  if (version > 4)
    throw unreadable("KeePass", `is of a version (${version}) newer than this program knows`, EXPORT_HINT);
  const header = await parseHeader(bytes);
  const cipher = CIPHERS[Buffer.from(header.dataCipherUuid?.id ?? "", "base64").toString("hex")];
  if (cipher === undefined || cipher === "Twofish")
    throw unreadable(
      "KeePass",
      `is encrypted with ${cipher ?? "a cipher"} that this program does not know`,
      EXPORT_HINT,
    );
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
    // A copy: what stands in a pooled buffer would drag its neighbors along.
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
    throw unreadable("KeePass", "is locked in a way that this program does not know", EXPORT_HINT);
  if (kdf === "aes") return aesOf(value("S"), numberOf(value("R")));
  const salt = bytesOf(value("S"));
  if (value("V") !== ARGON2_VERSION || value("K") !== undefined || value("A") !== undefined)
    throw unreadable(
      "KeePass",
      "is locked with a kind of Argon2 that this program does not know",
      EXPORT_HINT,
    );
  const kibibytes = numberOf(value("M")) / 1024;
  const costs = { kibibytes, iterations: numberOf(value("I")), parallelism: numberOf(value("P")) };
  return (composite) => argon2Key(composite, salt, costs, 32, kdf, argon2Limits(kibibytes));
}

/**
 * KeePassXC measures how many rounds its owner's computer manages in a second, on all its threads: often more of both
 * than other programs ask for, over little memory. The time that it takes is rounds times memory, and that stays within the bounds.
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

/** The header's parser gives numbers of 64 bits as objects; NaN for what is none, or too large. */
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
