/** Starts the process of an unlocked store, and says for how long it is there. */
import { ExitCode, UserError } from "../base/errors.ts";
import type { Ports } from "../ports/index.ts";
import type { DataKey } from "../seeds/file/data-key.ts";
import { readConfig } from "../settings/config-file.ts";
import { note } from "../talk/say.ts";
import { LOCK } from "./requests.ts";
import { formatStart } from "./start-message.ts";
import { openersOf } from "./store-openers.ts";
import { type Durations, sayDuration } from "./time-left.ts";

/** Throws UserError (exit 1) unless the file store is in use. */
export function requireSealedSeeds({ folder }: Pick<Ports, "folder">): void {
  const store = readConfig(folder)?.store;
  if (store === "file") return;
  const why =
    store === "keyring"
      ? "the seeds are in the keyring, which is unlocked with its own program"
      : "nothing is stored yet";
  throw new UserError(`there is nothing to unlock: ${why}`, ExitCode.failed, ["see: twinseed store"]);
}

export type StartNeeds = Pick<Ports, "stderr" | "folder" | "unlocked">;

/** In place of the one that is there. `open` opens the store. Throws as that does, and UserError (exit 1) if it can't be started. */
export async function startUnlocking(
  open: () => Promise<readonly [DataKey, ...DataKey[]]>,
  durations: Durations,
  needs: StartNeeds,
): Promise<void> {
  const openers = openersOf(needs.folder);
  const keys = await open();
  await needs.unlocked.start(formatStart({ home: needs.folder.path, keys, durations }), LOCK);
  // From its start on, it looks for changes itself.
  if (openersOf(needs.folder) !== openers) {
    await needs.unlocked.askAll(LOCK);
    throw new UserError("the store is locked: what opens it changed meanwhile", ExitCode.failed, [
      "run this again: twinseed unlock",
    ]);
  }
  const [total, idle] = [durations.total, durations.idle].map(sayDuration);
  note(needs, `unlocked for ${total}, or until ${idle} pass without a code; lock it with: twinseed lock`);
}
