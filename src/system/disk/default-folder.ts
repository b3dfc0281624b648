/** What this user's default data folder contains: all data folders of a user share one keyring. */
import type { DataFolder } from "../../ports/data-folder.ts";
import { dataFolder } from "./open-data-folder.ts";
import { dataFolderPath } from "./paths.ts";

/** Ids that the user's default data folder mentions; none if that is `here` or can't be read. */
export async function idsInDefaultFolder(
  env: Readonly<Record<string, string | undefined>>,
  here: DataFolder,
): Promise<string[]> {
  try {
    const other = dataFolder(await dataFolderPath({ ...env, TWINSEED_HOME: undefined }, "/"), () => {});
    if (other.path === here.path) return [];
    const files = [...other.list("accounts"), ...other.list("removed")];
    return files.map((file) => file.replace(/\.json$/, ""));
  } catch {
    return [];
  }
}
