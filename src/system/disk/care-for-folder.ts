/** What `doctor` looks at and repairs in the data folder. Apart from the folder itself, which every command opens. */
import type { DataFolder } from "../../ports/data-folder.ts";
import type { FolderCare } from "../../ports/folder-care.ts";
import { fileFaults, setModes } from "./file-faults.ts";
import { idsInUsualFolder } from "./usual-folder.ts";

export function folderCare(
  env: Readonly<Record<string, string | undefined>>,
  folder: DataFolder,
): FolderCare {
  return {
    fileFaults: async () => fileFaults(folder.path),
    setModes: async () => setModes(folder.path),
    idsElsewhere: () => idsInUsualFolder(env, folder),
  };
}
