/** What foreign files may ask for: they are hostile until proven otherwise. Real files stay far below. */

const MIB = 1024 * 1024;

export const LIMITS = {
  /** A file, and what is unpacked from one. */
  bytes: 64 * MIB,
  /** Text that is no JSON; pictures and attachments make only JSON and databases large. */
  textBytes: 16 * MIB,
  /** Of a table; most rows of a password manager have no one-time password. */
  rows: 100_000,
  entries: 10_000,
  jsonDepth: 64,
  /** Key derivation: above these the work would be an attack, not a lock. Ente needs 1 GiB. */
  scrypt: { n: 2 ** 20, r: 16, p: 4, bytes: 1024 * MIB },
  /** The most that Bitwarden offers, whose is the highest. */
  pbkdf2: { iterations: 2_000_000 },
  /** About five seconds; KeePass proposes what takes one. */
  aesKdf: { rounds: 100_000_000 },
  argon2: { kibibytes: 1024 * 1024, iterations: 20, parallelism: 16 },
} as const;
