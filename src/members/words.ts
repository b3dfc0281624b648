/** Eight words for an entry of the members' list: the first 80 bits of its hash. Equal words: equal members, keys and past. Pure. */
import { usageError } from "../base/errors.ts";
import { nearestWord, wordList } from "../base/word-list.ts";

const WORDS = 8;
const BITS = 10;

/** `hash`: SHA-256 in hexadecimal. The words, with a hyphen between each two, so that a shell takes them for one. */
export async function wordsOf(hash: string): Promise<string> {
  const list = await wordList();
  const bits = BigInt(`0x${hash.slice(0, (WORDS * BITS) / 4)}`);
  const words = Array.from({ length: WORDS }, (_, i) => {
    const shift = BigInt((WORDS - 1 - i) * BITS);
    return list[Number((bits >> shift) & 0x3ffn)] ?? "";
  });
  return words.join("-");
}

/** The beginning of the hash that these words stand for, in hexadecimal. Throws UserError (exit 2) that says which is none. */
export async function hashStartOf(text: string): Promise<string> {
  const list = await wordList();
  const words = text
    .toLowerCase()
    .split(/[\s,-]+/)
    .filter(Boolean);
  if (words.length !== WORDS)
    throw usageError(`a store has ${WORDS} words, and there are ${words.length}`, "see: twinseed store");
  let bits = 0n;
  for (const [i, word] of words.entries()) {
    const number = list.indexOf(word);
    if (number < 0)
      throw usageError(
        `word ${i + 1} is not on the list of words`,
        `the one that is most similar: ${await nearestWord(word)}`,
      );
    bits = (bits << BigInt(BITS)) | BigInt(number);
  }
  return bits.toString(16).padStart((WORDS * BITS) / 4, "0");
}
