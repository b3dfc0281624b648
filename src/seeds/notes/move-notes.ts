/**
 * Moves the notes to the key of the other store: adds a seal with that key to each, and takes the old one away only once config.json
 * names the other store. So a kill at any instant leaves every note readable from both.
 */
import { ExitCode, UserError } from "../../base/errors.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import { formatContent, mergeContents, type NoteContent } from "./note-content.ts";
import {
  formatNoteFile,
  type NoteKeys,
  type NoteSeal,
  noteFileOf,
  noteIds,
  openNote,
  parseNoteFile,
  sealNote,
} from "./note-file.ts";
import type { NoteKeeper } from "./notes.ts";

type Random = (bytes: number) => Uint8Array;

export interface MovedNotes {
  /** Takes away what was sealed with the old keys. Call it once the other store is in use. */
  finish(): void;
}

/** Call it under the data folder's lock. Throws UserError that names the first note that can't be read: then nothing was changed. */
export async function copyNotes(
  folder: DataFolder,
  from: NoteKeeper,
  to: () => Promise<NoteKeeper>,
  random: Random,
): Promise<MovedNotes> {
  const ids = noteIds(folder);
  if (ids.length === 0) return { finish: () => {} };
  const known = new Map<string, NoteContent>();
  const opening = new Set<string>();
  const old = new Map<string, readonly NoteSeal[]>();
  for (const id of ids) {
    const seals = sealsOf(folder, id);
    const keys = await from.find(new Set(seals.map(({ key }) => key)));
    known.set(id, contentOf(id, seals, keys));
    for (const key of keys.keys()) opening.add(key);
    old.set(id, seals);
  }
  const target = await to();
  const key = await target.forSealing(opening);
  for (const [id, content] of known) {
    const before = (old.get(id) ?? []).filter((seal) => seal.key !== key.id);
    folder.write(noteFileOf(id), formatNoteFile(id, [...before, sealNote(id, key, content, random)]));
    const there = await target.find(new Set([key.id]));
    contentOf(
      id,
      sealsOf(folder, id).filter((seal) => seal.key === key.id),
      there,
    );
  }
  return {
    finish() {
      for (const id of known.keys()) {
        const seals = sealsOf(folder, id).filter((seal) => seal.key === key.id);
        if (seals.length > 0) folder.write(noteFileOf(id), formatNoteFile(id, seals));
      }
    },
  };
}

/** After a move that was interrupted at its end: takes away what the store in use has, too. Returns how many notes had it. */
export async function clearMovedNotes(
  folder: DataFolder,
  inUse: NoteKeeper,
  other: NoteKeeper,
): Promise<number> {
  let cleared = 0;
  for (const id of noteIds(folder)) {
    const seals = sealsOf(folder, id);
    const ids = new Set(seals.map(({ key }) => key));
    const [own, others] = [await inUse.find(ids), await other.find(ids)];
    const kept = seals.filter((seal) => own.has(seal.key) || !others.has(seal.key));
    if (kept.length === seals.length || !kept.some((seal) => own.has(seal.key))) continue;
    const content = contentOf(id, kept, own);
    const whole = mergeContents([content, contentOf(id, seals, new Map([...others, ...own]))]);
    if (formatContent(whole) !== formatContent(content)) continue;
    folder.write(noteFileOf(id), formatNoteFile(id, kept));
    cleared += 1;
  }
  return cleared;
}

function sealsOf(folder: DataFolder, id: string): readonly NoteSeal[] {
  const name = noteFileOf(id);
  const seals = parseNoteFile(name, folder.read(name) ?? "");
  if (typeof seals === "string") throw unmovable(name, seals);
  return seals;
}

/** A move that was interrupted has left seals of the other store's key: what is open here has all of them. */
function contentOf(id: string, seals: readonly NoteSeal[], keys: NoteKeys): NoteContent {
  const opened = seals.map((seal) => openNote(id, keys, seal));
  const contents = opened.filter((one): one is NoteContent => typeof one !== "string");
  if (contents.length === 0) throw unmovable(noteFileOf(id), "can't be opened");
  return mergeContents(contents);
}

export function hasSeveralSeals(folder: DataFolder): boolean {
  return noteIds(folder).some((id) => sealsOf(folder, id).length > 1);
}

function unmovable(name: string, why: string): UserError {
  return new UserError(`"${name}", a note, ${why}`, ExitCode.failed, [
    "nothing was moved; take it away first: twinseed note NAME --remove",
  ]);
}
