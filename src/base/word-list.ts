/** The 1024 words of SLIP-39: no two look alike, ten bits each. For shares, and for passphrases that we generate. Pure. */

export const PASSPHRASE_WORDS = 10;

export async function wordList(): Promise<readonly string[]> {
  const { SLIP39_WORDS } = await import("./slip39-words.ts");
  return SLIP39_WORDS;
}

/** Ten random words: 100 bits. */
export async function newPassphrase(random: (bytes: number) => Uint8Array): Promise<string> {
  const list = await wordList();
  const bytes = random(2 * PASSPHRASE_WORDS);
  const words = Array.from({ length: PASSPHRASE_WORDS }, (_, i) => {
    const number = (bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0);
    return list[number % list.length] ?? ""; // 65536 is a multiple of 1024, so every word is equally likely
  });
  return words.join(" ");
}

/** Words as they can be typed: in any case, and with any spacing. */
export function normalizeWords(text: string): string {
  return text.toLowerCase().split(/\s+/).filter(Boolean).join(" ");
}

/** The word in the list that is most similar to this one. */
export async function nearestWord(text: string): Promise<string> {
  const { closest } = await import("fastest-levenshtein");
  return closest(text.slice(0, 50), await wordList());
}
