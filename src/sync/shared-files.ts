/** What of the data folder is shared, and how a merged state gets onto the disk. */

import { type Files, isLedgerFile, ledgerFault, mergeLedgerFiles } from "../ledger/merge-files.ts";
import type { DataFolder } from "../ports/data-folder.ts";
import { isSealedFile, mergeSealedFiles } from "../seeds/file/merge-sealed.ts";
import type { Needs } from "../world.ts";

const FOLDERS = ["accounts", "removed", "seeds", "keys", "recipients"];

/** In the repository's root, for who works there by hand: sync itself adds nothing but what is shared. */
export const IGNORED = [
  "# Of this computer alone: twinseed sync shares none of these.",
  "/config.json",
  "/names.json",
  "/incoming.json",
  "/steps/",
  "/cache/",
  "/aws/",
  "/damaged/",
  "/.lock",
  "/.lock-breaking",
  ".tmp-*",
  "*.unused",
  "",
].join("\n");

/** Sealed texts are bytes, not lines. */
export const ATTRIBUTES = "* -text\n";

export function isShared(name: string): boolean {
  return isLedgerFile(name) || isSealedFile(name);
}

export interface Snapshot {
  readonly files: Files;
  /** Names and what is wrong with them: these are not shared as they are. */
  readonly damaged: ReadonlyMap<string, string>;
}

/** Under the data folder's lock. Throws UserError where a file can't be read at all. */
export function snapshot(folder: DataFolder): Snapshot {
  const files = new Map<string, string>();
  const damaged = new Map<string, string>();
  const inside = FOLDERS.flatMap((name) => folder.list(name).map((file) => `${name}/${file}`));
  for (const name of ["devices.json", ...inside].filter(isShared)) {
    const text = folder.read(name);
    if (text === undefined) continue;
    const fault = isLedgerFile(name) ? ledgerFault(name, text) : undefined;
    if (fault === undefined || /newer/.test(fault)) files.set(name, text);
    else damaged.set(name, fault);
  }
  return { files, damaged };
}

export function mergeShared(
  base: Files,
  ours: Files,
  theirs: Files,
): { files: Map<string, string>; notes: readonly string[] } {
  const ledger = mergeLedgerFiles(base, ours, theirs);
  return {
    files: new Map([...mergeSealedFiles(base, ours, theirs), ...ledger.files]),
    notes: ledger.notes,
  };
}

/**
 * Nothing that was committed once is given up because its file is missing: entries move to removed/, and seeds stay. Names stay
 * as they are: where a sync was cut off, an account may have its new name before another one has given it up.
 */
export function wholeShared(own: Files, committed: Files): Map<string, string> {
  const { files } = mergeLedgerFiles(committed, own, committed, "own and committed");
  return new Map([...mergeSealedFiles(committed, own, committed), ...files]);
}

/**
 * Under the lock. Whoever reads meanwhile, or after a kill, finds each seed's key before the seed, each seed before its
 * account, and what goes goes last: a part of it is a state that the next sync merges to the same end.
 */
export function writeShared(now: Snapshot, wanted: Files, needs: Needs<"folder">): string[] {
  const order = ["keys/", "recipients/", "seeds/", "devices.json", "removed/", "accounts/"];
  const place = (name: string): number => order.findIndex((start) => name.startsWith(start));
  const names = [...wanted.keys()].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  const changed: string[] = [];
  for (const name of names) {
    const text = wanted.get(name);
    if (text === undefined || now.files.get(name) === text) continue;
    if (now.damaged.has(name)) keepDamaged(name, needs.folder);
    needs.folder.write(name, text);
    changed.push(name);
  }
  const gone = [...now.files.keys()].filter((name) => !wanted.has(name));
  for (const name of gone.sort((a, b) => place(b) - place(a))) {
    needs.folder.remove(name);
    changed.push(name);
  }
  return changed;
}

function keepDamaged(name: string, folder: DataFolder): void {
  const text = folder.read(name);
  const base = `damaged/${name
    .split("/")
    .at(-1)
    ?.replace(/\.json$/, "")}`;
  if (text === undefined) return;
  for (let i = 0; !folder.create(i === 0 ? `${base}.json` : `${base}.${i}.json`, text); i++) {
    if (folder.read(i === 0 ? `${base}.json` : `${base}.${i}.json`) === text) return;
  }
}
