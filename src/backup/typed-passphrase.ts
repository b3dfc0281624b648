/** What a passphrase that was typed may mean. Pure. */
import { normalizePassphrase } from "../base/passphrase-text.ts";
import { normalizeWords, PASSPHRASE_WORDS, wordList } from "../base/word-list.ts";

/** What the user may mean: ten words of our list are a passphrase that we generated, in any case and with any spacing. */
export async function typedForms(passphrase: string): Promise<string[]> {
  const normalized = normalizePassphrase(passphrase);
  const words = normalizeWords(normalized);
  if (words === normalized || words.split(" ").length !== PASSPHRASE_WORDS) return [normalized];
  const list = await wordList();
  return words.split(" ").every((word) => list.includes(word)) ? [words, normalized] : [normalized];
}
