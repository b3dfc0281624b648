/** `list`: the accounts, and how many devices hold each. Works while the seeds are locked. */
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { printable, printableJson } from "../printable.ts";
import { accountDetailsJson } from "./json.ts";
import { count, note } from "./say.ts";

export interface ListOptions {
  removed?: boolean;
  json?: boolean;
}

export function registerList(program: Command, ctx: Context): void {
  program
    .command("list")
    .alias("ls")
    .description("list the accounts and how many devices hold each")
    .option("--removed", "the removed and replaced ones instead")
    .option("--json", "everything but the seeds")
    .action((options: ListOptions) => list(options, ctx));
}

export async function list(options: ListOptions, ctx: Context): Promise<void> {
  const accounts = options.removed ? ctx.ledger.removed() : ctx.ledger.accounts();
  if (options.json) {
    const devices = ctx.ledger.devices();
    ctx.stdout.write(`${printableJson(accounts.map((account) => accountDetailsJson(account, devices)))}\n`);
    return;
  }
  if (accounts.length === 0) {
    note(ctx, options.removed ? "nothing was removed" : "no accounts yet; enrol one with: twinseed add");
  }
  const rows = accounts.map(({ name, id, copies, removedAt }) => [
    printable(name),
    options.removed ? `removed ${removedAt?.slice(0, 10) ?? ""}  id ${id}` : count(copies.length, "device"),
  ]);
  const width = Math.max(0, ...rows.map(([name = ""]) => name.length));
  for (const [name = "", rest = ""] of rows) ctx.stdout.write(`${name.padEnd(width)}  ${rest}\n`);
}
