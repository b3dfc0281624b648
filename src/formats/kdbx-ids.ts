/** How KDBX files name what they are encrypted with: UUIDs, in hex. */

export const CIPHER_IDS = {
  aes: "31c1f2e6bf714350be5805216afc5aff",
  chacha20: "d6038a2b8b6f4cb5a524339a31dbb59a",
  twofish: "ad68f29f576f4bb9a36ad47af965346c",
} as const;

export const KDF_IDS = {
  aes: "c9d9f39a628a4460bf740d08c18a4fea",
  /** The same, as KeePassXC names it in version 4. */
  aesInVersion4: "7c02bb8279a74ac0927d114a00648238",
  argon2d: "ef636ddf8c29444b91f7a9a403e30a0c",
  argon2id: "9e298b1956db4773b23dfc3ec6f0a1e6",
} as const;
