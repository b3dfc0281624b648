/** Normalizes passphrases that were typed or read from a file. Pure. */
import { PASSPHRASE_WORDS, wordList } from "../base/word-list.ts";

/** Ignores white space around a passphrase (a prompt trims, a file ends in a newline) and differences in Unicode form. */
export function normalizePassphrase(passphrase: string): string {
  return passphrase.normalize("NFC").trim();
}

/** What the user may mean: ten words of our list are a passphrase that we generated, in any case and with any spacing. */
export async function typedForms(passphrase: string): Promise<string[]> {
  const normalized = normalizePassphrase(passphrase);
  const words = normalizeWords(normalized);
  if (words === normalized || words.split(" ").length !== PASSPHRASE_WORDS) return [normalized];
  const list = await wordList();
  return words.split(" ").every((word) => list.includes(word)) ? [words, normalized] : [normalized];
}

export function normalizeWords(text: string): string {
  return text.toLowerCase().split(/\s+/).filter(Boolean).join(" ");
}
