/** Which seeds the file store holds, by the names of their files: nothing is opened. */
import type { DataFolder } from "../../ports/data-folder.ts";

export const SEEDS_FOLDER = "seeds";

/** The ids of all seeds in this folder, sealed with whichever key. */
export function sealedIds(folder: DataFolder): string[] {
  return folder.list(SEEDS_FOLDER).flatMap((name) => /^([a-z0-9]+)\.json$/.exec(name)?.[1] ?? []);
}

export function hasSealedSeeds(folder: DataFolder): boolean {
  return sealedIds(folder).length > 0;
}
