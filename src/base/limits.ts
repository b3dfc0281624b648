/**
 * What input from elsewhere may ask for, all in one place: files of other apps, pictures, what git and other programs say. They
 * are hostile until proven otherwise; real ones stay far below. docs/limits.md lists these for users, and test/limits.test.ts
 * tries each at its border. How long we wait for others stands where it is waited.
 */

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

/** Files to import, and what the files of formats/ hold. */
export const LIMITS = {
  /** A file, and what is unpacked from one. */
  bytes: 64 * MIB,
  /** Text that is no JSON; pictures and attachments make only JSON and databases large. */
  textBytes: 16 * MIB,
  /** Of a table; most rows of a password manager have no one-time password. */
  rows: 100_000,
  entries: 10_000,
  /** Of any JSON that we read: our own files have five. */
  jsonDepth: 64,
  /** A tree costs about a kilobyte for each; real databases have some hundred thousand. */
  xmlTags: 500_000,
  /** Of one QR code of Google Authenticator. */
  migrationBytes: 64 * KIB,
  /** Key derivation: above these the work would be an attack, not a lock. Ente needs 1 GiB. */
  scrypt: { n: 2 ** 20, r: 16, p: 4, bytes: GIB },
  /** The most that Bitwarden offers, whose is the highest. */
  pbkdf2: { iterations: 2_000_000 },
  /** About five seconds; KeePass proposes what takes one. */
  aesKdf: { rounds: 100_000_000 },
  argon2: { kibibytes: GIB / KIB, iterations: 20, parallelism: 16 },
  /** Ways to open one file, each of which costs a key derivation. Aegis makes two. */
  passwordSlots: 4,
  /** Files of one archive, each with a lock of its own. */
  lockedFiles: 100,
  /** Of one archive, empty ones too: each costs some 20 kB to know of. */
  zipMembers: 10_000,
} as const;

/** One account: an otpauth URI, an entry of another app's file or of our own ledger, or what a caller of the library asks for. */
export const OTP_LIMITS = {
  /** A label may be long, a whole URI has to end somewhere (QR codes stop at 4,296 characters). */
  uriCharacters: 64 * KIB,
  seedBytes: 4096,
  /** Outside of these two no known service or device works. */
  digits: { least: 5, most: 10 },
  /** Seconds. */
  period: { least: 1, most: 2_147_483 },
} as const;

/** Pictures. */
export const PICTURE_LIMITS = {
  bytes: 32 * MIB,
  /** Three 4K screens side by side have half as many. */
  pixels: 50_000_000,
} as const;

/** Backups, which are age files. */
export const BACKUP_LIMITS = {
  bytes: 64 * MIB,
  headerBytes: 256 * KIB,
  recipients: 100,
  /** The binary logarithm of scrypt's N: 18 takes 256 MiB, and is what `age` uses; 20 takes 1 GiB. */
  work: 20,
} as const;

/** Our own files in the data folder, which a repository may have brought from somebody else. */
export const OWN_LIMITS = {
  /** One file an account is small; what all accounts are in together (incoming.json, names.json) is not. */
  bytes: 64 * MIB,
  ageSlotBytes: 64 * KIB,
  /** Of a passphrase's slot. */
  scrypt: { N: 2 ** 20, r: 16, p: 4, bytes: GIB },
} as const;

/** Whether there is scrypt with these at all: N is a power of two below 2^(16 r) (RFC 7914, section 2). */
export function isScryptCost(N: number, r: number): boolean {
  return N > 1 && Number.isInteger(Math.log2(N)) && Math.log2(N) < 16 * r;
}

/** Small files and texts that people name or paste. */
export const TEXT_LIMITS = {
  /** A passphrase, a key, an age identity. */
  secretBytes: 64 * KIB,
  /** A list, a file of shares, what is on the clipboard, AWS's configuration, one entry of a pass store. */
  bytes: MIB,
  /** Typed, or piped in: a code, and the command line that a shell wants completed. */
  codeBytes: 1000,
  commandLineBytes: 1_000_000,
} as const;

/** What other programs may say before we stop listening. */
export const OUTPUT_LIMITS = {
  awsBytes: 256 * KIB,
  /** The seed of a new MFA device; AWS makes 64 letters. */
  awsSeedBytes: 4 * KIB,
  printerBytes: MIB,
  leaseBytes: 4 * MIB,
  /** Everything that a repository of the file store may hold. */
  repositoryBytes: 256 * MIB,
} as const;
