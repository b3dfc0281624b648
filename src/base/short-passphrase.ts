/** When a new passphrase counts as short, whatever it locks: the store, this computer's identity, a backup, an export. */
import { normalizePassphrase } from "./passphrase-text.ts";

/**
 * Characters. Eight, the usual least, is meant for a server that counts the attempts: for a file nothing does, and anyone who has it can try
 * them all. One number for all files, as a person takes the same passphrase for several.
 */
export const SHORT = 10;

export function isShort(passphrase: string): boolean {
  return [...normalizePassphrase(passphrase)].length < SHORT;
}
