/** Reads one of our own files, which must be a regular file, not a link, and of bounded size. */

import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { ExitCode, UnusableFile, UserError } from "../../base/errors.ts";
import { OWN_LIMITS } from "../../base/limits.ts";
import { codeOf, diskError, quotable } from "./disk-error.ts";
import { EVICTED, HOW_TO_FETCH, isEvicted } from "./evicted.ts";
import { patiently } from "./patience.ts";

// Windows lacks these flags. O_NONBLOCK, so that a fifo in place of the file does not hang us.
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** undefined if there is none. Throws UserError if it can't be read, UnusableFile if it is no file that anyone could read. */
export function readRegular(path: string): string | undefined {
  let file: number | undefined;
  try {
    file = patiently(() => openSync(path, READ));
    const stat = fstatSync(file);
    if (!stat.isFile()) throw unreadable(path, "it is not a regular file");
    if (stat.size > OWN_LIMITS.bytes) throw unreadable(path, "it is larger than 64 MiB");
    return readFileSync(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT" && !isEvicted(path)) return undefined;
    if (codeOf(error) === "ENOENT")
      throw new UserError(`can't read "${quotable(path)}": ${EVICTED}`, ExitCode.failed, [HOW_TO_FETCH]);
    if (codeOf(error) === "ELOOP") throw unreadable(path, "it is not a regular file");
    throw diskError(error, "read", path);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function unreadable(path: string, why: string): UnusableFile {
  return new UnusableFile(`can't read "${quotable(path)}": ${why}`, ExitCode.failed);
}
