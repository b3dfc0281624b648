/** After `store unlock-after 8h`, a passphrase that is typed for any command unlocks the store, as with AddKeysToAgent of ssh. */
import { UserError } from "../base/errors.ts";
import type { Ports } from "../ports/index.ts";
import { allKeys } from "../seeds/file/all-keys.ts";
import type { Unlocked } from "../seeds/file/slots.ts";
import { readConfig } from "../settings/config-file.ts";
import { readUnlockAfter } from "../settings/unlock-after.ts";
import { warn } from "../talk/say.ts";
import { formatWanted } from "./requests.ts";
import { type StartNeeds, startUnlocking } from "./start-unlocking.ts";
import { durationsFor, isDuration } from "./time-left.ts";

/** Only what was asked for may fail: this warns. A store that is unlocked already stays so, for as long as was said then. */
export async function unlockWhenTyped(
  unlocked: Unlocked,
  needs: StartNeeds & Pick<Ports, "stateFolder">,
): Promise<void> {
  try {
    const total = readUnlockAfter(await needs.stateFolder());
    if (total === undefined || !isDuration(total) || readConfig(needs.folder)?.store !== "file") return;
    if ((await needs.unlocked.ask(formatWanted([]))) !== undefined) return;
    await startUnlocking(() => allKeys(needs.folder, unlocked), durationsFor(total), needs);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    warn(needs, error.message);
  }
}
