/**
 * Every otpauth URI in a text that may be anything: prose, a shell script, a page, a mail. Where a URI ends is told by what it
 * stands in (quotes, brackets, a table) and by its own parameters.
 */
import { joinBrokenUris } from "./broken-lines.ts";
import { unescapeLine, unescapeMail } from "./unescape.ts";

export interface FoundUri {
  /** "line 3" */
  readonly at: string;
  readonly uri: string;
}

/** What a line with a URI has, however it is escaped. */
const HINT = /otpauth|steam:|motp:/i;
/** Steam's own links (steam://run/…) have no key. */
const START =
  /(?:apple-otpauth|otpauth-migration|otpauth|motp):\/\/|steam:\/\/(?=[a-z2-7]{16,64}(?![\w/]))/gi;
const CLOSING = new Map(
  [...['""', "''", "``", "()", "<>", "[]", "{}", "“”", "„“", "‘’", "«»", "||"]].map(
    ([open = "", close = ""]) => [open, close],
  ),
);
const OPENING = new Map([
  [")", "("],
  ["]", "["],
  ["}", "{"],
]);
const PARAMETER =
  /[?&](?:secret|issuer|algorithm|digits|period|counter|encoder|image|icon|codeDisplay|data|serial|2step_[a-z]{1,20})=/gi;
/** A text may speak of such URIs and have none. */
const SEED = /(?:secret|data)=|^(?:steam|motp):/i;
const CONTINUED = /^[^\s"<>]{1,60}&(?:secret|issuer|algorithm|digits|period|counter)=/i;
/** Inside of a label or an issuer, a URI would be percent-encoded: so a raw one is another one, whatever stands in front of it. */
const NEXT = /(?:apple-otpauth|otpauth-migration|otpauth):\/\/|(?<=[\s,;|])(?:steam|motp):\/\//gi;
/** Longer than any label, and than what comes after a seed. */
const [LONGEST_LABEL, LONGEST_REST] = [1024, 8192];

export function urisIn(text: string): FoundUri[] {
  if (!HINT.test(text)) return [];
  return joinBrokenUris(unescapeMail(text))
    .split(/\r\n|\r|\n/)
    .flatMap((line, i) =>
      HINT.test(line) ? urisInLine(unescapeLine(line)).map((uri) => ({ at: `line ${i + 1}`, uri })) : [],
    );
}

/** Whether it may have some; quick. */
export function mayHaveUris(text: string): boolean {
  return HINT.test(text);
}

/** All URIs of a text that begins with one. Their labels may have any character, commas too. */
export function splitUris(text: string): string[] {
  const [{ length }] = /^\s*(?:QR-Code:\s*)?/i.exec(text) ?? [""];
  const others = Array.from(text.matchAll(NEXT), ({ index }) => index).filter((index) => index > length);
  const pieces = [0, ...others].map((start, i) => text.slice(start, others[i]).trim());
  return pieces.map((piece, i) => (i < others.length ? withoutSeparator(piece) : piece));
}

function withoutSeparator(uri: string): string {
  const text = uri.replace(/QR-Code:$/i, "");
  let end = text.length;
  while (end > 0 && /[\s\u0085,;|"']/.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

function urisInLine(line: string): string[] {
  const starts = Array.from(line.matchAll(START), ({ index }) => index);
  return starts.flatMap((start, i) => {
    const rest = line.slice(start, starts[i + 1]);
    const seed = rest.search(SEED);
    if (seed < 0 || seed > LONGEST_LABEL) return [];
    const close = CLOSING.get(line.charAt(start - 1));
    return (close === undefined ? undefined : enclosed(rest, close)) ?? bare(rest);
  });
}

/** Issuer and label may have the closing character too: then more of the URI, or what closes it, comes after it. */
function enclosed(rest: string, close: string): string | undefined {
  const seed = rest.search(SEED);
  const last = seed + LONGEST_REST;
  for (let end = rest.indexOf(close, seed); end >= 0 && end < last; end = rest.indexOf(close, end + 1)) {
    const open = OPENING.get(close);
    const isInside =
      open !== undefined && countOf(rest.slice(0, end), open) > countOf(rest.slice(0, end), close);
    if (!isInside && !CONTINUED.test(rest.slice(end, end + 100))) return rest.slice(0, end).trim();
  }
  return undefined;
}

function countOf(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** It ends after its last parameter. Before the "?", a label may have spaces. */
function bare(rest: string): string {
  const seed = rest.search(SEED);
  const limit = rest.slice(seed).search(/["<>`\u201c\u201d\u00bb]/);
  const text = limit < 0 ? rest : rest.slice(0, seed + limit);
  const question = text.indexOf("?");
  if (question < 0 || question > LONGEST_LABEL) return trimmed(text.split(/\s/, 1)[0] ?? "");
  let last = question;
  for (const { index, 0: parameter } of text.slice(question).matchAll(PARAMETER))
    last = question + index + parameter.length;
  const value = text.slice(last);
  // A raw issuer with spaces in it: the label begins with the same words.
  const [, prefix = ""] = /^[^:]*:\/\/[^/]*\/([^:?]*):/.exec(text) ?? [];
  const known = prefix !== "" && value.startsWith(prefix) ? prefix.length : 0;
  const end = value.slice(known).search(/[\s,;|\\]/);
  return trimmed(end < 0 ? text : text.slice(0, last + known + end));
}

/** Without what a sentence or a mark of a text format adds. */
function trimmed(uri: string): string {
  const marks = /^otpauth-migration/i.test(uri) ? ".,;:!?|'’”»" : ".,;:!?|'’”»*_~";
  let end = uri.length;
  for (;;) {
    const last = uri.charAt(end - 1);
    const open = OPENING.get(last);
    if (end === 0 || !(open === undefined ? marks.includes(last) : !uri.slice(0, end).includes(open))) break;
    end--;
  }
  return uri.slice(0, end);
}
