/** The one form of a passphrase that was typed or read from a file: seeds and backups are sealed with this text. Pure. */

/** Ignores white space around a passphrase (a prompt trims, a file ends in a newline) and differences in Unicode form. */
export function normalizePassphrase(passphrase: string): string {
  return passphrase.normalize("NFC").trim();
}
