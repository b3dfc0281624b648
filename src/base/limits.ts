/**
 * Limits on foreign input, all in one place: other apps' files, pictures, the output of git and other programs. Such input is
 * hostile until proven otherwise; real input stays far below these limits. docs/limits.md lists them for users, and
 * test/limits.test.ts tests each at its boundary. Timeouts are defined where the waiting happens.
 */

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

/** Files to import, and what the readers in formats/ accept. */
export const LIMITS = {
  /** A file, and the data unpacked from it. */
  bytes: 64 * MIB,
  /** Text other than JSON; only JSON and databases get large, from embedded pictures and attachments. */
  textBytes: 16 * MIB,
  /** Rows in a CSV; most rows of a password manager's export have no one-time password. */
  rows: 100_000,
  entries: 10_000,
  /** Applies to all JSON that we read; our own files nest five levels deep. */
  jsonDepth: 64,
  /** Each tag costs about a kilobyte in the tree; real databases have a few hundred thousand. */
  xmlTags: 500_000,
  /** One QR code of a Google Authenticator export. */
  migrationBytes: 64 * KIB,
  /** Key derivation: a file that asks for more than this is an attack, not a lock. Ente needs 1 GiB. */
  scrypt: { n: 2 ** 20, r: 16, p: 4, bytes: GIB },
  /** The maximum that Bitwarden offers, the highest of all apps. */
  pbkdf2: {
    iterations: 2_000_000,
    /** Where each entry of a file has a lock of its own, as Authy's have: 500 of them, about twenty seconds. */
    total: 50_000_000,
  },
  /** About five seconds; KeePass suggests a value that takes one second. */
  aesKdf: { rounds: 100_000_000 },
  argon2: { kibibytes: GIB / KIB, iterations: 20, parallelism: 16 },
  /** Ways to open one file; each costs a key derivation. Aegis creates two. */
  passwordSlots: 4,
  /** Files in one archive that are encrypted separately. */
  lockedFiles: 100,
  /** In one archive, including empty members: reading the entry of each takes about 20 kB of memory. */
  zipMembers: 10_000,
} as const;

/** One account: an otpauth URI, an entry in another app's file or in our own ledger, or the arguments of a library call. */
export const OTP_LIMITS = {
  /** A label may be long, but a URI must have some limit (QR codes stop at 4,296 characters). */
  uriCharacters: 64 * KIB,
  seedBytes: 4096,
  /** No known service or device works outside this range. */
  digits: { least: 5, most: 10 },
  /** Seconds. */
  period: { least: 1, most: 2_147_483 },
} as const;

/** Pictures. */
export const PICTURE_LIMITS = {
  bytes: 32 * MIB,
  /** Three 4K screens next to each other have half as many. */
  pixels: 50_000_000,
  /** Of an animation, and the sum of their pixels: fifty seconds of a screen recording at two frames per second. */
  frames: 100,
  framePixels: 200_000_000,
} as const;

/** Backups, which are age files. */
export const BACKUP_LIMITS = {
  bytes: 64 * MIB,
  headerBytes: 256 * KIB,
  recipients: 100,
  /** The binary logarithm of scrypt's N: 18 takes 256 MiB, and is what `age` uses; 20 takes 1 GiB. */
  work: 20,
} as const;

/** Our own files in the data folder, which may come from someone else through a shared repository. */
export const OWN_LIMITS = {
  /** The file of one account is small; the files that hold all accounts (incoming.json, names.json) are not. */
  bytes: 64 * MIB,
  /** One that a repository brings: a list of 10,000 devices has less. */
  sharedBytes: 4 * MIB,
  /** All that it may bring: 10,000 accounts have 20,000 files. */
  sharedFiles: 50_000,
  /** With the longest kind of recipient there is (post-quantum) it has half as many. */
  ageSlotBytes: 8 * KIB,
  /** Of one slot; `age` encrypts to one recipient, and some programs add a made-up one. */
  ageStanzas: 4,
  ageSlots: 500,
  /** Of a passphrase's slot. */
  scrypt: { N: 2 ** 20, r: 16, p: 4, bytes: GIB },
  /** Of all passphrases' slots that are tried, as the sum of N r p: 24 of our own, about eight seconds. */
  scryptWork: 24 * 2 ** 17 * 8,
  /** One entry of the list of members; with 500 of them it has half as many characters. */
  membersBytes: 512 * KIB,
  members: 500,
  /** Passphrases, raw keys and older data keys. */
  memberSlots: 2_000,
  /** Changes of the list; each is a file. */
  memberEntries: 100_000,
  memberName: 64,
} as const;

/** Whether scrypt is defined for these parameters: N is a power of two below 2^(16 r) (RFC 7914, section 2). */
export function isScryptCost(N: number, r: number): boolean {
  return N > 1 && Number.isInteger(Math.log2(N)) && Math.log2(N) < 16 * r;
}

/** Small files that users name, and text that they paste. */
export const TEXT_LIMITS = {
  /** A passphrase, a key, an age identity. */
  secretBytes: 64 * KIB,
  /** A list, a file of shares, the clipboard, AWS's configuration, one entry of a pass store. */
  bytes: MIB,
  /** A code that is typed or piped in, and the command line that a shell wants completed. */
  codeBytes: 1000,
  commandLineBytes: 1_000_000,
} as const;

/** What belongs to one account next to its seed: recovery codes and a note. */
export const NOTE_LIMITS = {
  /** The note and the codes together, as UTF-8. */
  bytes: 16 * KIB,
  codes: 200,
  codeCharacters: 200,
  /** Sealed, with what two computers wrote at the same time and what was replaced. */
  sealedBytes: MIB,
  /** What different computers wrote without knowing of each other. */
  seals: 100,
} as const;

/** How much output of other programs we read. */
export const OUTPUT_LIMITS = {
  awsBytes: 256 * KIB,
  /** IAM's credential report on 5,000 users, the most that an account can have, takes this with the longest names. */
  awsReportBytes: 16 * MIB,
  /** The seed of a new MFA device; AWS generates 64 letters. */
  awsSeedBytes: 4 * KIB,
  /** A key has 64 names of 64 bytes. */
  ykmanBytes: 256 * KIB,
  printerBytes: MIB,
  leaseBytes: 4 * MIB,
  /** Memory of git itself for a repository of leases, in total and per allocation: enough for some 200,000 names. */
  gitMemoryBytes: 64 * MIB,
  gitPieceBytes: 16 * MIB,
  /** All replies of a Redis on one connection. Each of ours is shorter than 100 bytes; HOTP counters may take a hundred attempts. */
  redisBytes: 16 * KIB,
  /** Everything in a repository that shares a file store. */
  repositoryBytes: 256 * MIB,
} as const;
