/**
 * One twinseed at a time on a data folder: proper-lockfile (a folder ".lock" whose time is renewed each second), and
 * around it what that library leaves open:
 * - it compares a lock's time with the clock, which may have been set back, or be another computer's: here a lock is dead
 *   that was not renewed while we watched it for three seconds, or whose holder has certainly ended (dead-lock.ts);
 * - it checks a lock's age and removes it in two steps, so that two waiters can take a dead lock one after the other,
 *   the second from under the first: here only one process at a time may remove a dead lock, and looks again before;
 * - it releases whatever stands there, also another's lock after our own was taken over (a laptop that slept);
 * - it compares times exactly, which fails where a file system keeps coarse ones.
 */
import { mkdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { deadLock, removeLock, timeOf } from "./dead-lock.ts";
import { codeOf, diskError, quotable } from "./disk-error.ts";
import { recordHolder } from "./lock-holder.ts";

const UPDATE = 1000;
/** The library itself takes no lock for dead. */
const NEVER = Number.MAX_SAFE_INTEGER;
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
  const start = performance.now();
  const dead = deadLock(path);
  let noted = false;
  for (;;) {
    const own = ownLock(path);
    let lost = false;
    const onCompromised = (): void => {
      // Not thrown from here, where nobody could catch it: the next change of the folder is refused instead.
      lost = true;
    };
    const options = { lockfilePath: path, realpath: false, stale: NEVER, update: UPDATE, fs: own.fs };
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
      if (code !== "ELOCKED") throw diskError(error, "lock", home);
    }
    if (dead.isDead() && dead.remove()) continue;
    const waited = performance.now() - start;
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
    if (isHeld()) removeLock(path, record === undefined ? [] : [record]);
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
