/** `restore`: brings back a removed or replaced account, or rebuilds a damaged ledger entry from its seed. */

import type { Command } from "commander";
import { ExitCode, UserError } from "../base/errors.ts";
import { printableJson } from "../base/printable.ts";
import { shellWord } from "../base/shell-words.ts";
import type { Account } from "../ledger/account.ts";
import { revivedCopies } from "../ledger/copies.ts";
import { findAccount } from "../ledger/find.ts";
import { cleanText } from "../otp/enrollment.ts";
import { examples } from "../talk/examples.ts";
import { accountJson } from "../talk/json.ts";
import { note, quoted } from "../talk/say.ts";
import { requireFreeName } from "../vault/conflicts.ts";
import { entryOf, noteCounter, type RebuildNeeds, writeRebuilt } from "../vault/rebuild.ts";
import { deadSentence, newerThan, seedsAfter } from "../vault/remembered-seeds.ts";
import type { Needs, World } from "../world.ts";

type RestoreNeeds = Needs<"stdout" | "stderr" | "seeds"> & RebuildNeeds;

export interface RestoreOptions {
  name?: string;
  json?: boolean;
}

export function registerRestore(program: Command, world: World): void {
  program
    .command("restore")
    .description("bring back a removed account, or rebuild a damaged entry from its seed")
    .argument("<account>", "name, id, or part of a name, as listed by: twinseed list --removed")
    .option("--name <name>", "use another name, if the old one is taken")
    .option("--json", "print the account as JSON")
    .action((query: string, options: RestoreOptions) => restore(query, options, world));
  examples(
    program,
    "restore",
    "twinseed restore aws-root",
    "twinseed restore aws-root --name aws-old  # if the name is taken by now",
  );
}

export async function restore(query: string, options: RestoreOptions, needs: RestoreNeeds): Promise<void> {
  const damaged = needs.ledger.damaged().includes(query);
  const account = damaged ? await rebuild(query, options, needs) : await bringBack(query, options, needs);
  note(needs, `${damaged ? "rebuilt" : "restored"} ${quoted(account.name)}`);
  if (options.json) needs.stdout.write(`${printableJson(accountJson(account))}\n`);
}

async function bringBack(
  query: string,
  options: RestoreOptions,
  needs: Needs<"stderr" | "clock" | "ledger">,
): Promise<Account> {
  const { account, newer } = await needs.ledger.edit(async (edit) => {
    const found = await findAccount(needs.ledger.removed(), query, {
      unreadable: () => needs.ledger.unreadable("removed"),
    }).catch((error: unknown) => {
      if (!(error instanceof UserError) || error.exitCode !== ExitCode.notFound) throw error;
      throw new UserError(error.message.replace("account", "removed account"), error.exitCode, [
        "list them with: twinseed list --removed",
        ...(/\.(?:age|html)$/i.test(query)
          ? [`to restore a backup: twinseed backup restore ${shellWord(query) ?? "FILE"}`]
          : []),
      ]);
    });
    const accounts = needs.ledger.accounts();
    const newer = newerThan(found, accounts);
    const at = new Date(needs.clock.now()).toISOString();
    const account = {
      ...found,
      name: cleanText(options.name ?? "") || found.name,
      copies: revivedCopies(found, seedsAfter(found, needs), needs.ledger.devices(), at),
    };
    requireFreeName(account.name, accounts, account, anotherName(account));
    edit.restore(account);
    return { account, newer };
  });
  if (newer !== undefined) note(needs, deadSentence(account, newer));
  return account;
}

async function rebuild(id: string, options: RestoreOptions, needs: RestoreNeeds): Promise<Account> {
  const enrollment = await (await needs.seeds()).get(id);
  return needs.ledger.edit(async (edit) => {
    const entry = await entryOf(id, enrollment, edit, needs);
    const account = { ...entry, name: cleanText(options.name ?? "") || entry.name };
    requireFreeName(account.name, needs.ledger.accounts(), account, anotherName(account));
    writeRebuilt(account, edit, needs);
    noteCounter(account, enrollment, needs);
    return account;
  });
}

function anotherName({ id }: Account): string {
  return `choose another name: twinseed restore ${id} --name NAME`;
}
