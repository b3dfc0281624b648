/** Where the state folder is (state-folder.ts). Apart, as what asks an unlocked store for a code needs the path alone. */
import { isAbsolute, join, resolve } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { howToSetFolder } from "../platform-hints.ts";
import { xdgFolder } from "./xdg-folder.ts";

export type Env = Readonly<Record<string, string | undefined>>;

/** TWINSEED_STATE if set, otherwise the platform's place. Always absolute. */
export function stateFolderPath(env: Env, cwd: string, platform: string = process.platform): string {
  if (env.TWINSEED_STATE) return resolve(cwd, env.TWINSEED_STATE);
  const path = defaultPath(env, platform);
  if (path !== undefined && isAbsolute(path)) return path;
  throw new UserError("there is no place for what this computer alone knows", ExitCode.failed, [
    howToSetFolder(platform, "TWINSEED_STATE", "it"),
  ]);
}

/** undefined if this user has no home directory. */
function defaultPath(env: Env, platform: string): string | undefined {
  if (platform === "win32") return env.LOCALAPPDATA && join(env.LOCALAPPDATA, "twinseed-state");
  const home = homeOf(env);
  if (platform === "darwin") return home && join(home, "Library/Application Support/twinseed-state");
  const states = xdgFolder(env.XDG_STATE_HOME) ?? (home && join(home, ".local/state"));
  return states && join(states, "twinseed");
}

function homeOf(env: Env): string | undefined {
  if (env.HOME) return env.HOME;
  try {
    return process.getBuiltinModule("node:os").homedir();
  } catch {
    return undefined; // a user that /etc/passwd does not list
  }
}
