/** `store members restart`: a new list of members, where every signing key of the old one is lost. */
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { isName } from "../../members/entry.ts";
import { defaultName, nameError } from "../../sync/member-name.ts";
import { type RestartNeeds, restartList } from "../../sync/restart-list.ts";
import { requireFileStore, sayChange, sayKeyChange } from "../../sync/say-change.ts";
import { note } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

export interface RestartOptions {
  name?: string;
  yes?: boolean;
  dropKeys?: boolean;
}

const WORD = "restart";

export async function restart(
  options: RestartOptions,
  needs: RestartNeeds & Needs<"terminal" | "env">,
): Promise<void> {
  requireFileStore(needs);
  const view = await needs.sharedKeys.view();
  if (view === undefined)
    throw new UserError("the store has no list of members to replace", ExitCode.failed, [
      "begin one: twinseed sync --init",
    ]);
  const name = options.name ?? view.me ?? defaultName(needs);
  if (!isName(name)) throw nameError();
  if (!options.yes) await confirm(needs);
  const pending = await needs.sharedKeys.restart(name, options.dropKeys ?? false, needs.clock.now());
  const changed = await restartList(pending, needs);
  note(needs, `began a new list of members, with this computer as its only one: ${name}`);
  sayKeyChange(changed, needs);
  await sayChange(changed, needs);
  note(needs, "every other computer must join again: twinseed sync --join");
}

async function confirm(needs: Needs<"terminal" | "stderr">): Promise<void> {
  const terminal = needs.terminal();
  if (terminal === undefined)
    throw usageError(
      "store members restart asks for confirmation, and there is no terminal to ask on",
      "skip the prompt with: --yes",
    );
  note(
    needs,
    "this makes a new store with a new data key; all other members lose access until they join again",
  );
  note(needs, "if another member's computer still works, let it add this one instead: twinseed sync --join");
  if ((await terminal.ask(`Type "${WORD}" to go on: `)).trim() === WORD) return;
  throw new UserError("canceled; nothing was changed", ExitCode.failed);
}
