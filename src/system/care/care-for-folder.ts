/** What `doctor` checks and repairs in the data folder. Separate from the code that every command loads to open the folder. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { DataFolder } from "../../ports/data-folder.ts";
import type { Access, FolderCare } from "../../ports/folder-care.ts";
import { idsInDefaultFolder } from "../disk/default-folder.ts";
import { fileFaults, setModes } from "../disk/file-faults.ts";
import { windowsAccess } from "./windows-access.ts";

export function folderCare(
  env: Readonly<Record<string, string | undefined>>,
  folder: DataFolder,
): FolderCare {
  return {
    fileFaults: async () => fileFaults(folder.path),
    access: () => access(env, folder.path),
    setModes: async () => setModes(folder.path),
    idsElsewhere: () => idsInDefaultFolder(env, folder),
  };
}

async function access(env: Readonly<Record<string, string | undefined>>, home: string): Promise<Access[]> {
  if (process.platform !== "win32") return [];
  const named = [env.TWINSEED_KEY_FILE, env.TWINSEED_PASSPHRASE_FILE, env.TWINSEED_IDENTITY_FILE];
  const files = named.flatMap((path) => (path ? [resolve(path)] : []));
  return windowsAccess(
    [home, ...files].filter((path) => existsSync(path)),
    env,
  );
}
