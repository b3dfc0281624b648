/** Tests that a document or a table names, so that each of its claims can be followed to what holds it. */
import { existsSync, readFileSync } from "node:fs";

export interface NamedTest {
  /** From the root of the project. */
  readonly file: string;
  /** As the source has it, with … for a part that is made (it may be left out at the beginning); of a transcript, one of its remarks. */
  readonly title: string;
}

const ROOT = new URL("../../", import.meta.url);

/** Lines are filled to the width of the page. */
export const inOneLine = (text: string) => text.replace(/\s+/g, " ");

/** `file` "title", "title" */
export function testsNamedIn(text: string): NamedTest[] {
  const groups = inOneLine(text).matchAll(/`(test\/[\w./-]+\.test\.ts)` ((?:"[^"]+"(?:, )?)+)/g);
  return Array.from(groups).flatMap(([, file = "", titles = ""]) =>
    Array.from(titles.matchAll(/"([^"]+)"/g), ([, title = ""]) => ({ file, title })),
  );
}

/** Whether there is such a file, and in it such a test. */
export function isThere({ file, title }: NamedTest): boolean {
  const path = new URL(file, ROOT);
  if (!existsSync(path)) return false;
  const source = readFileSync(path, "utf8").replace(/\$\{\w+\}/g, "…");
  if (file.startsWith("test/transcripts/")) return source.split("\n").includes(`# ${title}`);
  return [`"${title}"`, `\`${title}\``, `\`… ${title}\``].some((one) => source.includes(one));
}
