/** Merges two sides' versions of a note's file, as sets of seals. Needs no key, and loses no seal that only one side has. Pure. */
import { formatNoteFile, isNewerNote, type NoteSeal, noteIdIn, parseNoteFile } from "./note-file.ts";

/** Whether a seal may be taken in: its data key is a listed one, and it opens where that can be tried. */
export type IsGoodSeal = (name: string, seal: NoteSeal) => boolean;

/** `base`: what both sides had when they last agreed. A file is never removed: a note that was removed is an empty one. */
export function mergeNoteFiles(
  name: string,
  base: string | undefined,
  ours: string | undefined,
  theirs: string | undefined,
  isGood: IsGoodSeal,
): string | undefined {
  if (ours === theirs) return ours ?? base;
  const newer = [ours, theirs].filter((text) => text !== undefined && isNewerNote(text));
  if (newer.length > 0) return newerOf(base, ours, theirs);
  const before = sealsIn(name, base) ?? [];
  const sides = [ours, theirs].map((text) => accepted(before, sealsIn(name, text), name, isGood));
  const [a = [], b = []] = sides;
  const isIn = (list: readonly NoteSeal[], seal: NoteSeal) => list.some((one) => isSame(one, seal));
  const all = [...a, ...b.filter((seal) => !isIn(a, seal))];
  const kept = all.filter((seal) => !isIn(before, seal) || (isIn(a, seal) && isIn(b, seal)));
  const merged = kept.length > 0 ? kept : all;
  return merged.length === 0 ? (ours ?? base) : formatNoteFile(noteIdIn(name), merged);
}

/** What a side adds has to be good; if some of it is not, what the side took away is kept, too. */
function accepted(
  before: readonly NoteSeal[],
  side: readonly NoteSeal[] | undefined,
  name: string,
  isGood: IsGoodSeal,
): readonly NoteSeal[] {
  if (side === undefined) return before;
  const isNew = (seal: NoteSeal) => !before.some((one) => isSame(one, seal));
  const good = side.filter((seal) => !isNew(seal) || isGood(name, seal));
  if (good.length === side.length) return side;
  return [...before, ...good.filter(isNew)];
}

/** undefined for a file that is not there, or damaged: then it says nothing. */
function sealsIn(name: string, text: string | undefined): readonly NoteSeal[] | undefined {
  const seals = text === undefined ? undefined : parseNoteFile(name, text);
  return typeof seals === "string" ? undefined : seals;
}

/** We can't take it apart: the side that changed it wins, else the larger text, which is the same everywhere. */
function newerOf(base?: string, ours?: string, theirs?: string): string | undefined {
  if (ours === undefined || theirs === undefined) return ours ?? theirs;
  if (ours === base) return theirs;
  if (theirs === base) return ours;
  return ours > theirs ? ours : theirs;
}

export function isSame(a: NoteSeal, b: NoteSeal): boolean {
  return a.key === b.key && a.nonce === b.nonce && a.sealed === b.sealed;
}

/** The seals that one text has and the other has not. */
export function sealsGone(name: string, from: string, to: string): NoteSeal[] {
  const after = sealsIn(name, to) ?? [];
  return (sealsIn(name, from) ?? []).filter((seal) => !after.some((one) => isSame(one, seal)));
}
