/** The user's own GnuPG, with their keys and their agent. */
export interface Gpg {
  /** What an encrypted file holds. Throws UserError: no gpg, no key, not decrypted, beyond `limit` bytes. */
  decrypt(path: string, limit: number): Promise<Uint8Array>;
}
