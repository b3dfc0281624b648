/** Files that hold a passphrase or a key, named by TWINSEED_PASSPHRASE_FILE or TWINSEED_KEY_FILE. */

import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { ExitCode, UserError } from "../../base/errors.ts";
import { TEXT_LIMITS } from "../../base/limits.ts";
import { diskError, quotable } from "./disk-error.ts";

const OTHERS_CAN_READ = 0o044;

/** Throws UserError (exit 6). Warns if the group or others can read the file too. */
export function readSecretFile(path: string, note: (text: string) => void): string {
  const fault = (what: string) => new UserError(`"${quotable(path)}" is ${what}`, ExitCode.locked);
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const stat = fstatSync(file);
    if (stat.isDirectory()) throw fault("a folder");
    if (stat.size > TEXT_LIMITS.secretBytes) throw fault("too large for a key");
    if (stat.isFile() && process.platform !== "win32" && (stat.mode & OTHERS_CAN_READ) !== 0) {
      note(`warning: other users can read "${quotable(path)}"; fix it with: chmod 600`);
    }
    const text = readFileSync(file, "utf8");
    // Decoded, other encodings make a passphrase that only this file could repeat.
    if (/[\0\ufffd]/.test(text)) throw fault("not UTF-8");
    return text;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw diskError(error, "read", path, ExitCode.locked);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
