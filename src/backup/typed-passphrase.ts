/** Passphrases as they are typed and kept. Pure. */
import { PASSPHRASE_WORDS, wordList } from "./word-list.ts";

/** White space around a passphrase does not count (a prompt trims, a file ends in a newline), nor does its Unicode form. */
export function normalizePassphrase(passphrase: string): string {
  return passphrase.normalize("NFC").trim();
}

/** What may be meant: ten words of our list are those that we made up, in whatever case and spacing they are typed. */
export async function typedForms(passphrase: string): Promise<string[]> {
  const tidy = normalizePassphrase(passphrase);
  const words = normalizeWords(tidy);
  if (words === tidy || words.split(" ").length !== PASSPHRASE_WORDS) return [tidy];
  const list = await wordList();
  return words.split(" ").every((word) => list.includes(word)) ? [words, tidy] : [tidy];
}

export function normalizeWords(text: string): string {
  return text.toLowerCase().split(/\s+/).filter(Boolean).join(" ");
}
