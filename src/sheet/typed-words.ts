/** Words for command lines that users type from paper; shell-words.ts has those for lines that are pasted. Pure. */
import { isPlain } from "../base/printable.ts";
import { shellWord } from "../base/shell-words.ts";

/**
 * Like shellWord, for a line that is typed from paper: allows letters of all scripts. In a pasted line, a terminal set to
 * another encoding could interpret the bytes of such a letter as keys.
 */
export function typedWord(text: string): string | undefined {
  // "a" stands in for every such letter. A combining mark at the beginning would combine with the quotation mark.
  const ascii = text.startsWith("-") || isPlain(text) ? text : text.replace(/(?<!^)\p{M}|\p{L}|\p{N}/gu, "a");
  return ascii === text ? shellWord(text) : shellWord(ascii) && `"${text}"`;
}
