/** How many terminal columns a text occupies: two for East Asian and emoji characters, none for combining ones. Pure. */
import { eastAsianWidth } from "get-east-asian-width";

/** Combining marks, and format characters, which only affect how the characters around them are shown. */
const ZERO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7ff]/u;

export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text)
    columns += ZERO_WIDTH.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0);
  return columns;
}

/** Exactly this many columns: padded with spaces, or cut at the end. */
export function fitted(text: string, columns: number): string {
  return padded(columnsOf(text) <= columns ? text : `${start([...text], columns - 1)}…`, columns);
}

/** Like `fitted`, but cut in the middle: similar names often differ at the end. */
export function fittedName(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return padded(text, columns);
  const head = start([...text], Math.ceil((columns - 1) / 2));
  const tail = start([...text].reverse(), columns - 1 - columnsOf(head));
  return padded(`${head}…${[...tail].reverse().join("")}`, columns);
}

function start(characters: readonly string[], columns: number): string {
  let left = columns;
  const end = characters.findIndex((character) => {
    left -= columnsOf(character);
    return left < 0;
  });
  return characters.slice(0, Math.max(0, end)).join("");
}

/** At least this many columns: padded with spaces. */
export function padded(text: string, columns: number): string {
  return columns < 1 ? "" : text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}
