/**
 * Lets one twinseed at a time use a data folder. The lock is a folder ".lock": when several processes try to create it, exactly
 * one succeeds, and this holder updates its modification time every second. A lock is stale if it was not renewed while we
 * watched it for three seconds, or if its holder has certainly ended (stale-lock.ts). Its time is never compared with the clock,
 * which may have been set back or belong to another computer. If another process took over our lock (after a laptop slept, for
 * example), we neither renew nor release it.
 */
import { mkdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { onExit } from "../signals.ts";
import { codeOf, diskError, quotable } from "./disk-error.ts";
import { recordHolder } from "./lock-holder.ts";
import { isInUse, whileWaiting } from "./patience.ts";
import { removeLock, staleLock } from "./stale-lock.ts";

const RENEWAL = 1000;
/** Some file systems store times with a resolution of one or two seconds. */
const SAME_TIME = 2000;
const SILENT_WAIT = 1000;
const DELETION = 4000;

export interface Lock {
  /** Throws UserError if another process has taken over the lock. */
  assertHeld(): void;
  release(): void;
}

/** Waits up to `patience` milliseconds, then throws UserError. Calls `note` once if the wait becomes noticeable. */
export async function takeLock(home: string, note: (text: string) => void, patience: number): Promise<Lock> {
  const path = join(home, ".lock");
  const start = performance.now();
  const stale = staleLock(path);
  let noted = false;
  for (;;) {
    const waited = performance.now() - start;
    const lock = tryLock(path, home, waited < DELETION);
    if (lock !== undefined) return lock;
    if (stale.isStale() && stale.remove()) continue;
    if (waited > patience) throw stillLocked(path, waited, stale.isStale());
    if (waited > SILENT_WAIT && !noted) {
      noted = true;
      note("waiting for another twinseed to finish");
    }
    await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 40));
  }
}

/** Returns undefined if another process holds it. */
function tryLock(path: string, home: string, mayBeDeleted: boolean): Lock | undefined {
  try {
    mkdirSync(path, 0o700);
  } catch (error) {
    // Windows refuses the name while the folder is being deleted.
    if (codeOf(error) === "EEXIST" || (mayBeDeleted && isInUse(error, process.platform))) return undefined;
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
      // The disk may not respond for a moment. If that lasts, another process treats the lock as stale, and isHeld notices.
    }
  };
  const timer = setInterval(renew, RENEWAL);
  timer.unref();
  const letGo = (): void => {
    clearInterval(timer);
    try {
      if (!isLost && isHeld()) removeLock(path, record === undefined ? [] : [record]);
    } catch {
      // A lock that can't be removed becomes stale in three seconds.
    }
  };
  const cancelCleanUp = onExit(letGo);
  const assertHeld = (): void => {
    if (isLost || !isHeld()) throw takenOver();
  };
  const cancelRenewal = whileWaiting(() => {
    renew();
    assertHeld();
  });

  return {
    assertHeld,
    release() {
      cancelCleanUp();
      cancelRenewal();
      letGo();
    },
  };
}

/** A lock that is not stale is renewed by a process that runs, so removing it would do harm. */
function stillLocked(path: string, waited: number, isStale: boolean): UserError {
  const seconds = Math.max(1, Math.round(waited / 1000));
  return new UserError(`another twinseed is still running, after ${seconds} s of waiting`, ExitCode.failed, [
    isStale
      ? `if no other twinseed is running, remove the folder "${quotable(path)}"`
      : "wait for it to finish, or answer its prompt, then run this again",
  ]);
}

function takenOver(): UserError {
  return new UserError(
    "another twinseed took over while this one was suspended; the rest was not done",
    ExitCode.failed,
    ["run this again"],
  );
}
