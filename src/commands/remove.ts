/** `remove`: takes an account off the list. Its seed stays in the seed store, so that `restore` can bring it back. */

import type { Command } from "commander";
import { printableJson } from "../base/printable.ts";
import { findAccount } from "../ledger/find.ts";
import { examples } from "../talk/examples.ts";
import { accountJson } from "../talk/json.ts";
import { requireYes } from "../talk/require-yes.ts";
import { note, quoted } from "../talk/say.ts";
import type { Needs, World } from "../world.ts";

type RemoveNeeds = Needs<"stdout" | "stderr" | "terminal" | "clock" | "ledger">;

export interface RemoveOptions {
  yes?: boolean;
  json?: boolean;
}

export function registerRemove(program: Command, world: World): void {
  program
    .command("remove")
    .alias("rm")
    .description("remove an account, but keep its seed; restore brings it back")
    .argument("<account>", "name, id, or part of a name, issuer or label")
    .option("--yes", "skip the confirmation prompt")
    .option("--json", "print the account as JSON")
    .action((query: string, options: RemoveOptions) => remove(query, options, world));
  examples(program, "remove", "twinseed remove old-account");
}

export async function remove(query: string, options: RemoveOptions, needs: RemoveNeeds): Promise<void> {
  const { id, name } = await findAccount(needs.ledger.accounts(), query, needs.ledger);
  if (!options.yes) {
    const question = `Remove ${quoted(name)} from this computer's list?`;
    await requireYes(question, { what: "remove", unchanged: "nothing was removed" }, needs);
  }
  const account = await needs.ledger.edit(async (edit) => {
    const account = await findAccount(needs.ledger.accounts(), id, needs.ledger);
    edit.remove(account, new Date(needs.clock.now()).toISOString());
    return account;
  });
  note(needs, `removed ${quoted(account.name)}; bring it back with: twinseed restore ${account.id}`);
  if (options.json) needs.stdout.write(`${printableJson(accountJson(account))}\n`);
}
