/** What foreign files may ask for: they are hostile until proven otherwise. Real files stay far below. */

const MIB = 1024 * 1024;

export const LIMITS = {
  /** A file, and what is unpacked from one. */
  bytes: 64 * MIB,
  entries: 10_000,
  jsonDepth: 64,
  /** Key derivation: above these the work would be an attack, not a lock. Ente needs 1 GiB. */
  scrypt: { n: 2 ** 20, r: 16, p: 4, bytes: 1024 * MIB },
  pbkdf2: { iterations: 10_000_000 },
  argon2: { kibibytes: 1024 * 1024, iterations: 20, parallelism: 16 },
} as const;
