/**
 * Writes files atomically: to a file next to the target whose name starts with ".tmp-", which is synced and put in place in one
 * step; then the folder is synced. Mode 0600. A kill at any instant leaves either the old state or the new one, and perhaps a
 * ".tmp-" file. Throws the system's own errors.
 */
import {
  closeSync,
  constants,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { codeOf } from "./disk-error.ts";
import { patiently } from "./patience.ts";

export const TEMPORARY = ".tmp-";

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
const ATTEMPTS = 3;

/** Replaces an older file. */
export function writeAtomic(path: string, content: string | Uint8Array): void {
  withTemporary(path, content, (temporary) => rename(temporary, path));
  syncFolder(dirname(path));
}

/** Only if there is no file yet; otherwise returns false. If several processes try at once, exactly one gets true. */
export function createAtomic(path: string, content: string | Uint8Array): boolean {
  const isNew = createUnsynced(path, content);
  syncFolder(dirname(path));
  return isNew;
}

/** The same, except that the caller must sync the folder: once for many files. */
export function createUnsynced(path: string, content: string | Uint8Array): boolean {
  return withTemporary(path, content, (temporary) => {
    try {
      linkSync(temporary, path);
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      if (codeOf(error) === "ENOENT") throw error;
      return createWithoutLink(temporary, path);
    }
    return true;
  });
}

/** Throws EBUSY if another program has one of the two open (patience.ts). */
export function rename(from: string, to: string): void {
  patiently(() => renameSync(from, to), to);
}

/** Makes the renames, creations and removals of files in a folder durable. */
export function syncFolder(path: string): void {
  let folder: number | undefined;
  try {
    folder = openSync(path, constants.O_RDONLY);
    fsyncSync(folder);
  } catch (error) {
    // Windows and some network file systems can't sync a folder; they order renames on their own. A disk that reports a failure
    // is a different matter.
    if (codeOf(error) === "EIO" || codeOf(error) === "ENOSPC") throw error;
  } finally {
    if (folder !== undefined) closeSync(folder);
  }
}

export function removeIfThere(path: string): void {
  try {
    patiently(() => unlinkSync(path), path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  syncFolder(dirname(path));
}

function withTemporary<T>(path: string, content: string | Uint8Array, place: (temporary: string) => T): T {
  const folder = dirname(path);
  for (let attempt = 1; ; attempt++) {
    const temporary = writeTemporary(folder, content);
    try {
      return place(temporary);
    } catch (error) {
      // The temporary file was swept by a process that held the data folder's lock while we did not.
      if (codeOf(error) !== "ENOENT" || attempt === ATTEMPTS) throw error;
    } finally {
      discard(temporary);
    }
  }
}

function writeTemporary(folder: string, content: string | Uint8Array): string {
  const random = `${process.pid.toString(36)}-${Math.random().toString(36).slice(2)}`;
  const temporary = join(folder, `${TEMPORARY}${random}`);
  const file = openSync(temporary, NEW_FILE, 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } catch (error) {
    discard(temporary);
    throw error;
  } finally {
    closeSync(file);
  }
  return temporary;
}

// For file systems without hard links (exFAT, some network ones): an empty file reserves the name, and the complete one is
// renamed over it. A kill in between leaves the empty file, which its reader reports as damaged.
function createWithoutLink(temporary: string, path: string): boolean {
  try {
    closeSync(openSync(path, NEW_FILE, 0o600));
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  try {
    rename(temporary, path);
  } catch (error) {
    discard(path);
    throw error;
  }
  return true;
}

function discard(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was renamed or swept.
  }
}
