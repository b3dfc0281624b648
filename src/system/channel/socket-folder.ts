/**
 * Whether a process of the user's own may hold the store open: a look that costs `code` next to nothing, where all else of
 * src/unlocking is loaded only then. Whose the folder is, and what is in it, is looked at later (socket-place.ts, which has the
 * places). Where HOME is not set, or there are no users' numbers (Windows), nothing is found, and the store is opened as always.
 */
import { existsSync } from "node:fs";
import type { Env } from "../disk/state-folder-path.ts";
import { xdgFolder } from "../disk/xdg-folder.ts";

export function hasSocketFolder(env: Env, user = process.geteuid?.()): boolean {
  const { HOME, TWINSEED_STATE: own } = env;
  return [
    `${xdgFolder(env.XDG_RUNTIME_DIR) ?? `/run/user/${user}`}/twinseed`,
    `${own || `${xdgFolder(env.XDG_STATE_HOME) ?? `${HOME}/.local/state`}/twinseed`}/unlocked`,
    `${own || `${HOME}/Library/Application Support/twinseed-state`}/unlocked`,
  ].some((place) => existsSync(place));
}
