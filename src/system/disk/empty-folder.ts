/** A folder for a new home. */
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { codeOf, diskError, quotable } from "./disk-error.ts";
import { TEMPORARY } from "./whole-file.ts";

/**
 * Its absolute path. Throws UserError (exit 1) unless it is empty, not there yet, or has a file `unfinished`: what is in it
 * was begun here then. Makes nothing.
 */
export function emptyFolder(path: string, cwd: string, unfinished: string): string {
  const folder = resolve(cwd, path);
  try {
    const names = readdirSync(folder);
    // A kill in its very first write leaves nothing but the temporary file.
    if (names.includes(unfinished) || names.every((name) => name.startsWith(TEMPORARY))) return folder;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return folder;
    throw diskError(error, "look into", path);
  }
  throw new UserError(`"${quotable(path)}" is not empty`, ExitCode.failed, [
    "name a folder that is empty or not there yet; nothing was changed",
  ]);
}
