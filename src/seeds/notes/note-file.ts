/**
 * notes/<id>.json: a note, sealed once or more. It has several seals where computers changed it without knowing of each other, until
 * the next change; so merging needs no key. ../FORMAT.md specifies every byte.
 */
import { ExitCode, UserError } from "../../base/errors.ts";
import { NOTE_LIMITS } from "../../base/limits.ts";
import { isWhole, objectsOf, parseFields } from "../../base/untrusted-json.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import { type DataKey, isKeyId } from "../file/data-key.ts";
import { isWellFormed, parseSealed, type Sealed, seal, unseal } from "../file/seal.ts";
import { checkId } from "../seed-text.ts";
import { formatContent, type NoteContent, parseContent } from "./note-content.ts";

export const NOTES_FOLDER = "notes";
const VERSION = 1;
const NAME = /^notes\/([a-z0-9]+)\.json$/;

export interface NoteSeal extends Sealed {
  /** The id of the data key. */
  readonly key: string;
}

export type NoteKeys = ReadonlyMap<string, DataKey>;
type Random = (bytes: number) => Uint8Array;

export function isNoteFile(name: string): boolean {
  return NAME.test(name);
}

export function noteFileOf(id: string): string {
  checkId(id);
  return `${NOTES_FOLDER}/${id}.json`;
}

export function noteIdIn(name: string): string {
  return NAME.exec(name)?.[1] ?? "";
}

/** The ids of all accounts that have a note's file. Reads only file names. */
export function noteIds(folder: DataFolder): string[] {
  return folder.list(NOTES_FOLDER).flatMap((name) => noteIdIn(`${NOTES_FOLDER}/${name}`) || []);
}

/** Sorted, so that the same seals are the same text. */
export function formatNoteFile(id: string, seals: readonly NoteSeal[]): string {
  const sorted = seals.toSorted((a, b) => (a.sealed < b.sealed ? -1 : 1));
  const plain = sorted.map(({ key, nonce, sealed }) => ({ key, nonce, sealed }));
  return `${JSON.stringify({ version: VERSION, id, seals: plain }, null, 2)}\n`;
}

/** The seals, or what is wrong with the file. */
export function parseNoteFile(name: string, text: string): NoteSeal[] | string {
  if (isNewerNote(text)) return "was written by a newer twinseed";
  const { version, id, seals } = parseFields(text);
  if (version !== VERSION || !Array.isArray(seals) || seals.length === 0) return "is damaged";
  if (id !== noteIdIn(name)) return "is damaged, or belongs to another account";
  if (seals.length > NOTE_LIMITS.seals || text.length > 4 * NOTE_LIMITS.sealedBytes) return "is too large";
  const parsed = objectsOf(seals).flatMap((item): NoteSeal[] => {
    const content = parseSealed(item ?? {});
    const key = item?.key;
    if (typeof key !== "string" || !isKeyId(key) || content === undefined) return [];
    return isWellFormed(content) ? [{ key, ...content }] : [];
  });
  return parsed.length === seals.length ? parsed : "is damaged";
}

export function isNewerNote(text: string): boolean {
  const { version } = parseFields(text);
  return isWhole(version) && version > VERSION;
}

/** Throws UserError (exit 1) if there is more than a note may hold, sealed. */
export function sealNote(id: string, key: DataKey, content: NoteContent, random: Random): NoteSeal {
  const bytes = Buffer.from(formatContent(content));
  if (bytes.length > NOTE_LIMITS.sealedBytes)
    throw new UserError("the note has become too large to be sealed", ExitCode.failed, [
      "remove what you no longer need from it; nothing was changed",
    ]);
  return { key: key.id, ...seal(key.bytes, headerOf(id, key.id), bytes, random) };
}

/** "no key": none of these keys is the one it was sealed with. */
export function openNote(
  id: string,
  keys: NoteKeys,
  sealed: NoteSeal,
): NoteContent | "no key" | "damaged" | "newer" {
  const key = keys.get(sealed.key);
  if (key === undefined) return "no key";
  const bytes = unseal(key.bytes, headerOf(id, key.id), sealed);
  if (bytes === undefined || bytes.length > NOTE_LIMITS.sealedBytes) return "damaged";
  return parseContent(Buffer.from(bytes).toString()) ?? "damaged";
}

/** The account is part of it: a note of another account, or of another store, does not open. */
function headerOf(id: string, keyId: string): string {
  return `twinseed note v1 ${id} ${keyId}`;
}
