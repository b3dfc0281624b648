/**
 * One twinseed at a time on a data folder: a folder ".lock", which exactly one of all who make it gets, and whose time its
 * holder renews each second. A lock is dead that was not renewed while we watched it for three seconds, or whose holder has
 * certainly ended (dead-lock.ts): its time is never compared with the clock, which may have been set back, or be another
 * computer's. What was ours and was taken over (a laptop that slept) is neither renewed nor released.
 */
import { mkdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { onTheWayOut } from "../terminal/signals.ts";
import { deadLock, removeLock } from "./dead-lock.ts";
import { codeOf, diskError, quotable } from "./disk-error.ts";
import { recordHolder } from "./lock-holder.ts";

const RENEWAL = 1000;
/** Some file systems keep times to the second, or to two. */
const SAME_TIME = 2000;
const SILENT_WAIT = 1000;

export interface Lock {
  /** Throws UserError once another process has taken the lock over. */
  assertHeld(): void;
  release(): void;
}

/** Waits up to `patience` milliseconds, then throws UserError. Calls `note` once when the wait can be felt. */
export async function takeLock(home: string, note: (text: string) => void, patience: number): Promise<Lock> {
  const path = join(home, ".lock");
  const start = performance.now();
  const dead = deadLock(path);
  let noted = false;
  for (;;) {
    const lock = tryLock(path, home);
    if (lock !== undefined) return lock;
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

/** undefined where somebody holds it. */
function tryLock(path: string, home: string): Lock | undefined {
  try {
    mkdirSync(path, 0o700);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return undefined;
    throw diskError(error, "lock", home);
  }
  const record = recordHolder(path);
  let { mtimeMs: stamp } = statSync(path);
  let isLost = false;

  const isHeld = (): boolean => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat !== undefined && Math.abs(stat.mtimeMs - stamp) < SAME_TIME;
  };
  const renew = (): void => {
    try {
      if (!isHeld()) isLost = true;
      if (isLost) return;
      const now = new Date();
      utimesSync(path, now, now);
      stamp = now.getTime();
    } catch {
      // A disk that does not answer for a moment. If it lasts, others take the lock for dead, and isHeld sees it.
    }
  };
  const timer = setInterval(renew, RENEWAL);
  timer.unref();
  const letGo = (): void => {
    clearInterval(timer);
    try {
      if (!isLost && isHeld()) removeLock(path, record === undefined ? [] : [record]);
    } catch {
      // What can't be removed is dead in three seconds.
    }
  };
  const callOff = onTheWayOut(letGo);

  return {
    assertHeld() {
      if (isLost || !isHeld()) throw takenOver();
    },
    release() {
      callOff();
      letGo();
    },
  };
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
