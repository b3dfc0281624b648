/** A 0700 folder for what a system tool insists on having as a file. It is gone when we are done, whatever happens. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExitCode, UserError } from "../errors.ts";
import { diskError } from "./disk-error.ts";
import type { Env } from "./run-tool.ts";
import { onTheWayOut } from "./signals.ts";

export interface TemporaryFolder {
  readonly folder: string;
  /** Throws UserError where it can't be deleted. */
  remove(): void;
}

/** Where the session keeps its sockets there is no disk below, as a rule. `purpose` is a part of its name. */
export function temporaryFolder(env: Env, purpose: string): TemporaryFolder {
  const folder = made(env.XDG_RUNTIME_DIR, purpose) ?? made(tmpdir(), purpose);
  if (folder === undefined) throw new UserError("no temporary folder can be made", ExitCode.failed);
  // Again, where a tool that is being ended has just put another file there.
  const clean = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  const callOff = onTheWayOut(clean);
  return {
    folder,
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

function made(parent: string | undefined, purpose: string): string | undefined {
  if (!parent) return undefined;
  try {
    return mkdtempSync(join(parent, `twinseed-${purpose}-`));
  } catch {
    return undefined;
  }
}
