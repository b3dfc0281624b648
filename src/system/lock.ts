/**
 * One twinseed at a time on a data folder: proper-lockfile (a folder ".lock" whose time is renewed each second; one
 * that was not renewed for three seconds is dead), and around it what that library leaves open:
 * - it checks a lock's age and removes it in two steps, so that two waiters can take a dead lock one after the other,
 *   the second from under the first: here only one process at a time may remove a dead lock, and looks again before;
 * - it releases whatever stands there, also another's lock after our own was taken over (a laptop that slept);
 * - it compares times exactly, which fails where a file system keeps coarse ones.
 * A holder that has certainly ended is not waited for: lock-holder.ts.
 */
import { mkdirSync, rmdirSync, statSync, unlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { ExitCode, UserError } from "../errors.ts";
import { codeOf, diskError, quotable } from "./disk-error.ts";
import { isHolderGone, recordHolder, recordsIn } from "./lock-holder.ts";

const STALE = 3000;
const UPDATE = 1000;
const SAME_TIME = 2000;
const SILENT_WAIT = 1000;

export interface Lock {
  /** Throws UserError once another process has taken the lock over. */
  assertHeld(): void;
  release(): Promise<void>;
}

/** Waits up to `patience` milliseconds, then throws UserError. Calls `note` once when the wait can be felt. */
export async function takeLock(home: string, note: (text: string) => void, patience: number): Promise<Lock> {
  const { lock } = await import("proper-lockfile");
  const path = join(home, ".lock");
  const start = Date.now();
  let noted = false;
  for (;;) {
    const own = ownLock(path);
    let lost = false;
    const onCompromised = (): void => {
      // Not thrown from here, where nobody could catch it: the next change of the folder is refused instead.
      lost = true;
    };
    const options = { lockfilePath: path, realpath: false, stale: STALE, update: UPDATE, fs: own.fs };
    try {
      const release = await lock(home, { ...options, onCompromised });
      return {
        assertHeld() {
          if (lost || !own.isHeld()) throw takenOver();
        },
        // A lock that can't be released is dead in three seconds.
        release: () => release().catch(() => {}),
      };
    } catch (error) {
      const code = codeOf(error);
      // ENOTEMPTY: a dead lock was another's by the time it was to go.
      if (code !== "ELOCKED" && code !== "EEXIST" && code !== "ENOTEMPTY")
        throw diskError(error, "lock", home);
    }
    if (isHolderGone(path) && hasRemovedDead(path)) continue;
    const waited = Date.now() - start;
    if (waited > patience) throw stillLocked(path, patience);
    if (waited > SILENT_WAIT && !noted) {
      noted = true;
      note("waiting for another twinseed to finish");
    }
    await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 40));
  }
}

type Callback<T> = (error: unknown, result?: T) => void;

/** The few file operations of proper-lockfile, done at once, and which lock is ours by the time it carries. */
function ownLock(path: string) {
  let stamp: number | undefined;
  let record: string | undefined;
  const isHeld = (): boolean => {
    const time = timeOf(path);
    return stamp !== undefined && time !== undefined && Math.abs(time - stamp) < SAME_TIME;
  };
  const remove = (): void => {
    if (stamp === undefined) removeDead(path);
    else if (isHeld()) removeLock(path, record === undefined ? [] : [record]);
    stamp = undefined;
  };
  const fs = {
    mkdir: (name: string, callback: Callback<void>) =>
      answer(callback, () => {
        mkdirSync(name, 0o700);
        record = recordHolder(name);
        stamp = statSync(name).mtimeMs;
      }),
    utimes: (name: string, access: Date, modified: Date, callback: Callback<void>) =>
      answer(callback, () => {
        utimesSync(name, access, modified);
        stamp = modified.getTime();
      }),
    stat: (name: string, callback: Callback<{ mtime: Date }>) =>
      answer(callback, () => {
        const mtime = statSync(name).mtimeMs;
        return { mtime: new Date(stamp !== undefined && isHeld() ? stamp : mtime) };
      }),
    rmdir: (_name: string, callback: Callback<void>) => answer(callback, remove),
    // Called by the library when the process ends or is told to by a signal.
    rmdirSync: remove,
  };
  return { fs, isHeld };
}

function removeDead(path: string): void {
  const breaking = `${path}-breaking`;
  const age = (name: string): number => Date.now() - (timeOf(name) ?? Number.POSITIVE_INFINITY);
  try {
    mkdirSync(breaking, 0o700);
  } catch (error) {
    // Its maker needs microseconds, so an old one was killed just then.
    if (age(breaking) > STALE) rmdirSync(breaking);
    throw error;
  }
  try {
    const records = recordsIn(path);
    if (age(path) > STALE || isHolderGone(path)) removeLock(path, records);
  } finally {
    rmdirSync(breaking);
  }
}

/** false where another process was there first. */
function hasRemovedDead(path: string): boolean {
  try {
    removeDead(path);
    return true;
  } catch {
    return false;
  }
}

/** The one that had these records: a folder with another in it stays. */
function removeLock(path: string, records: readonly string[]): void {
  for (const name of records) unlinkSync(join(path, name));
  rmdirSync(path);
}

function timeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

function answer<T>(callback: Callback<T>, work: () => T): void {
  let result: T;
  try {
    result = work();
  } catch (error) {
    callback(error);
    return;
  }
  callback(null, result);
}

function stillLocked(path: string, patience: number): UserError {
  const seconds = Math.round(patience / 1000);
  return new UserError(`another twinseed has been at work for ${seconds} seconds`, ExitCode.failed, [
    "let it finish, or answer its question, and run this again",
    `if there is none, remove the folder "${quotable(path)}"`,
  ]);
}

function takenOver(): UserError {
  return new UserError(
    "another twinseed took over while this one was held up; the rest was not done",
    ExitCode.failed,
    ["run this again"],
  );
}
