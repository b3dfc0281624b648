/** The words of a share in numbered columns, as they are read from paper: down, then right. Pure. */
import type { Size } from "../../context.ts";

const LONGEST_WORD = 8;
const CELL = "33 ".length + LONGEST_WORD + 2;

export function wordGrid(words: readonly string[], { columns }: Size): string[] {
  const across = Math.max(1, Math.floor((columns + 2) / CELL));
  const rows = Math.ceil(words.length / across);
  const cell = (i: number): string => {
    const word = words[i];
    return word === undefined ? "" : `${String(i + 1).padStart(2)} ${word.padEnd(LONGEST_WORD)}  `;
  };
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: across }, (_, column) => cell(column * rows + row))
      .join("")
      .trimEnd(),
  );
}
