/** The user's own GnuPG, with their keys and their agent. */
export interface Gpg {
  /** Decrypts a file. Throws UserError if there is no gpg or no key, if decryption fails, or beyond `limit` bytes. */
  decrypt(path: string, limit: number): Promise<Uint8Array>;
}
