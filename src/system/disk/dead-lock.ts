/** Telling and removing a lock that nobody holds any more. */
import { mkdirSync, rmdirSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { isHolderGone, recordsIn } from "./lock-holder.ts";

/** Renewed each second. */
const SILENCE = 3000;

export interface DeadLock {
  /** Its holder has certainly ended, or it was not renewed while we asked this again and again for three seconds. */
  isDead(): boolean;
  /** Only one process at a time may do this, and looks again. false where another one is about it, or it can't be done. */
  remove(): boolean;
}

export function deadLock(path: string): DeadLock {
  let seen: string | undefined;
  let since = performance.now();

  /** The clock that counts is the one that can't be set. */
  function isSilent(): boolean {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    const found = stat && `${stat.ino}.${stat.mtimeNs}`;
    if (found === undefined || found !== seen) since = performance.now();
    seen = found;
    return performance.now() - since > SILENCE;
  }

  const isDead = (): boolean => isSilent() || isHolderGone(path);

  return {
    isDead,
    remove() {
      const breaking = `${path}-breaking`;
      try {
        mkdirSync(breaking, 0o700);
      } catch {
        removeLeft(breaking);
        return false;
      }
      try {
        const records = recordsIn(path);
        if (isDead()) removeLock(path, records);
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
 * Its maker needs microseconds, so an old one was killed just then; and so was one of the future, before the clock was set
 * back.
 */
function removeLeft(breaking: string): void {
  const time = timeOf(breaking);
  if (time === undefined || Math.abs(Date.now() - time) <= SILENCE) return;
  try {
    rmdirSync(breaking);
  } catch {
    // Another one did.
  }
}

/** The one that had these records: a folder with another in it stays. */
export function removeLock(path: string, records: readonly string[]): void {
  for (const name of records) unlinkSync(join(path, name));
  rmdirSync(path);
}

export function timeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
