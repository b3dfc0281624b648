/**
 * Finds a file by a name that only looks like its own. macOS calls screenshots "… at 3.04.05 PM.png" with a narrow no-break space
 * (U+202F) before "PM", and some programs decompose accented letters: typed, or copied by way of another program, the name differs.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { looksSame } from "../../base/visible-text.ts";

/** The path of the only file that looks the same; the path itself if it exists, or if there is no such file, or several. */
export function lookAlikeFile(path: string): string {
  const name = basename(path);
  const folder = dirname(path);
  if (existsSync(path) || name === "") return path;
  try {
    const [found, ...others] = readdirSync(folder).filter((other) => looksSame(other, name));
    return found === undefined || others.length > 0 ? path : join(folder, found);
  } catch {
    return path; // no such folder, which shows when the file is opened
  }
}
