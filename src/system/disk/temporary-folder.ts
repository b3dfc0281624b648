/**
 * A 0700 folder for what a system tool insists on having as a file: in memory, where there is such a place. It is gone when
 * we are done; what SIGKILL leaves goes at the next run that makes such a folder.
 */
import { lstatSync, mkdtempSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import type { Env } from "../programs/run-tool.ts";
import { onTheWayOut } from "../terminal/signals.ts";
import { codeOf, diskError } from "./disk-error.ts";

export interface TemporaryFolder {
  readonly folder: string;
  /** No disk is below it. Known on Linux only; elsewhere false. */
  readonly isInMemory: boolean;
  /** Throws UserError where it can't be deleted. */
  remove(): void;
}

// linux/magic.h
const TMPFS = 0x01021994;
const RAMFS = 0x858458f6;
const SHARED_MEMORY = "/dev/shm";
/** With the number of the process that made it. */
const OURS = /^twinseed-[a-z]+-(\d+)_\w+$/;

/** Where the session keeps its sockets there is no disk below, as a rule. `purpose` is a part of its name: letters. */
export function temporaryFolder(env: Env, purpose: string): TemporaryFolder {
  const shared = isInMemory(SHARED_MEMORY) ? [SHARED_MEMORY] : [];
  const places = [...(env.XDG_RUNTIME_DIR ? [env.XDG_RUNTIME_DIR] : []), ...shared, tmpdir()];
  for (const place of places) sweep(place);
  let folder: string | undefined;
  for (const place of places) folder ??= made(place, purpose);
  if (folder === undefined) throw new UserError("no temporary folder can be made", ExitCode.failed);
  // Again, where a tool that is being ended has just put another file there.
  const clean = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  const callOff = onTheWayOut(clean);
  return {
    folder,
    isInMemory: isInMemory(folder),
    remove() {
      callOff();
      try {
        clean();
      } catch (error) {
        throw diskError(error, "delete", folder);
      }
    },
  };
}

function made(parent: string, purpose: string): string | undefined {
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
      if (pid !== undefined && !isRunning(Number(pid)) && lstatSync(folder).uid === process.geteuid?.())
        rmSync(folder, { recursive: true, force: true });
    }
  } catch {
    // Not there, or another one sweeps it at the same time.
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}
