/** The notes of the accounts, next to their seeds. With either store they are files, and only where their key is kept differs. */
import { ExitCode, UserError } from "../../base/errors.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import { readConfig, type StoreKind } from "../../settings/config-file.ts";
import type { DataKey } from "../file/data-key.ts";
import { NoSuchSeed } from "../seed-store.ts";
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

/** Where the key of the notes is kept. Throws UserError (exit 6) if that can't be opened. */
export interface NoteKeeper {
  readonly kind: StoreKind;
  /** The keys of these ids, as far as they can be had. */
  find(ids: ReadonlySet<string>): Promise<NoteKeys>;
  /** The key that notes are sealed with from now on. Call it under the data folder's lock. `others`: keys of the other store. */
  forSealing(others?: ReadonlySet<string>): Promise<DataKey>;
}

export interface FoundNote {
  readonly content: NoteContent;
  /** How many versions of it, written on other computers, don't open here. */
  readonly unopened: number;
}

export interface Notes {
  /** The ids of all accounts that have a note's file. */
  ids(): string[];
  /** undefined if there is none. Throws UserError: exit 6 if it can't be opened, exit 1 if it is damaged. */
  read(id: string): Promise<FoundNote | undefined>;
  /**
   * Seals what `edit` returns, and reads it back. Call it under the data folder's lock. Versions that don't open are kept. Throws as
   * `read` does: a note that can't be read is never replaced.
   */
  change(id: string, edit: (content: NoteContent) => NoteContent): Promise<NoteContent>;
}

export function notesIn(
  folder: DataFolder,
  keeper: NoteKeeper,
  random: (bytes: number) => Uint8Array,
): Notes {
  async function open(
    id: string,
  ): Promise<{ seals: readonly NoteSeal[]; opened: Map<NoteSeal, NoteContent> }> {
    const name = noteFileOf(id);
    const text = folder.read(name);
    if (text === undefined) return { seals: [], opened: new Map() };
    const seals = parseNoteFile(name, text);
    if (typeof seals === "string") throw damagedError(name, seals);
    const keys = await keeper.find(new Set(seals.map(({ key }) => key)));
    const results = seals.map((seal) => [seal, openNote(id, keys, seal)] as const);
    const opened = new Map(
      results.flatMap(([seal, one]) => (typeof one === "string" ? [] : [[seal, one] as const])),
    );
    if (opened.size > 0) return { seals, opened };
    const faults = results.map(([, one]) => one);
    if (faults.includes("newer")) throw damagedError(name, "was written by a newer twinseed");
    throw faults.includes("no key") ? noKeyError(name, keeper.kind) : damagedError(name, "is damaged");
  }

  return {
    ids: () => noteIds(folder),

    async read(id) {
      const { seals, opened } = await open(id);
      if (opened.size === 0) return undefined;
      return { content: mergeContents([...opened.values()]), unopened: seals.length - opened.size };
    },

    async change(id, edit) {
      requireInUse(folder, keeper.kind);
      const found = await open(id);
      const before = mergeContents([...found.opened.values()]);
      const after = mergeContents([edit(before)]);
      if (found.opened.size <= 1 && formatContent(after) === formatContent(before)) return before;
      const name = noteFileOf(id);
      const key = await keeper.forSealing();
      // That may have sealed everything again, with a newer key.
      const { seals, opened } = await open(id);
      const old = folder.read(name);
      const kept = seals.filter((seal) => !opened.has(seal));
      folder.write(name, formatNoteFile(id, [...kept, sealNote(id, key, after, random)]));
      if (await readsBack(id, after)) return after;
      if (old === undefined) folder.remove(name);
      else folder.write(name, old);
      throw new UserError("the note did not read back as it was written", ExitCode.failed, [
        "nothing was changed; check the disk",
      ]);
    },
  };

  async function readsBack(id: string, content: NoteContent): Promise<boolean> {
    const { opened } = await open(id);
    return [...opened.values()].some((one) => formatContent(one) === formatContent(content));
  }
}

/** Another process may have moved the seeds, and the notes with them, since the store was opened. */
function requireInUse(folder: DataFolder, kind: StoreKind): void {
  const now = readConfig(folder)?.store;
  if (now === undefined || now === kind) return;
  throw new UserError(`the seeds were moved to the ${now} store meanwhile`, ExitCode.failed, [
    "nothing was changed; run this again",
  ]);
}

function damagedError(name: string, why: string): UserError {
  return new UserError(`"${name}", a note, ${why}`, ExitCode.failed, [
    "the account itself is not affected; it was left as it is",
    "put the file back from a copy of the data folder, or restore a backup: twinseed backup restore FILE",
    "or take it away and begin again: twinseed note NAME --remove",
  ]);
}

function noKeyError(name: string, kind: StoreKind): UserError {
  const where =
    kind === "keyring"
      ? ["a locked keyring may answer like this: unlock it and run this again"]
      : [
          "if you are a member of this store: twinseed sync; if you were removed, it can't be opened any more",
        ];
  return new NoSuchSeed(`"${name}", a note, is sealed with a key that could not be opened`, [
    ...where,
    "if that key is gone for good, take the note away and begin again: twinseed note NAME --remove",
  ]);
}
