/**
 * A page that stands for itself: no script, no font, no picture, no link, and a policy that forbids them all. Text from
 * outside comes in through `text` only.
 */
import { printable } from "../base/printable.ts";
import { STYLE } from "./style.ts";

export type Paper = "a4" | "letter";

/** Of issuers, labels and names; the QR code holds them whole. */
const LONGEST = 200;

/** Harmless in HTML, and in the eyes of who reads it: no control, bidirectional or invisible characters; not endless. */
export function text(raw: string | number, longest: number = LONGEST): string {
  return printable(String(raw), longest).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The same, kept from reordering its surroundings where it is written from right to left. */
export function isolated(raw: string, longest: number = LONGEST): string {
  return `<bdi>${text(raw, longest)}</bdi>`;
}

/** YYYY-MM-DD, in one piece. */
export function dated(date: string): string {
  return `<time>${text(date)}</time>`;
}

/** `title` names no account: it becomes the name of a print job. */
export function formatPage(title: string, paper: Paper | undefined, body: string): string {
  const size = paper === undefined ? "" : `@page { size: ${paper === "a4" ? "A4" : "letter"}; }\n`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${text(title)}</title>
<style>
${STYLE}${size}</style>
</head>
<body>
${body}</body>
</html>
`;
}
