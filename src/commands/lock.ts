/** `lock`: ends the process that `unlock` started, which is the only wipe of a key that can be promised. */
import type { Command } from "commander";
import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { Asked } from "../ports/unlocked.ts";
import { examples } from "../talk/examples.ts";
import { note } from "../talk/say.ts";
import { LOCK, parseAnswer } from "../unlocking/requests.ts";
import type { Needs, World } from "../world.ts";

export function registerLock(program: Command, world: World): void {
  program
    .command("lock")
    .description("lock the file store again: end the process of twinseed unlock")
    .action(() => lock(world));
  examples(program, "lock", "twinseed lock");
}

/** Throws UserError (exit 1) if it may still be unlocked. */
export async function lock(needs: Needs<"stderr" | "unlocked">): Promise<void> {
  const asked = (await needs.unlocked.askAll(LOCK)).filter((one) => one !== undefined);
  for (const { fault, pid } of asked.flatMap(faultIn))
    throw new UserError(`the store may still be unlocked: ${printable(fault, 500)}`, ExitCode.failed, [
      pid === undefined
        ? "find its process with: pgrep -f serve-unlocked"
        : `see whether process ${pid} is twinseed's, and end it with: kill -9 ${pid}`,
    ]);
  note(
    needs,
    asked.length > 0 ? "locked: the process that had the key has ended" : "the store was not unlocked",
  );
}

/** A process of another version may understand something else, and go on. */
function faultIn(asked: Exclude<Asked, undefined>): { readonly fault: string; readonly pid?: number }[] {
  if ("fault" in asked) return [asked];
  return parseAnswer(asked.answer) === "locked" ? [] : [{ fault: "it gave an answer of another version" }];
}
