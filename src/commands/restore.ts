/** `restore`: brings back a removed or replaced account, or writes a damaged ledger entry anew from its seed. */
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { ExitCode, UserError } from "../errors.ts";
import type { Account } from "../ledger/account.ts";
import { thisComputer } from "../ledger/devices.ts";
import { findAccount } from "../ledger/find.ts";
import { fingerprintOf } from "../ledger/fingerprint.ts";
import { defaultName, tidyText } from "../otp/enrolment.ts";
import { printableJson } from "../printable.ts";
import { accountJson } from "./json.ts";
import { demandFreeName } from "./rename.ts";
import { note, quoted } from "./say.ts";

export interface RestoreOptions {
  name?: string;
  json?: boolean;
}

export function registerRestore(program: Command, ctx: Context): void {
  program
    .command("restore")
    .description("bring back a removed account, or mend a damaged entry from its seed")
    .argument("<account>", "name, id or part of it, as in: twinseed list --removed")
    .option("--name <name>", "under another name, if the old one is taken")
    .option("--json", "print the account as JSON")
    .action((query: string, options: RestoreOptions) => restore(query, options, ctx));
}

export async function restore(query: string, options: RestoreOptions, ctx: Context): Promise<void> {
  const damaged = ctx.ledger.damaged().includes(query);
  const account = damaged ? await rebuild(query, options, ctx) : await bringBack(query, options, ctx);
  note(ctx, `${damaged ? "rebuilt" : "restored"} ${quoted(account.name)}`);
  if (options.json) ctx.stdout.write(`${printableJson(accountJson(account))}\n`);
}

async function bringBack(query: string, options: RestoreOptions, ctx: Context): Promise<Account> {
  return ctx.ledger.edit(async (edit) => {
    const found = await findAccount(ctx.ledger.removed(), query).catch((error: unknown) => {
      if (!(error instanceof UserError) || error.exitCode !== ExitCode.notFound) throw error;
      throw new UserError(error.message.replace("account", "removed account"), error.exitCode, [
        "see them with: twinseed list --removed",
      ]);
    });
    const account = { ...found, name: tidyText(options.name ?? "") || found.name };
    demandFreeName(account.name, ctx.ledger.accounts(), account);
    edit.restore(account);
    return account;
  });
}

/** Everything but name, counter and copies stands in the seed's own URI. */
async function rebuild(id: string, options: RestoreOptions, ctx: Context): Promise<Account> {
  const enrolment = await (await ctx.seeds()).get(id);
  return ctx.ledger.edit(async (edit) => {
    const now = new Date(ctx.now()).toISOString();
    const { issuer, label, otp, secret } = enrolment;
    const device = thisComputer(ctx.ledger.devices(), edit, ctx);
    const account: Account = {
      id,
      name: tidyText(options.name ?? "") || defaultName(enrolment) || id,
      issuer,
      label,
      otp,
      addedAt: now,
      copies: [{ device: device.id, addedAt: now, confirmedAt: now }],
      fingerprint: fingerprintOf(secret, ctx.random),
    };
    demandFreeName(account.name, ctx.ledger.accounts(), account);
    edit.rebuild(account);
    if (otp.type === "hotp") {
      note(
        ctx,
        `its counter starts again at ${otp.counter}: if the service refuses the code, ask for the next one`,
      );
    }
    return account;
  });
}
