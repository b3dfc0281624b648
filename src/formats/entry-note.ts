/**
 * What an item has of recovery codes and notes: its note, and fields that are called for recovery codes. It is read with every file, but
 * taken in only where the user asks for it. Never throws: a note that can't be kept says why, and loses no account.
 */
import { attempt, UserError } from "../base/errors.ts";
import { codesIn, isEmptyNote, type Note, noteFromText } from "../otp/plain-note.ts";
import type { Entry, Reading } from "./format.ts";
import { textOf } from "./shape.ts";

/** "Backup codes", "Recovery code 3", "2FA emergency codes"; not a recovery e-mail address. */
const CODES = /\b(recovery|backup|emergency|scratch|rescue)[\s_-]*(codes?|keys?)\b/i;

export interface RawNote {
  readonly text: unknown;
  /** The item's own fields, of which some may hold codes. */
  readonly fields?: readonly (readonly [name: unknown, value: unknown])[];
}

/** `rawOf`: by the place of an entry. An item with several seeds has one note, which goes to the first. */
export function withEntryNotes(reading: Reading, rawOf: (at: string) => RawNote | undefined): Reading {
  const seen = new Set<string>();
  const entries = reading.entries.map((entry) => {
    if (seen.has(entry.at)) return entry;
    seen.add(entry.at);
    const raw = rawOf(entry.at);
    return raw === undefined ? entry : { ...entry, ...noteIn(raw) };
  });
  return { ...reading, entries };
}

/** The place in "entry 3", from 0. */
export function indexOf(at: string): number {
  return Number(/^entry (\d+)/.exec(at)?.[1] ?? 0) - 1;
}

function noteIn({ text, fields = [] }: RawNote): Pick<Entry, "note" | "noteFault"> {
  const codeTexts = fields.flatMap(([name, value]) => (CODES.test(textOf(name)) ? [textOf(value)] : []));
  const note = attempt((): Note => {
    const own = noteFromText(textOf(text));
    const known = own.codes.map(({ code }) => code);
    const more = codesIn(codeTexts.join("\n")).filter((code) => !known.includes(code));
    return { text: own.text, codes: [...own.codes, ...more.map((code) => ({ code }))] };
  });
  if (note instanceof UserError) return { noteFault: note.message };
  return isEmptyNote(note) ? {} : { note };
}
