/** Detecting and removing a lock that no process holds anymore. */
import { mkdirSync, rmdirSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { isHolderGone, recordsIn } from "./lock-holder.ts";

/** A live lock is renewed every second. */
const SILENCE = 3000;

export interface StaleLock {
  /** Its holder has certainly ended, or it was not renewed during three seconds of repeated calls. */
  isStale(): boolean;
  /** One process at a time may do this, and it checks again first. Returns false if another process is doing it or if it fails. */
  remove(): boolean;
}

export function staleLock(path: string): StaleLock {
  let seen: string | undefined;
  let since = performance.now();

  /** Measured with the monotonic clock, which can't be set. */
  function isSilent(): boolean {
    const found = stampOf(path);
    if (found === undefined || found !== seen) since = performance.now();
    seen = found;
    return performance.now() - since > SILENCE;
  }

  const isStale = (): boolean => isSilent() || isHolderGone(path);

  return {
    isStale,
    remove() {
      const breaking = `${path}-breaking`;
      try {
        mkdirSync(breaking, 0o700);
      } catch {
        removeLeftover(breaking);
        return false;
      }
      try {
        const records = recordsIn(path);
        if (isStale()) removeLock(path, records);
        return true;
      } catch {
        return false;
      } finally {
        rmdirSync(breaking);
      }
    },
  };
}

/**
 * The process that makes this folder keeps it for microseconds, so an old folder was left by a process killed in that time. A
 * folder with a time in the future is a leftover too, from before the clock was set back.
 */
function removeLeftover(breaking: string): void {
  const time = modifiedAt(breaking);
  if (time === undefined || Math.abs(Date.now() - time) <= SILENCE) return;
  try {
    rmdirSync(breaking);
  } catch {
    // Another process removed it.
  }
}

/** Removes the lock that had these records. A folder with any other record in it is kept. */
export function removeLock(path: string, records: readonly string[]): void {
  for (const name of records) unlinkSync(join(path, name));
  rmdirSync(path);
}

/** undefined if it is not there, or is just being deleted (Windows refuses to look at it then). */
function stampOf(path: string): string | undefined {
  try {
    const { ino, mtimeNs } = statSync(path, { bigint: true });
    return `${ino}.${mtimeNs}`;
  } catch {
    return undefined;
  }
}

function modifiedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
