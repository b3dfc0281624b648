/**
 * What the list of members says about this data folder, and whether this computer is sure of it. Only for what seals, pushes,
 * or shows it: a code of an open store needs none of this.
 */
import { asUserError, attempt, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { accept, type FindKey, isSure, type Standing } from "../../members/accept.ts";
import { isEntryFile, MEMBERS_FOLDER, parseEntry, type ReadEntry } from "../../members/entry.ts";
import { type Remembered, readMemory, writeMemory } from "../../members/memory-file.ts";
import { stopError } from "../../members/stop-error.ts";
import { hashStartOf } from "../../members/words.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import type { SeedStoreDeps } from "../needs.ts";
import type { DataKey } from "./data-key.ts";

export type StandingDeps = Pick<SeedStoreDeps, "folder" | "env" | "note" | "stateFolder">;

export interface Here {
  readonly standing: Standing;
  /** The ids of the data keys that may open seeds: those in the list, now or earlier. */
  readonly counting: ReadonlySet<string>;
  /** The newest entry. */
  readonly newest: ReadEntry | undefined;
  /** Files that are no entries, and why. */
  readonly faults: readonly string[];
  /** What the same files say to a computer that remembers this. */
  under(known: Remembered): Here | undefined;
}

/** The entries in these files, by their names in the data folder. */
export function entriesIn(files: Iterable<readonly [name: string, text: string]>): {
  entries: ReadEntry[];
  faults: string[];
} {
  const entries: ReadEntry[] = [];
  const faults: string[] = [];
  for (const [name, text] of files) {
    if (!isEntryFile(name)) continue;
    const read = attempt(() => parseEntry(text));
    if (read instanceof UserError) faults.push(`"${printable(name)}" was skipped: ${read.message}`);
    else entries.push(read);
  }
  return { entries, faults };
}

export function membersFiles(folder: DataFolder): [name: string, text: string][] {
  const names = folder.list(MEMBERS_FOLDER).map((name) => `${MEMBERS_FOLDER}/${name}`);
  return names.filter(isEntryFile).flatMap((name) => {
    const text = attempt(() => folder.read(name));
    return typeof text === "string" ? [[name, text] satisfies [string, string]] : [];
  });
}

/**
 * undefined for a store that has no list and never had one here. `files`: the files to look in, those of the data folder if
 * left out.
 */
export async function standingOf(
  deps: StandingDeps,
  keys: ReadonlyMap<string, DataKey>,
  files?: Iterable<readonly [string, string]>,
): Promise<Here | undefined> {
  // In this order: what another process remembers is in the folder by then, and what it writes in between makes no list older.
  const before = await remembered(deps);
  const { entries, faults } = entriesIn(files ?? membersFiles(deps.folder));
  const words = deps.env.TWINSEED_STORE_WORDS;
  const chosen = words ? await hashStartOf(words) : undefined;
  const keyOf: FindKey = (id) => keys.get(id)?.bytes;
  const under = ({ memory, awaited: followed }: Remembered): Here | undefined => {
    const awaited = [followed, chosen].filter((one) => one !== undefined);
    if (entries.length === 0 && memory === undefined && awaited.length === 0) return undefined;
    const standing = accept({ memory, awaited }, entries, keyOf);
    const counting = new Set([...(memory?.keys ?? []), ...standing.path.map(({ entry }) => entry.key)]);
    return { standing, newest: standing.path.at(-1), counting, faults, under };
  };
  return under(before);
}

/** Throws UserError (exit 9) unless this computer is sure. Otherwise, remembers what it has seen, and returns the newest entry. */
export async function requireSure(deps: StandingDeps, here: Here): Promise<ReadEntry> {
  const { standing, newest } = here;
  if (!isSure(standing) || newest === undefined) throw await stopError(standing);
  await remember(deps, here);
  return newest;
}

/**
 * Goes on from what is remembered by now: another process may have seen more since, or `store follow` may have chosen. A memory that
 * can't be written is no harm now: without one, nothing is sealed later.
 */
export async function remember(deps: StandingDeps, here: Here): Promise<void> {
  if (here.standing.memory === undefined || here.standing.stop !== undefined) return;
  try {
    const state = await deps.stateFolder();
    const { path } = deps.folder;
    const { memory, stop } = here.under(readMemory(state, path))?.standing ?? {};
    if (memory !== undefined && stop === undefined) writeMemory(state, path, { memory, awaited: undefined });
  } catch (error) {
    deps.note(`warning: the list of members can't be remembered: ${asUserError(error).message}`);
  }
}

async function remembered(deps: StandingDeps): Promise<Remembered> {
  const none = { memory: undefined, awaited: undefined };
  const state = await deps.stateFolder().catch(asUserError);
  return state instanceof UserError ? none : readMemory(state, deps.folder.path);
}
