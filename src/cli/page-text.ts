/** A page of docs/ for a terminal: Markdown as it is, its paragraphs and lists filled to the window. Pure. */
import { columnsOf } from "../talk/columns.ts";

/** Tables and code keep their lines: what is cut there would say something else. */
export function pageText(markdown: string, width: number): string {
  const blocks: { readonly lines: string[]; readonly isFilled: boolean }[] = [];
  let inCode = false;
  for (const line of markdown.trimEnd().split("\n")) {
    const isFence = line.trimStart().startsWith("```");
    const isFilled = !inCode && !isFence && !/^\s*(\||#|$)/.test(line);
    const last = blocks.at(-1);
    const continues = isFilled && last?.isFilled === true && !/^\s*([-*]|\d+\.) /.test(line);
    if (continues) last.lines.push(line.trim());
    else blocks.push({ lines: [line], isFilled });
    if (isFence) inCode = !inCode;
  }
  return blocks
    .flatMap(({ lines, isFilled }) => (isFilled ? filled(lines.join(" "), width) : lines))
    .map((line) => `${line}\n`)
    .join("");
}

/** Broken between words; the lines of a list's item are indented as its text is. */
function filled(text: string, width: number): string[] {
  const mark = /^\s*(?:[-*] |\d+\. )?/.exec(text)?.[0] ?? "";
  const indent = " ".repeat(mark.length);
  const lines: string[] = [];
  let line = mark;
  for (const word of text.slice(mark.length).split(/\s+/)) {
    const isFirst = line === mark || line === indent;
    if (!isFirst && columnsOf(`${line} ${word}`) > width) {
      lines.push(line);
      line = indent + word;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line];
}
