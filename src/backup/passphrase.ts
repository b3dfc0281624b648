/** White space around a passphrase does not count (a prompt trims, a file ends in a newline), nor does its Unicode form. */
export function tidyPassphrase(passphrase: string): string {
  return passphrase.normalize("NFC").trim();
}
