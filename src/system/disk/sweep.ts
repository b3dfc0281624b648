/** Removes what killed processes left behind. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { removeIfThere, TEMPORARY } from "./atomic-file.ts";

/**
 * Every writer holds the lock, so a temporary file that we find while holding it was left by a killed process. Folders whose names
 * begin with a dot contain none of our files, and processes that wait for the lock create and remove some of them.
 */
export function sweep(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(TEMPORARY)) removeIfThere(path);
    else if (entry.isDirectory() && !entry.name.startsWith(".")) sweep(path);
  }
}
