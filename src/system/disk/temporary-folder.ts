/**
 * A 0700 folder for content that a system tool accepts only as a file. It is in memory where possible, and deleted when we are
 * done. If SIGKILL leaves one behind, the next run that makes such a folder deletes it.
 */
import { lstatSync, mkdtempSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { onExit } from "../signals.ts";
import type { Env } from "../tool-environment.ts";
import { codeOf, diskError } from "./disk-error.ts";
import { releasePipe } from "./handed-files.ts";
import { canBeReplaced } from "./own-folder.ts";
import { xdgFolder } from "./xdg-folder.ts";

export interface TemporaryFolder {
  readonly folder: string;
  /** Not stored on a disk. Known only on Linux; elsewhere false. */
  readonly isInMemory: boolean;
  /** Throws UserError if it can't be deleted. */
  remove(): void;
}

// linux/magic.h
const TMPFS = 0x01021994;
const RAMFS = 0x858458f6;
const SHARED_MEMORY = "/dev/shm";
/** Contains the id of the process that made it. */
const OURS = /^twinseed-[a-z]+-(\d+)_\w+$/;

/** Prefers the folder for the session's sockets, which is usually in memory. `purpose` becomes part of its name: only letters. */
export function temporaryFolder(env: Env, purpose: string): TemporaryFolder {
  const shared = isInMemory(SHARED_MEMORY) ? [SHARED_MEMORY] : [];
  const runtime = xdgFolder(env.XDG_RUNTIME_DIR);
  const all = [...(runtime === undefined ? [] : [runtime]), ...shared, tmpdir()];
  const places = all.filter(isSafe);
  for (const place of places) sweep(place);
  let folder: string | undefined;
  for (const place of places) folder ??= tryToMake(place, purpose);
  if (folder === undefined) {
    throw new UserError("can't create a temporary folder", ExitCode.failed, [
      "set TMPDIR to a folder where others can't replace what is yours",
    ]);
  }
  // With retries: a tool that is just being stopped may still have added a file.
  const clean = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  const cancelCleanUp = onExit(clean);
  return {
    folder,
    isInMemory: isInMemory(folder),
    remove() {
      cancelCleanUp();
      try {
        clean();
      } catch (error) {
        throw diskError(error, "delete", folder);
      }
    },
  };
}

function isSafe(place: string): boolean {
  try {
    return !canBeReplaced(place);
  } catch {
    return false; // it is not there
  }
}

function tryToMake(parent: string, purpose: string): string | undefined {
  try {
    return mkdtempSync(join(parent, `twinseed-${purpose}-${process.pid}_`));
  } catch {
    return undefined;
  }
}

function isInMemory(folder: string): boolean {
  try {
    return process.platform === "linux" && [TMPFS, RAMFS].includes(statfsSync(folder).type);
  } catch {
    return false;
  }
}

function sweep(parent: string): void {
  try {
    for (const name of readdirSync(parent)) {
      const [, pid] = OURS.exec(name) ?? [];
      const folder = join(parent, name);
      if (pid === undefined || isRunning(Number(pid)) || lstatSync(folder).uid !== process.geteuid?.())
        continue;
      for (const entry of readdirSync(folder, { withFileTypes: true }))
        if (entry.isFIFO()) releasePipe(join(folder, entry.name));
      rmSync(folder, { recursive: true, force: true });
    }
  } catch {
    // No such folder, or another process is sweeping it at the same time.
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}
