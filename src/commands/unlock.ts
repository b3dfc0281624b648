/** `unlock`: a process of the user's own opens the file store once, and hands out codes until it is locked. */
import type { Command } from "commander";
import { parseDuration } from "../aws/duration.ts";
import { usageError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { KeyringNeeds } from "../sync/keyring-unlocks.ts";
import { examples } from "../talk/examples.ts";
import { note } from "../talk/say.ts";
import { requireSealedSeeds, startUnlocking } from "../unlocking/start-unlocking.ts";
import { isDuration, RANGE } from "../unlocking/time-left.ts";
import type { Needs, World } from "../world.ts";

export interface UnlockOptions {
  for: string;
  idle: string;
}

export function registerUnlock(program: Command, world: World): void {
  program
    .command("unlock")
    .description(
      "open the file store for some hours: a process of yours makes the codes, and never hands out a seed",
    )
    .option("--for <time>", "lock it again after this time, such as 8h or 30m", "8h")
    .option("--idle <time>", "lock it again after this time without a code", "1h")
    .action((options: UnlockOptions) => unlock(options, world));
  examples(program, "unlock", "twinseed unlock", "twinseed unlock --for 2h --idle 15m");
}

type UnlockNeeds = KeyringNeeds & Needs<"terminal" | "unlocked" | "mac">;

export async function unlock(options: UnlockOptions, needs: UnlockNeeds): Promise<void> {
  const durations = { total: timeOf("--for", options.for), idle: timeOf("--idle", options.idle) };
  requireSealedSeeds(needs);
  if (await keyringInstead(needs)) return;
  await startUnlocking(() => needs.sharedKeys.openKeys(), durations, needs);
}

/** Milliseconds. */
function timeOf(option: string, text: string): number {
  const milliseconds = (parseDuration(text) ?? 0) * 1000;
  if (isDuration(milliseconds)) return milliseconds;
  throw usageError(`${option} takes a time ${RANGE}, not "${printable(text)}"`);
}

/** A keyring does the same without a process. Nothing is put into it unasked. */
async function keyringInstead(needs: UnlockNeeds): Promise<boolean> {
  const provider = needs.mac === undefined ? await needs.keyringProvider() : "the keychain";
  if (provider === undefined) return false;
  note(
    needs,
    `${printable(provider, 40)} can open the store without a passphrase: twinseed store unlock-with keyring`,
  );
  const terminal = needs.terminal();
  if (terminal === undefined) return false;
  if (!(await terminal.confirm("Have it do that, instead of a process for some hours?", false))) return false;
  const { unlockWith } = await import("../sync/keyring-unlocks.ts");
  await unlockWith("keyring", needs);
  return true;
}
