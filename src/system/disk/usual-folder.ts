/** A keyring is shared by all data folders of a user. */
import type { DataFolder } from "../../ports/data-folder.ts";
import { dataFolder } from "./open-data-folder.ts";
import { dataFolderPath } from "./paths.ts";

/** Ids that the user's usual data folder speaks of; none if that is `here`, or can't be looked at. */
export async function idsInUsualFolder(
  env: Readonly<Record<string, string | undefined>>,
  here: DataFolder,
): Promise<string[]> {
  try {
    const usual = dataFolder(await dataFolderPath({ ...env, TWINSEED_HOME: undefined }, "/"), () => {});
    if (usual.path === here.path) return [];
    const files = [...usual.list("accounts"), ...usual.list("removed")];
    return files.map((file) => file.replace(/\.json$/, ""));
  } catch {
    return [];
  }
}
