/**
 * The state folder: what this computer alone knows and trusts. It is never shared, and lies outside of the data folder, so
 * that anyone who can write to that, or puts an older copy of it back, can't change what was seen before.
 */
import { isAbsolute, relative } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import { quotable } from "./disk-error.ts";
import { dataFolder } from "./open-data-folder.ts";
import { foreignFolder } from "./own-folder.ts";
import { type Env, stateFolderPath } from "./state-folder-path.ts";

/**
 * `data`: the data folder's path. Throws UserError (exit 1) if there is no place for it, or if that is in the data folder;
 * ForeignFolder if others could have written what is there.
 */
export function stateFolder(env: Env, data: string, cwd: string, note: (text: string) => void): DataFolder {
  const path = stateFolderPath(env, cwd);
  const place = relative(data, path);
  if (/^\.\.([/\\]|$)/.test(place) || isAbsolute(place)) {
    const foreign = foreignFolder(path);
    if (foreign !== undefined) throw foreign;
    return dataFolder(path, note);
  }
  throw new UserError(`the state folder "${quotable(path)}" is in the data folder`, ExitCode.failed, [
    "what is kept there must not be shared: set TWINSEED_STATE to another place",
  ]);
}
