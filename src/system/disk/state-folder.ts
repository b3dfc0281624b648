/**
 * The state folder: what this computer alone knows and trusts. It is never shared, and lies outside of the data folder, so
 * that anyone who can write to that, or puts an older copy of it back, can't change what was seen before.
 */
import { isAbsolute, join, relative, resolve } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import { howToSetFolder } from "../platform-hints.ts";
import { quotable } from "./disk-error.ts";
import { dataFolder } from "./open-data-folder.ts";
import { foreignFolder } from "./own-folder.ts";

type Env = Readonly<Record<string, string | undefined>>;

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

/** TWINSEED_STATE if set, otherwise the platform's place. Always absolute. */
export function stateFolderPath(env: Env, cwd: string, platform: string = process.platform): string {
  if (env.TWINSEED_STATE) return resolve(cwd, env.TWINSEED_STATE);
  const path = defaultPath(env, platform);
  if (path !== undefined && isAbsolute(path)) return path;
  throw new UserError("there is no place for what this computer alone knows", ExitCode.failed, [
    howToSetFolder(platform, "TWINSEED_STATE", "it"),
  ]);
}

/** XDG Base Directory Specification 0.8 ($XDG_STATE_HOME); undefined if this user has no home directory. */
function defaultPath(env: Env, platform: string): string | undefined {
  if (platform === "win32") return env.LOCALAPPDATA && join(env.LOCALAPPDATA, "twinseed-state");
  const home = homeOf(env);
  if (platform === "darwin") return home && join(home, "Library/Application Support/twinseed-state");
  if (env.XDG_STATE_HOME && isAbsolute(env.XDG_STATE_HOME)) return join(env.XDG_STATE_HOME, "twinseed");
  return home && join(home, ".local/state/twinseed");
}

function homeOf(env: Env): string | undefined {
  if (env.HOME) return env.HOME;
  try {
    return process.getBuiltinModule("node:os").homedir();
  } catch {
    return undefined; // a user that /etc/passwd does not list
  }
}
