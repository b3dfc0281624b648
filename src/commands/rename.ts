/** `rename`: another name for an account. Issuer and label stay what the service said. */
import type { Command } from "commander";
import { ExitCode, UserError } from "../base/errors.ts";
import { printableJson } from "../base/printable.ts";
import type { Context } from "../context.ts";
import type { Account } from "../ledger/account.ts";
import { findAccount } from "../ledger/find.ts";
import { tidyText } from "../otp/enrolment.ts";
import { examples } from "./parts/examples.ts";
import { accountJson } from "./parts/json.ts";
import { usageError } from "./parts/options.ts";
import { note, quoted } from "./parts/say.ts";

export function registerRename(program: Command, ctx: Context): void {
  program
    .command("rename")
    .alias("mv")
    .description("give an account another name")
    .argument("<account>", "name, id, or part of name, issuer or label")
    .argument("<name>", "the new name")
    .option("--json", "print the account as JSON")
    .action((query: string, name: string, options: { json?: boolean }) => rename(query, name, options, ctx));
  examples(program, "rename", 'twinseed rename "Amazon Web Services:root" aws-root');
}

export async function rename(
  query: string,
  text: string,
  options: { json?: boolean },
  ctx: Context,
): Promise<void> {
  const name = tidyText(text);
  if (name === "") throw usageError("an account needs a name");
  const [before, after] = await ctx.ledger.edit(async (edit) => {
    const accounts = ctx.ledger.accounts();
    const account = await findAccount(accounts, query);
    demandFreeName(name, accounts, account);
    const renamed = { ...account, name };
    edit.update(renamed);
    return [account, renamed];
  });
  note(ctx, `renamed ${quoted(before.name)} to ${quoted(after.name)}`);
  if (options.json) ctx.stdout.write(`${printableJson(accountJson(after))}\n`);
}

/** Two accounts of one name could not be told apart. Throws UserError (exit 1). */
export function demandFreeName(name: string, accounts: readonly Account[], self: Account): void {
  if (!accounts.some((other) => other.name === name && other.id !== self.id)) return;
  throw new UserError(`there is an account ${quoted(name)} already; nothing was changed`, ExitCode.failed, [
    "choose another name",
  ]);
}
