/** `rename`: gives an account another name. Issuer and label stay as the service set them. */

import type { Command } from "commander";
import { usageError } from "../base/errors.ts";
import { printableJson } from "../base/printable.ts";
import { visibleText } from "../base/visible-text.ts";
import { findAccount } from "../ledger/find.ts";
import { cleanText } from "../otp/enrollment.ts";
import { examples } from "../talk/examples.ts";
import { accountJson } from "../talk/json.ts";
import { note, quoted } from "../talk/say.ts";
import { requireFreeName } from "../vault/conflicts.ts";
import type { Needs, World } from "../world.ts";

export function registerRename(program: Command, world: World): void {
  program
    .command("rename")
    .alias("mv")
    .description("rename an account")
    .argument("<account>", "name, id, or part of a name, issuer or label")
    .argument("<name>", "the new name")
    .option("--json", "print the account as JSON")
    .action((query: string, name: string, options: { json?: boolean }) =>
      rename(query, name, options, world),
    );
  examples(program, "rename", 'twinseed rename "Amazon Web Services:root" aws-root');
}

export async function rename(
  query: string,
  text: string,
  options: { json?: boolean },
  needs: Needs<"stdout" | "stderr" | "ledger">,
): Promise<void> {
  const name = cleanText(text);
  if (visibleText(name) === "") throw usageError("an account needs a name");
  const [before, after] = await needs.ledger.edit(async (edit) => {
    const accounts = needs.ledger.accounts();
    const account = await findAccount(accounts, query, needs.ledger);
    requireFreeName(name, accounts, account);
    const renamed = { ...account, name };
    edit.update(renamed);
    return [account, renamed];
  });
  note(needs, `renamed ${quoted(before.name)} to ${quoted(after.name)}`);
  if (options.json) needs.stdout.write(`${printableJson(accountJson(after))}\n`);
}
