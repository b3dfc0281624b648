/** Recovery codes and a note, as people and other apps have them. Everything that comes in passes through here. Pure. */
import { ExitCode, UserError } from "../base/errors.ts";
import { NOTE_LIMITS } from "../base/limits.ts";

export interface RecoveryCode {
  readonly code: string;
  /** ISO 8601; missing while it is unused. */
  readonly usedAt?: string;
}

export interface Note {
  readonly text: string;
  readonly codes: readonly RecoveryCode[];
}

export const NO_NOTE: Note = { text: "", codes: [] };

/** With where and when each text was written, as a backup has it. */
export interface KeptNote {
  readonly texts: readonly WrittenText[];
  readonly codes: readonly RecoveryCode[];
}

export interface WrittenText {
  readonly text: string;
  /** The computer. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Control characters other than tab and line feed, and halves of characters. */
const NO_TEXT = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u{d800}-\u{dfff}]/u;
const HEADING = "Recovery codes:";
const USED = /^(.+) \(used (\d{4}-\d{2}-\d{2})\)$/;

/** Throws UserError (exit 5) that says why these bytes are no note, and never quotes them. */
export function noteTextOf(bytes: Uint8Array): string {
  if (bytes.length > NOTE_LIMITS.bytes) throw tooLong();
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw unusable("the note is not text (UTF-8)", ["a picture or an archive can't be kept as a note"]);
  }
  return cleanNote(text);
}

/** Line feeds only, without empty lines at its ends. Throws UserError (exit 5). */
export function cleanNote(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const bad = lines.findIndex((line) => NO_TEXT.test(line));
  if (bad >= 0)
    throw unusable(`line ${bad + 1} of the note has a control character`, [
      "a note is plain text: remove it there, and try again",
    ]);
  return lines
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/^\n+|\n+$/g, "");
}

/**
 * The codes in what services show: one per line, or several with commas, tabs or two spaces between them. Numbers and bullets in front
 * of codes are left out, and so are repeated codes. Throws UserError (exit 5).
 */
export function codesIn(text: string): string[] {
  const parts = cleanNote(text)
    .split(/\n|\t|,| {2,}/)
    .map((part) => part.replace(/^\s*(?:\d{1,3}[.)]\s+|[-*•]\s+)/u, "").trim());
  const codes = [...new Set(parts.filter((part) => part !== ""))];
  if (codes.length > NOTE_LIMITS.codes) throw unusable(`more than ${NOTE_LIMITS.codes} recovery codes`);
  const long = codes.findIndex((code) => code.length > NOTE_LIMITS.codeCharacters);
  if (long >= 0)
    throw unusable(`code ${long + 1} has more than ${NOTE_LIMITS.codeCharacters} characters`, [
      "a longer text is a note: twinseed note NAME --edit",
    ]);
  return codes;
}

/** Codes are typed with or without their spaces and dashes, in capitals or not. */
export function sameCode(a: string, b: string): boolean {
  return bareCode(a) === bareCode(b);
}

function bareCode(code: string): string {
  const bare = code.toLowerCase().replace(/[\s-]/g, "");
  return bare === "" ? code : bare;
}

export function isEmptyNote({ text, codes }: Note): boolean {
  return text === "" && codes.length === 0;
}

/** Throws UserError (exit 5) if both together are too long. */
export function requireShort(texts: readonly string[]): void {
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);
  if (size > NOTE_LIMITS.bytes + 1) throw tooLong();
}

/** As one text, for a file or a page that has only one place for it. */
export function noteAsText({ text, codes }: Note): string {
  if (codes.length === 0) return text;
  const lines = codes.map(({ code, usedAt }) =>
    usedAt === undefined ? code : `${code} (used ${usedAt.slice(0, 10)})`,
  );
  return [...(text === "" ? [] : [text, ""]), HEADING, ...lines].join("\n");
}

/** The same text taken apart; any other text is all note. Throws UserError (exit 5). */
export function noteFromText(all: string): Note {
  const text = cleanNote(all);
  requireShort([text]);
  const lines = text.split("\n");
  const at = lines.lastIndexOf(HEADING);
  const rest = at < 0 ? [] : lines.slice(at + 1);
  if (rest.length === 0 || rest.some((line) => line === "" || line.length > NOTE_LIMITS.codeCharacters + 20))
    return { text, codes: [] };
  const codes = rest.map((line): RecoveryCode => {
    const [, code = line, day] = USED.exec(line) ?? [];
    return day === undefined ? { code } : { code, usedAt: `${day}T00:00:00.000Z` };
  });
  return { text: cleanNote(lines.slice(0, at).join("\n")), codes };
}

function tooLong(): UserError {
  return unusable(`the note has more than ${NOTE_LIMITS.bytes} bytes`, [
    "keep the essential part, and the rest in a file of its own",
  ]);
}

function unusable(message: string, hints: readonly string[] = []): UserError {
  return new UserError(message, ExitCode.unreadable, [...hints, "nothing was changed"]);
}
