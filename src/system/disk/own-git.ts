/** Whether a folder's git directory is the user's own: git runs programs that its configuration names. */
import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { UserError } from "../../base/errors.ts";
import { orDiskError } from "./disk-error.ts";
import { foreign, foreignFolder } from "./own-folder.ts";

/** The folder's git directory is as the folder has to be, and no link to somewhere else. */
export function foreignGit(home: string): UserError | undefined {
  const git = join(home, ".git");
  const stat = orDiskError("look at", git, () => lstatSync(git, { throwIfNoEntry: false }));
  if (stat === undefined) return undefined;
  if (!stat.isDirectory())
    return foreign(git, "is not a folder of its own", ["git is not started with what it points to"]);
  for (const name of ["commondir", "objects/info/alternates", "objects/info/http-alternates"])
    if (lstatSync(join(git, name), { throwIfNoEntry: false }) !== undefined)
      return foreign(join(git, name), "lets git read from another repository", [
        "remove that file; if objects are missing then, clone again",
      ]);
  return foreignFolder(git) ?? foreignFile(join(git, "config"));
}

function foreignFile(path: string): UserError | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || (stat.isFile() && stat.uid === process.geteuid?.())) return undefined;
  if (process.geteuid === undefined) return undefined;
  return foreign(path, "belongs to another user, or is a link", ["look at it before you take it over"]);
}
