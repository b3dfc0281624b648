/** Files that hold a passphrase or a key, named by TWINSEED_PASSPHRASE_FILE or TWINSEED_KEY_FILE. */

import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { ExitCode, UserError } from "../../base/errors.ts";
import { TEXT_LIMITS } from "../../base/limits.ts";
import { diskError, quotable } from "./disk-error.ts";

const OTHERS_CAN_READ = 0o044;

/** Throws UserError (exit 6). Warns if the group or others can read the file too. */
export function readSecretFile(path: string, note: (text: string) => void): string {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const stat = fstatSync(file);
    if (stat.isDirectory()) throw new UserError(`"${quotable(path)}" is a folder`, ExitCode.locked);
    if (stat.size > TEXT_LIMITS.secretBytes)
      throw new UserError(`"${quotable(path)}" is too large for a key`, ExitCode.locked);
    if (stat.isFile() && process.platform !== "win32" && (stat.mode & OTHERS_CAN_READ) !== 0) {
      note(`warning: other users can read "${quotable(path)}"; fix it with: chmod 600`);
    }
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw diskError(error, "read", path, ExitCode.locked);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
