/** Seals notes with another data key. A seal that does not open stays as it is; none is ever dropped. */
import { attempt } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import type { DataKey } from "../file/data-key.ts";
import {
  formatNoteFile,
  type NoteKeys,
  noteFileOf,
  noteIdIn,
  noteIds,
  openNote,
  parseNoteFile,
  sealNote,
} from "./note-file.ts";

type Random = (bytes: number) => Uint8Array;

/** The text of a note's file with every seal that `known` opens sealed with `key`; undefined if none had to be, or could be. */
export function resealNoteText(
  name: string,
  text: string,
  known: NoteKeys,
  key: DataKey,
  random: Random,
): string | undefined {
  const seals = parseNoteFile(name, text);
  if (typeof seals === "string") return undefined;
  const id = noteIdIn(name);
  const fresh = seals.map((seal) => {
    const content = seal.key === key.id ? "current" : openNote(id, known, seal);
    if (typeof content === "string") return seal;
    const sealed = sealNote(id, key, content, random);
    if (typeof openNote(id, new Map([[key.id, key]]), sealed) === "string")
      throw new Error("a seal does not open");
    return sealed;
  });
  return fresh.some((seal, i) => seal !== seals[i]) ? formatNoteFile(id, fresh) : undefined;
}

/** What every note's file will be, sealed with `fresh`, and what it is now. `unopened`: messages about what `known` does not open. */
export function resealedNotes(
  folder: DataFolder,
  known: NoteKeys,
  fresh: DataKey,
  random: Random,
): { texts: Map<string, string>; before: Map<string, string>; unopened: string[] } {
  const texts = new Map<string, string>();
  const before = new Map<string, string>();
  const unopened: string[] = [];
  for (const name of noteIds(folder).map(noteFileOf)) {
    const now = attempt(() => folder.read(name) ?? "");
    const text = typeof now === "string" ? resealNoteText(name, now, known, fresh, random) : undefined;
    if (text !== undefined) {
      texts.set(name, text);
      before.set(name, String(now));
    }
    if (isSealedWithOthers(name, text ?? String(now), fresh.id))
      unopened.push(`"${printable(name)}" has a note that can't be opened`);
  }
  return { texts, before, unopened };
}

/** Notes that are sealed with any other key. */
export function notesWithOthers(folder: DataFolder, keyId: string): string[] {
  const names = noteIds(folder).map(noteFileOf);
  return names.filter((name) => {
    const text = attempt(() => folder.read(name));
    return typeof text === "string" && isSealedWithOthers(name, text, keyId);
  });
}

function isSealedWithOthers(name: string, text: string, keyId: string): boolean {
  const seals = parseNoteFile(name, text);
  return typeof seals === "string" || seals.some(({ key }) => key !== keyId);
}
