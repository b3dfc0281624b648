/** Which files of the data folder are shared, and how a merged state is written to the disk. */

import { attempt, UnusableFile, UserError } from "../base/errors.ts";
import { OWN_LIMITS } from "../base/limits.ts";
import { PRIVATE } from "../base/private-files.ts";
import { type Files, isLedgerFile, ledgerFault, mergeLedgerFiles } from "../ledger/merge-files.ts";
import type { Standing } from "../members/accept.ts";
import type { DataFolder } from "../ports/data-folder.ts";
import { isSealedFile, mergeSealedFiles, type Opens } from "../seeds/file/merge-sealed.ts";
import { isNoteFile, parseNoteFile } from "../seeds/notes/note-file.ts";
import type { Progress } from "../talk/progress.ts";
import type { Needs } from "../world.ts";

const FOLDERS = ["accounts", "removed", "seeds", "notes", "keys", "members"];

/** In the repository's root, for users who run git there: sync itself only adds shared files. */
export const IGNORED = [
  "# For this computer only: twinseed sync shares none of these.",
  ...PRIVATE.map((name) => `/${name}`),
  "/.lock",
  "/.lock-breaking",
  ".tmp-*",
  "*.unused",
  "",
].join("\n");

/** Sealed texts are bytes, not lines: git must not convert line endings. */
export const ATTRIBUTES = "* -text\n";

export function isShared(name: string): boolean {
  return isLedgerFile(name) || isSealedFile(name);
}

export interface Snapshot {
  readonly files: Files;
  /** From names to what is wrong with the files: these are not shared as they are. */
  readonly damaged: ReadonlyMap<string, string>;
}

export function snapshot(folder: DataFolder, progress?: Progress): Snapshot {
  const files = new Map<string, string>();
  const damaged = new Map<string, string>();
  const inside = FOLDERS.flatMap((name) => folder.list(name).map((file) => `${name}/${file}`));
  const names = ["devices.json", ...inside].filter(isShared);
  for (const [i, name] of names.entries()) {
    progress?.at(i, names.length);
    const text = attempt(() => folder.read(name));
    if (text === undefined) continue;
    if (text instanceof UnusableFile) {
      damaged.set(name, text.message);
      continue;
    }
    if (text instanceof UserError) throw text;
    const fault = faultOf(name, text);
    if (fault === undefined || /newer/.test(fault)) files.set(name, text);
    else damaged.set(name, fault);
  }
  progress?.end();
  return { files, damaged };
}

function faultOf(name: string, text: string): string | undefined {
  const size = Buffer.byteLength(text);
  if (size > OWN_LIMITS.sharedBytes) return `it has ${size} bytes, more than ${OWN_LIMITS.sharedBytes}`;
  if (isNoteFile(name)) return noteFault(name, text);
  return isLedgerFile(name) ? ledgerFault(name, text) : undefined;
}

function noteFault(name: string, text: string): string | undefined {
  const seals = parseNoteFile(name, text);
  return typeof seals === "string" ? `it ${seals}` : undefined;
}

export function mergeShared(
  base: Files,
  ours: Files,
  theirs: Files,
  standing: Standing,
  opens?: Opens,
): { files: Map<string, string>; notes: readonly string[] } {
  const ledger = mergeLedgerFiles(base, ours, theirs);
  return {
    files: new Map([...mergeSealedFiles(base, ours, theirs, standing, opens), ...ledger.files]),
    notes: ledger.notes,
  };
}

/**
 * Adds back what was committed once and whose file is missing, so that it is not lost: entries move to removed/, and seeds are
 * kept. Names don't change: after an interrupted sync, an account may have its new name before another one has given it up.
 */
export function restoreMissing(
  own: Files,
  committed: Files,
  standing: Standing,
  opens?: Opens,
): Map<string, string> {
  const { files } = mergeLedgerFiles(committed, own, committed, "own and committed");
  return new Map([...mergeSealedFiles(committed, own, committed, standing, opens), ...files]);
}

/**
 * Call it under the lock. A process that reads meanwhile, or after a kill, finds each seed's key before the seed and each seed
 * before its account; deletions come last. So the next sync merges a half-written state to the same result.
 */
export function writeShared(
  now: Snapshot,
  wanted: Files,
  needs: Needs<"folder">,
  progress?: Progress,
): string[] {
  const order = ["keys/", "members/", "seeds/", "notes/", "devices.json", "removed/", "accounts/"];
  const place = (name: string): number => order.findIndex((start) => name.startsWith(start));
  const names = [...wanted.keys()].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  const changed: string[] = [];
  for (const [i, name] of names.entries()) {
    progress?.at(i, names.length);
    const text = wanted.get(name);
    if (text === undefined || now.files.get(name) === text) continue;
    if (now.damaged.has(name)) keepDamaged(name, needs.folder);
    needs.folder.write(name, text);
    changed.push(name);
  }
  progress?.end();
  const gone = [...now.files.keys()].filter((name) => !wanted.has(name));
  for (const name of gone.sort((a, b) => place(b) - place(a))) {
    needs.folder.remove(name);
    changed.push(name);
  }
  return changed;
}

/** Also where it is no file that can be read. */
function keepDamaged(name: string, folder: DataFolder): void {
  const text = attempt(() => folder.read(name));
  if (typeof text === "string") keepInDamaged(name, text, folder);
  else if (text instanceof UserError) folder.move(name, `damaged/${name.replaceAll("/", "-")}.unreadable`);
}

/** Under a name that is free, unless it is there already. */
export function keepInDamaged(name: string, text: string, folder: DataFolder): void {
  const own = name
    .split("/")
    .at(-1)
    ?.replace(/\.json$/, "");
  const base = `damaged/${isNoteFile(name) ? "note-" : ""}${own}`;
  for (let i = 0; !folder.create(i === 0 ? `${base}.json` : `${base}.${i}.json`, text); i++) {
    if (folder.read(i === 0 ? `${base}.json` : `${base}.${i}.json`) === text) return;
  }
}
