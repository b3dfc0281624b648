/** A folder for a new home. */
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { ExitCode, UserError } from "../errors.ts";
import { codeOf, diskError, quotable } from "./disk-error.ts";

/** Its absolute path. Throws UserError (exit 1) unless it is empty or not there yet; makes nothing. */
export function emptyFolder(path: string, cwd: string): string {
  const folder = resolve(cwd, path);
  try {
    if (readdirSync(folder).length === 0) return folder;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return folder;
    throw diskError(error, "look into", path);
  }
  throw new UserError(`"${quotable(path)}" is not empty`, ExitCode.failed, [
    "name a folder that is empty or not there yet; nothing was changed",
  ]);
}
