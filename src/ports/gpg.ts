/** The user's own GnuPG, with their keys and their agent. */
export interface Gpg {
  /** Decrypts a file. Throws UserError if there is no gpg or no key, if decryption fails, or beyond `limit` bytes. */
  decrypt(path: string, limit: number): Promise<Uint8Array>;
  /** Encrypts to the user's keys of these names. Throws UserError if there is no gpg, or no key of a name that is trusted. */
  encrypt(content: Uint8Array, recipients: readonly string[]): Promise<Uint8Array>;
}
