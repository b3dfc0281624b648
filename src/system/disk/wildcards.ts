/** Expands `*` and `?` in the last part of a path on Windows, where the shell does not. No file name can contain them there. */
import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** The files that match, sorted; the path itself if it has no wildcards or nothing matches. */
export function expandWildcards(path: string, platform: NodeJS.Platform = process.platform): string[] {
  const pattern = basename(path);
  if (platform !== "win32" || !/[*?]/.test(pattern)) return [path];
  const shape = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const matches = new RegExp(`^${shape}$`, "i");
  const folder = dirname(path);
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    const names = entries
      .filter((entry) => entry.isFile() && matches.test(entry.name))
      .map(({ name }) => name);
    return names.length === 0 ? [path] : names.sort().map((name) => join(folder, name));
  } catch {
    return [path];
  }
}
