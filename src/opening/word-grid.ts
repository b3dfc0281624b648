/** Lays out for the screen the words of a share, and sentences about them. Pure. */
import type { Size } from "../ports/terminal.ts";

const LONGEST_WORD = 8;
const CELL = "33 ".length + LONGEST_WORD + 2;

/** Breaks a sentence into lines that fit. */
export function folded(text: string, { columns }: Size): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").filter(Boolean)) {
    const longer = [...lines.slice(-1), word].join(" ");
    if (lines.length > 0 && longer.length <= columns) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** The words in numbered columns, in the order in which they are read from paper: down, then right. */
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
