/** `store unlock-after`: whether a passphrase that is typed on this computer unlocks the store, and for how long. */
import { parseDuration } from "../../aws/duration.ts";
import { usageError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { readUnlockAfter, writeUnlockAfter } from "../../settings/unlock-after.ts";
import { note } from "../../talk/say.ts";
import { requireSealedSeeds } from "../../unlocking/start-unlocking.ts";
import { isDuration, RANGE, sayDuration } from "../../unlocking/time-left.ts";
import type { Needs } from "../../world.ts";

type UnlockAfterNeeds = Needs<"stdout" | "stderr" | "folder" | "stateFolder">;

/** Without a time, prints the one that is set. Throws UserError (exit 1) if there is no place to keep it. */
export async function unlockAfter(time: string | undefined, needs: UnlockAfterNeeds): Promise<void> {
  const wanted = time === undefined || time === "off" ? undefined : timeOf(time);
  const state = await needs.stateFolder();
  if (time === undefined) {
    const set = readUnlockAfter(state);
    needs.stdout.write(`${set === undefined ? "off" : sayDuration(set)}\n`);
    return;
  }
  if (wanted !== undefined) requireSealedSeeds(needs);
  await state.locked(async () => writeUnlockAfter(state, wanted));
  note(
    needs,
    wanted === undefined
      ? "a passphrase that you type opens the store for that command alone; to lock it now: twinseed lock"
      : `from now on, a passphrase that you type unlocks the store for ${sayDuration(wanted)}, as twinseed unlock does`,
  );
}

/** Milliseconds. */
function timeOf(text: string): number {
  const milliseconds = (parseDuration(text) ?? 0) * 1000;
  if (isDuration(milliseconds)) return milliseconds;
  throw usageError(`store unlock-after takes a time ${RANGE}, or off, not "${printable(text)}"`);
}
