/**
 * A self-contained page: no script, no font, no picture, no link, and a policy that forbids them all. Untrusted text gets in
 * through `text` only.
 */
import { printable } from "../base/printable.ts";
import type { SheetWords } from "./sheet-words.ts";
import { style } from "./style.ts";

export type Paper = "a4" | "letter";

/** For issuers, labels and names; the QR code has them in full. */
const LONGEST = 200;

/** Harmless in HTML, and not misleading for the reader: no control, bidirectional or invisible characters; not endless. */
export function text(raw: string | number, longest: number = LONGEST): string {
  return printable(String(raw), longest).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Like `text`, but isolated: text that is written from right to left does not reorder its surroundings. */
export function isolated(raw: string, longest: number = LONGEST): string {
  return `<bdi>${text(raw, longest)}</bdi>`;
}

/** YYYY-MM-DD, never broken across lines. */
export function dated(date: string): string {
  return `<time>${text(date)}</time>`;
}

/** For the owner of a recovery page: the hash of the viewer of this version. "" if it is not known. */
export function viewerLine(sha256: string | undefined, words: SheetWords): string {
  if (sha256 === undefined) return "";
  const command = "<samp>sed &#39;/BEGIN AGE/,/END AGE/d&#39; page.html | sha256sum</samp>";
  return `<li>${words.viewer(command, `<samp>${text(sha256)}</samp>`)}</li>\n`;
}

/** `title` must not name an account: it becomes the name of a print job. */
export function formatPage(
  title: string,
  paper: Paper | undefined,
  body: string,
  { lang, margin }: SheetWords,
): string {
  const size = paper === undefined ? "" : `@page { size: ${paper === "a4" ? "A4" : "letter"}; }\n`;
  return `<!DOCTYPE html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${text(title)}</title>
<style>
${style(margin)}${size}</style>
</head>
<body>
${body}</body>
</html>
`;
}
