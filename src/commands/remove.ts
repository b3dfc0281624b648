/** `remove`: puts an account aside. Its seed stays in the seed store, so that `restore` brings it back. */
import type { Command } from "commander";
import { ExitCode, UserError, usageError } from "../base/errors.ts";
import { printableJson } from "../base/printable.ts";
import { findAccount } from "../ledger/find.ts";
import { examples } from "../talk/examples.ts";
import { accountJson } from "../talk/json.ts";
import { note, quoted } from "../talk/say.ts";
import type { World } from "../world.ts";

export interface RemoveOptions {
  yes?: boolean;
  json?: boolean;
}

export function registerRemove(program: Command, ctx: World): void {
  program
    .command("remove")
    .alias("rm")
    .description("put an account aside; restore brings it back")
    .argument("<account>", "name, id, or part of name, issuer or label")
    .option("--yes", "do not ask")
    .option("--json", "print the account as JSON")
    .action((query: string, options: RemoveOptions) => remove(query, options, ctx));
  examples(program, "remove", "twinseed remove old-account");
}

export async function remove(query: string, options: RemoveOptions, ctx: World): Promise<void> {
  const { id, name } = await findAccount(ctx.ledger.accounts(), query);
  if (!options.yes) await confirm(name, ctx);
  const account = await ctx.ledger.edit(async (edit) => {
    const account = await findAccount(ctx.ledger.accounts(), id);
    edit.remove(account, new Date(ctx.clock.now()).toISOString());
    return account;
  });
  note(ctx, `removed ${quoted(account.name)}; bring it back with: twinseed restore ${account.id}`);
  if (options.json) ctx.stdout.write(`${printableJson(accountJson(account))}\n`);
}

async function confirm(name: string, ctx: World): Promise<void> {
  const terminal = ctx.terminal();
  if (terminal === undefined)
    throw usageError("remove asks first, and there is no terminal to ask on", "say --yes");
  const sure = await terminal.confirm(`Remove ${quoted(name)} from this computer's list?`, false);
  if (!sure) throw new UserError("nothing was removed", ExitCode.failed);
}
