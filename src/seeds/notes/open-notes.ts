/** Opens what seals the notes: the data key of the file store, or a key that is one entry of the keyring. */
import { attempt, ExitCode, UserError } from "../../base/errors.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import { readConfig, type StoreKind } from "../../settings/config-file.ts";
import { type DataKey, dataKeyOf, newDataKey } from "../file/data-key.ts";
import { dataKeys } from "../file/data-keys.ts";
import { unlockStore } from "../file/file-store.ts";
import { fromBase64, toBase64 } from "../file/seal.ts";
import { keyForSealing } from "../file/sealing-key.ts";
import { keyringEntries } from "../keyring/keyring-entries.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { NoSuchSeed } from "../seed-store.ts";
import { noteFileOf, noteIds, parseNoteFile } from "./note-file.ts";
import { type NoteKeeper, type Notes, notesIn } from "./notes.ts";

const KEY_LINE = /^twinseed data key v2 ([0-9a-f]{32}) ([0-9a-f]{32}) (\S+)$/;

/** May ask for the passphrase of the file store. Throws UserError (exit 6) if it can't be opened. */
export async function openNotes(deps: SeedStoreDeps): Promise<Notes> {
  const kind = readConfig(deps.folder)?.store ?? "file";
  return followMoves(await opened(deps, kind), kind, deps);
}

async function opened(deps: SeedStoreDeps, kind: StoreKind): Promise<Notes> {
  return notesIn(deps.folder, await noteKeeper(deps, kind), deps.random);
}

/** As open-store.ts does for seeds: readers hold no lock, and a `store move` may finish meanwhile. */
function followMoves(notes: Notes, kind: StoreKind, deps: SeedStoreDeps): Notes {
  return {
    ...notes,
    async read(id) {
      try {
        return await notes.read(id);
      } catch (error) {
        const inUse = error instanceof NoSuchSeed ? readConfig(deps.folder)?.store : undefined;
        if (inUse === undefined || inUse === kind) throw error;
        return (await opened(deps, inUse)).read(id);
      }
    },
  };
}

/** `kind`: the store, which need not be the one in use: `store move` asks for both. */
export async function noteKeeper(deps: SeedStoreDeps, kind: StoreKind): Promise<NoteKeeper> {
  return kind === "keyring" ? inKeyring(deps) : inFiles(deps);
}

async function inFiles(deps: SeedStoreDeps): Promise<NoteKeeper> {
  const unlocked = await unlockStore(deps);
  return {
    kind: "file",
    find: () => dataKeys(deps.folder, unlocked),
    forSealing: () => keyForSealing(deps, unlocked),
  };
}

/** Windows keeps at most 2,560 bytes in an entry; the key has 132. Each entry is called for its key, which each note names. */
function inKeyring(deps: SeedStoreDeps): NoteKeeper {
  const use = keyringEntries(deps);
  const known = new Map<string, DataKey>();

  async function keyOf(id: string): Promise<DataKey | undefined> {
    const what = "can't read the key of the notes in the keyring";
    const key = known.get(id) ?? parseKey(await use(entryOf(id), what, (entry) => entry.getPassword()));
    if (key === undefined || key.id !== id) return undefined;
    known.set(id, key);
    return key;
  }

  return {
    kind: "keyring",

    async find(ids) {
      const found = new Map<string, DataKey>();
      for (const id of ids) {
        const key = await keyOf(id);
        if (key !== undefined) found.set(id, key);
      }
      return found;
    },

    /** A keyring that has no such entry proves nothing: as long as there are notes, no other key is made. */
    async forSealing(others = new Set()) {
      const ids = keyIdsIn(deps.folder).filter((id) => !others.has(id));
      for (const id of ids) {
        const key = await keyOf(id);
        if (key !== undefined) return key;
      }
      if (ids.length > 0)
        throw new NoSuchSeed("the key of your notes was not found in the keyring", [
          "a locked keyring may answer like this: unlock it and run this again",
          "if it is gone for good, take each note away: twinseed note NAME --remove",
        ]);
      const fresh = newDataKey(deps.random);
      const what = "can't store the key of the notes in the keyring";
      await use(entryOf(fresh.id), what, (entry) => entry.setPassword(lineOf(fresh)));
      if ((await keyOf(fresh.id)) !== undefined) return fresh;
      throw new UserError("the key of the notes did not read back from the keyring", ExitCode.locked, [
        "nothing was changed",
      ]);
    },
  };
}

function keyIdsIn(folder: DataFolder): string[] {
  const ids = noteIds(folder).flatMap((id) => {
    const text = attempt(() => folder.read(noteFileOf(id)));
    const seals = typeof text === "string" ? parseNoteFile(noteFileOf(id), text) : [];
    return typeof seals === "string" ? [] : seals.map(({ key }) => key);
  });
  return [...new Set(ids)].toSorted();
}

/** An account's id is shorter. */
function entryOf(keyId: string): string {
  return `notes${keyId}`;
}

function lineOf({ store, id, bytes }: DataKey): string {
  return `twinseed data key v2 ${store} ${id} ${toBase64(bytes)}`;
}

function parseKey(text: string | null): DataKey | undefined {
  const [, store = "", id = "", key = ""] = KEY_LINE.exec(text ?? "") ?? [];
  return dataKeyOf(store, id, fromBase64(key));
}
