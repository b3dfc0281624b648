/** What `doctor` checks and repairs in the data folder. Separate from the code that every command loads to open the folder. */
import type { DataFolder } from "../../ports/data-folder.ts";
import type { FolderCare } from "../../ports/folder-care.ts";
import { idsInDefaultFolder } from "./default-folder.ts";
import { fileFaults, setModes } from "./file-faults.ts";

export function folderCare(
  env: Readonly<Record<string, string | undefined>>,
  folder: DataFolder,
): FolderCare {
  return {
    fileFaults: async () => fileFaults(folder.path),
    setModes: async () => setModes(folder.path),
    idsElsewhere: () => idsInDefaultFolder(env, folder),
  };
}
