/** Checks the folder for a new home. */
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { TEMPORARY } from "./atomic-file.ts";
import { codeOf, diskError, quotable } from "./disk-error.ts";

/**
 * Returns its absolute path. Throws UserError (exit 1) unless it is empty, does not exist yet, or contains the file `unfinished`,
 * which an interrupted run of the same command leaves. Creates nothing.
 */
export function emptyFolder(path: string, cwd: string, unfinished: string): string {
  const folder = resolve(cwd, path);
  try {
    const names = readdirSync(folder);
    // If that run was killed during its very first write, it left only the temporary file.
    if (names.includes(unfinished) || names.every((name) => name.startsWith(TEMPORARY))) return folder;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return folder;
    throw diskError(error, "list", path);
  }
  throw new UserError(`"${quotable(path)}" is not empty`, ExitCode.failed, [
    "name a folder that is empty or does not exist yet; nothing was changed",
  ]);
}
