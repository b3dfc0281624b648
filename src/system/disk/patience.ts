/**
 * Windows refuses to rename, delete or open a file while another program has it open without sharing it: a virus scanner, an
 * indexer, OneDrive, a backup. They let go soon, so we try again for a few seconds, with growing pauses.
 */
import { statSync } from "node:fs";
import { codeOf } from "./disk-error.ts";

/** Milliseconds. */
const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 500;
const PATIENCE = 4000;

const duties = new Set<() => void>();

/** Runs `work` after each pause, until the returned function is called: nothing else of this process runs in the meantime. */
export function whileWaiting(work: () => void): () => void {
  duties.add(work);
  return () => void duties.delete(work);
}

/** Whether that is how Windows says "in use". The last two can also mean that it is not allowed. */
export function isInUse(error: unknown, platform: string): boolean {
  return platform === "win32" && /^E(BUSY|PERM|ACCES)$/.test(codeOf(error) ?? "");
}

/**
 * `changed` is the file that `work` replaces or deletes: if that fails in the end, another program has it open, and EBUSY is
 * thrown. Without it (`work` only opens one) the last error is thrown.
 */
type Patiently = <T>(work: () => T, changed?: string) => T;

export function createPatience(platform: string = process.platform, pause = block): Patiently {
  // For the whole run: where one file stays refused, the next hundred would take minutes.
  let left = PATIENCE;
  return (work, changed) => {
    for (let next = FIRST_PAUSE; ; next = Math.min(2 * next, LONGEST_PAUSE)) {
      try {
        const result = work();
        if (next > FIRST_PAUSE) left = PATIENCE;
        return result;
      } catch (error) {
        if (!isInUse(error, platform)) throw error;
        if (left <= 0 && changed !== undefined && !isReadOnly(changed))
          throw Object.assign(new Error(), { code: "EBUSY" });
        if (left <= 0) throw error;
      }
      pause(next);
      left -= next;
      for (const duty of duties) duty();
    }
  };
}

export const patiently = createPatience();

/** Such a file can't be replaced either. */
function isReadOnly(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && (stat.mode & 0o200) === 0;
}

function block(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
