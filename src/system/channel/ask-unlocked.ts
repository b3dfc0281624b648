/** Asks the process that has opened the store. Loaded where a code of the file store is wanted, and as small as it can be. */
import type { UnlockedStore } from "../../ports/unlocked.ts";
import type { Env } from "../disk/state-folder-path.ts";
import { askAt } from "./ask-socket.ts";
import { placesFor } from "./socket-place.ts";

/** `tasks` is the built cli/child-tasks.ts; `home` the data folder. */
export function unlockedStore(
  tasks: string,
  env: Env,
  home: string,
  note: (text: string) => void,
): UnlockedStore {
  const start = () => import("./start-unlocked.ts");
  return {
    async ask(text) {
      for (const place of placesFor(home, env)) {
        const asked = await askAt(place, text);
        if (asked !== undefined) return asked;
      }
      return undefined;
    },
    askAll: async (text) => (await start()).askAll([...placesFor(home, env)], text),
    start: async (...message) =>
      (await start()).startUnlocked([...placesFor(home, env)], { tasks, note }, ...message),
  };
}
