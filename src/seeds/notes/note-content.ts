/**
 * What is sealed in a note, and how it changes. Each text and each code has an id of its own, and what replaces it remembers that
 * id: so notes of two computers merge without a common state to compare them with, in any order and any number of times. A struck
 * code stays struck, whatever else was done to the note meanwhile. FORMAT.md describes it. Pure.
 */
import { isText, isTime, isWhole, parseFields } from "../../base/untrusted-json.ts";
import { parseEach } from "../../base/untrusted-list.ts";
import type { KeptNote, Note, RecoveryCode, WrittenText } from "../../otp/plain-note.ts";

const VERSION = 1;
/** Older ones are dropped: only a computer that has not synced for as many changes could bring something of them back. */
const LONGEST_PAST = 500;

export interface NoteText extends WrittenText {
  readonly id: string;
}

export interface NoteCode {
  readonly id: string;
  readonly code: string;
  readonly at: string;
  /** Its place among those that came with it. */
  readonly place: number;
}

export interface Strike {
  readonly code: string;
  readonly at: string;
}

export interface NoteContent {
  readonly texts: readonly NoteText[];
  readonly codes: readonly NoteCode[];
  readonly used: readonly Strike[];
  /** The ids of texts and codes that were replaced or removed. */
  readonly past: readonly string[];
}

export const NOTHING: NoteContent = { texts: [], codes: [], used: [], past: [] };

/** What the one who changes a note brings along. */
export interface Writing {
  readonly by: string;
  readonly at: string;
  newId(): string;
}

export function mergeContents(all: readonly NoteContent[]): NoteContent {
  const past = [...new Set(all.flatMap((one) => one.past))];
  const gone = new Set(past);
  const living = <T extends { readonly id: string; readonly at: string }>(items: readonly T[]): T[] => [
    ...new Map(items.filter(({ id }) => !gone.has(id)).map((item) => [item.id, item])).values(),
  ];
  const used = new Map<string, Strike>();
  for (const strike of all.flatMap((one) => one.used).toSorted(byTime)) {
    if (!used.has(strike.code)) used.set(strike.code, strike);
  }
  return {
    texts: living(all.flatMap(({ texts }) => texts)).toSorted(byTime),
    codes: living(all.flatMap(({ codes }) => codes)).toSorted(byTime),
    used: [...used.values()],
    past: past.toSorted().slice(-LONGEST_PAST),
  };
}

interface Timed {
  readonly at: string;
  readonly place?: number;
  readonly id?: string;
  readonly code?: string;
}

function byTime(a: Timed, b: Timed): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  if (a.place !== b.place) return (a.place ?? 0) - (b.place ?? 0);
  return (a.id ?? a.code ?? "") < (b.id ?? b.code ?? "") ? -1 : 1;
}

/** `seen`: the ids of the texts that it takes the place of; what was written meanwhile stays next to it. */
export function withText(
  content: NoteContent,
  text: string,
  { by, at, newId }: Writing,
  seen: ReadonlySet<string>,
): NoteContent {
  const replaced = content.texts.filter(({ id }) => seen.has(id));
  if (text === joinedText({ ...content, texts: replaced })) return content;
  const others = content.texts.filter(({ id }) => !seen.has(id));
  const past = [...content.past, ...replaced.map(({ id }) => id)];
  return { ...content, texts: [...others, { id: newId(), text, by, at }], past };
}

/** Those that are there already stay as they are. */
export function withCodes(
  content: NoteContent,
  codes: readonly string[],
  { at, newId }: Writing,
): NoteContent {
  const known = new Set(content.codes.map(({ code }) => code));
  const fresh = codes.filter((code) => !known.has(code));
  const added = fresh.map((code, place) => ({ id: newId(), code, at, place }));
  return { ...content, codes: [...content.codes, ...added] };
}

/** Takes out all codes but these: the service has issued new ones. */
export function onlyCodes(content: NoteContent, codes: readonly string[]): NoteContent {
  const kept = content.codes.filter(({ code }) => codes.includes(code));
  const gone = content.codes.filter((one) => !kept.includes(one)).map(({ id }) => id);
  return { ...content, codes: kept, past: [...content.past, ...gone] };
}

/** One that was struck before keeps its date. */
export function withStrike(content: NoteContent, code: string, at: string): NoteContent {
  if (content.used.some((strike) => strike.code === code)) return content;
  return { ...content, used: [...content.used, { code, at }] };
}

/** What another app has, added to what is there. */
export function withNote(content: NoteContent, { text, codes }: Note, writing: Writing): NoteContent {
  const { by, at } = writing;
  return withKept(content, { texts: text === "" ? [] : [{ text, by, at }], codes }, writing);
}

/** The same for what a backup has. */
export function withKept(content: NoteContent, { texts, codes }: KeptNote, writing: Writing): NoteContent {
  const known = content.texts.map(({ text }) => text);
  const fresh = texts.filter(({ text }) => !known.includes(text));
  const added = fresh.map(({ text, by, at }) => ({ id: writing.newId(), text, by, at }));
  const whole = withCodes({ ...content, texts: [...content.texts, ...added] }, unique(codes), writing);
  return withStrikes(whole, codes);
}

/** What was used there was used. */
export function withStrikes(content: NoteContent, codes: readonly RecoveryCode[]): NoteContent {
  return codes.reduce(
    (sum, { code, usedAt }) => (usedAt === undefined ? sum : withStrike(sum, code, usedAt)),
    content,
  );
}

export function emptied(content: NoteContent): NoteContent {
  const ids = [...content.texts, ...content.codes].map(({ id }) => id);
  return { ...NOTHING, past: [...content.past, ...ids] };
}

/** Each code once. */
export function codesOf({ codes, used }: NoteContent): RecoveryCode[] {
  const struck = new Map(used.map(({ code, at }) => [code, at]));
  return unique(codes).map((code) => {
    const usedAt = struck.get(code);
    return usedAt === undefined ? { code } : { code, usedAt };
  });
}

/** The texts that are there, each once: two computers may have written the same. */
export function textsOf({ texts }: NoteContent): NoteText[] {
  return [...new Map(texts.toReversed().map((one) => [one.text, one])).values()].reverse();
}

/** Where two computers wrote at the same time, both texts, each under a line that names its computer. */
export function joinedText(content: NoteContent): string {
  const texts = textsOf(content);
  if (texts.length < 2) return texts[0]?.text ?? "";
  return texts.map(({ by, at, text }) => `[${writtenOn({ by, at })}]\n${text}`).join("\n\n");
}

export function writtenOn({ by, at }: Pick<NoteText, "by" | "at">): string {
  return `written on ${by}, ${at.slice(0, 16).replace("T", " ")}`;
}

export function keptOf(content: NoteContent): KeptNote {
  return { texts: textsOf(content).map(({ text, by, at }) => ({ text, by, at })), codes: codesOf(content) };
}

export function isNothing({ texts, codes }: NoteContent): boolean {
  return texts.length + codes.length === 0;
}

export function noteOf(content: NoteContent): Note {
  return { text: joinedText(content), codes: codesOf(content) };
}

/** What the ledger may know of it; undefined if there is nothing. */
export function summaryOf(content: NoteContent): { since: string; unused?: number } | undefined {
  const [since] = [...content.texts, ...content.codes].map(({ at }) => at).toSorted();
  if (since === undefined) return undefined;
  const codes = codesOf(content);
  const unused = codes.filter(({ usedAt }) => usedAt === undefined).length;
  return codes.length === 0 ? { since } : { since, unused };
}

function unique(codes: readonly { readonly code: string }[]): string[] {
  return [...new Set(codes.map(({ code }) => code))];
}

export function formatContent({ texts, codes, used, past }: NoteContent): string {
  return JSON.stringify({ version: VERSION, texts, codes, used, past });
}

/** undefined if it is damaged; "newer" if a newer twinseed wrote it. */
export function parseContent(text: string): NoteContent | "newer" | undefined {
  const { version, texts, codes, used, past } = parseFields(text);
  if (isWhole(version) && version > VERSION) return "newer";
  const content = {
    texts: parseEach(texts, ({ id, text: written, by, at }) =>
      isText(id) && isText(written) && isText(by) && isTime(at) ? { id, text: written, by, at } : undefined,
    ),
    codes: parseEach(codes, ({ id, code, at, place }) =>
      isText(id) && isText(code) && isTime(at) && isWhole(place) ? { id, code, at, place } : undefined,
    ),
    used: parseEach(used, ({ code, at }) => (isText(code) && isTime(at) ? { code, at } : undefined)),
    past: Array.isArray(past) && past.every(isText) ? past : undefined,
  };
  if (version !== VERSION) return undefined;
  const { texts: a, codes: b, used: c, past: d } = content;
  return a && b && c && d && { texts: a, codes: b, used: c, past: d };
}
