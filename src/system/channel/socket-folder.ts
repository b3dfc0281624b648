/**
 * Whether a process of the user's own may hold the store open: a look that costs `code` next to nothing, where all else of
 * src/unlocking is loaded only then. Whose the folder is, and what is in it, is looked at later (socket-place.ts, which has the
 * places). Where HOME is not set, nothing is found, and the store is opened as always.
 */
import { existsSync } from "node:fs";
import type { Env } from "../disk/state-folder-path.ts";
import { xdgFolder } from "../disk/xdg-folder.ts";

export function hasSocketFolder(env: Env, user = process.geteuid?.()): boolean {
  if (user === undefined) return false;
  const states = env.TWINSEED_STATE
    ? [env.TWINSEED_STATE]
    : [
        `${xdgFolder(env, "XDG_STATE_HOME") ?? `${env.HOME}/.local/state`}/twinseed`,
        `${env.HOME}/Library/Application Support/twinseed-state`,
      ];
  const places = [
    `${xdgFolder(env, "XDG_RUNTIME_DIR") ?? `/run/user/${user}`}/twinseed`,
    ...states.map((one) => `${one}/unlocked`),
  ];
  return places.some((place) => existsSync(place));
}
