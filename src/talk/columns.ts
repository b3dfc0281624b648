/** How many columns of a terminal a text takes: two for East Asian and emoji characters, none for combining ones. Pure. */
import { eastAsianWidth } from "get-east-asian-width";

/** Combining marks, and what says how the characters around it are shown. */
const NONE = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7ff]/u;

export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text)
    columns += NONE.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0);
  return columns;
}

/** Exactly so many columns: filled up with blanks, or cut at the end. */
export function fitted(text: string, columns: number): string {
  return filled(columnsOf(text) <= columns ? text : `${start([...text], columns - 1)}…`, columns);
}

/** The same, cut in the middle: of names that are alike, the ends tell which is which. */
export function fittedName(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return filled(text, columns);
  const head = start([...text], Math.ceil((columns - 1) / 2));
  const tail = start([...text].reverse(), columns - 1 - columnsOf(head));
  return filled(`${head}…${[...tail].reverse().join("")}`, columns);
}

function start(characters: readonly string[], columns: number): string {
  let left = columns;
  const end = characters.findIndex((character) => {
    left -= columnsOf(character);
    return left < 0;
  });
  return characters.slice(0, Math.max(0, end)).join("");
}

/** At least so many columns: filled up with blanks. */
export function filled(text: string, columns: number): string {
  return columns < 1 ? "" : text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}
