/** Merges two sides' versions of the file store's files. Needs no key; docs/sync.md has the rules. Pure. */
import { sha256 } from "../../base/node-crypto.ts";
import { parseFields } from "../../base/untrusted-json.ts";
import type { Standing } from "../../members/accept.ts";
import { fileOfEntry, isEntryFile, type ReadEntry } from "../../members/entry.ts";
import { mergeNoteFiles } from "../notes/merge-notes.ts";
import { formatNoteFile, isNoteFile, noteIdIn, parseNoteFile } from "../notes/note-file.ts";
import { sealedFault } from "./sealed-file.ts";

type Files = ReadonlyMap<string, string>;

const SEED = /^seeds\/[a-z0-9]+\.json$/;
const KEY = /^keys\/[a-z0-9][a-z0-9-]*\.(json|age)$/;

export function isSealedFile(name: string): boolean {
  return SEED.test(name) || KEY.test(name) || isNoteFile(name) || isEntryFile(name);
}

/** Whether the text that the file of a seed or a note would have opens, as that of its account. */
export type Opens = (name: string, text: string) => boolean;

/** `opens`: where the store is open. Then a seed that opens is never replaced by what doesn't. */
export function mergeSealedFiles(
  base: Files,
  ours: Files,
  theirs: Files,
  { path, checked, memory }: Standing,
  opens?: Opens,
): Map<string, string> {
  const merged = new Map(path.map(({ entry, text }) => [fileOfEntry(entry.number), text]));
  const listed = listedHashes(path, checked);
  for (const side of [base, theirs, ours])
    for (const [name, text] of side) if (KEY.test(name) && listed.has(sha256(text))) merged.set(name, text);
  const age = new Map(path.map(({ entry }, i) => [entry.key, i]));
  const names = [...new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])].sort();
  for (const name of names.filter((one) => SEED.test(one))) {
    const isGood = (text: string) => sealedFault(name, text) === undefined && (opens?.(name, text) ?? true);
    const text = mergeSeed(base.get(name), ours.get(name), theirs.get(name), age, isGood);
    if (text !== undefined) merged.set(name, text);
  }
  const known = new Set([...(memory?.keys ?? []), ...path.map(({ entry }) => entry.key)]);
  for (const name of names.filter(isNoteFile)) {
    const text = mergeNoteFiles(
      name,
      base.get(name),
      ours.get(name),
      theirs.get(name),
      (_, seal) => known.has(seal.key) && (opens?.(name, formatNoteFile(noteIdIn(name), [seal])) ?? true),
    );
    if (text !== undefined) merged.set(name, text);
  }
  return merged;
}

/**
 * The slots that the newest entry lists. Those of an entry that was not checked yet take the place of the older ones only once
 * it is: with a forged one, no one would be locked out.
 */
function listedHashes(path: readonly ReadEntry[], checked: ReadEntry | undefined): Set<string> {
  const from = checked === undefined ? path.length - 1 : path.indexOf(checked);
  return new Set(
    path
      .slice(Math.max(from, 0))
      .flatMap(({ entry }) => [
        ...entry.slots.map((slot) => slot.sha256),
        ...entry.members.flatMap(({ slot }) => slot ?? []),
      ]),
  );
}

/** Seeds and notes that both sides have, with different texts. */
export function contested(ours: Files, theirs: Files): string[] {
  return [...ours].flatMap(([name, text]) =>
    isContent(name) && theirs.has(name) && theirs.get(name) !== text ? [name] : [],
  );
}

/** `age`: the larger, the newer is the data key of that id; one that is in no list has none. */
function mergeSeed(
  base: string | undefined,
  ours: string | undefined,
  theirs: string | undefined,
  age: ReadonlyMap<string, number>,
  isGood: (text: string) => boolean,
): string | undefined {
  if (ours === undefined || theirs === undefined) return ours ?? theirs ?? base;
  if (ours === theirs) return ours;
  const [isOursGood, isTheirsGood] = [isGood(ours), isGood(theirs)];
  if (isOursGood !== isTheirsGood) return isOursGood ? ours : theirs;
  const ageOf = (text: string): number => age.get(keyIn(text) ?? "") ?? -1;
  if (ageOf(ours) !== ageOf(theirs)) return ageOf(ours) > ageOf(theirs) ? ours : theirs;
  if (theirs === base) return ours;
  if (ours === base) return theirs;
  return ours > theirs ? ours : theirs;
}

/** The seeds and notes that are not to be shared yet: sealed with an older key of the list, and seen by no one else. */
export function waiting(ours: Files, others: readonly Files[], path: readonly ReadEntry[]): string[] {
  const older = new Set(path.map(({ entry }) => entry.key));
  older.delete(path.at(-1)?.entry.key ?? "");
  return [...ours].flatMap(([name, text]) => {
    const isKnown = others.some((files) => files.get(name) === text);
    return isContent(name) && !isKnown && keysIn(name, text).some((key) => older.has(key)) ? [name] : [];
  });
}

function isContent(name: string): boolean {
  return SEED.test(name) || isNoteFile(name);
}

function keysIn(name: string, text: string): string[] {
  if (!isNoteFile(name)) return [keyIn(text) ?? ""];
  const seals = parseNoteFile(name, text);
  return typeof seals === "string" ? [] : seals.map(({ key }) => key);
}

function keyIn(text: string): string | undefined {
  const { key } = parseFields(text);
  return typeof key === "string" ? key : undefined;
}
