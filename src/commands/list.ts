/** `list`: the accounts, and how many devices hold each. Works while the seeds are locked. */

import type { Command } from "commander";
import { printable, printableJson } from "../base/printable.ts";
import type { Account } from "../ledger/account.ts";
import { auditAccount, DEFAULT_AUDIT, withOpenRivals } from "../ledger/findings.ts";
import { deviceHere } from "../ledger/this-computer.ts";
import { toldApart } from "../ledger/told-apart.ts";
import { columnsOf, padded } from "../talk/columns.ts";
import { accountDetailsJson } from "../talk/copies-json.ts";
import { examples } from "../talk/examples.ts";
import { count, note } from "../talk/say.ts";
import type { Needs, World } from "../world.ts";

type ListNeeds = Needs<"stdout" | "stderr" | "clock" | "ledger" | "stateFolder">;

export interface ListOptions {
  removed?: boolean;
  json?: boolean;
}

export function registerList(program: Command, world: World): void {
  program
    .command("list")
    .alias("ls")
    .description("list the accounts and how many devices hold each")
    .option("--removed", "list removed and replaced accounts instead")
    .option("--json", "print everything but the seeds as JSON")
    .action((options: ListOptions) => list(options, world));
  examples(
    program,
    "list",
    "twinseed list",
    "twinseed list --json | jq -r '.[].name'",
    "twinseed list --removed  # what restore can bring back",
  );
}

export async function list(options: ListOptions, needs: ListNeeds): Promise<void> {
  const accounts = options.removed ? needs.ledger.removed() : needs.ledger.accounts();
  const devices = needs.ledger.devices();
  const here = await deviceHere(devices, needs);
  if (options.json) {
    needs.stdout.write(`${printableJson(accounts.map((account) => accountDetailsJson(account, devices)))}\n`);
    return;
  }
  if (accounts.length === 0) {
    note(needs, options.removed ? "no removed accounts" : "no accounts yet; enroll one with: twinseed add");
  }
  const holders = (account: Account): string => {
    const { live, findings } = auditAccount(account, devices, {
      now: needs.clock.now(),
      ...DEFAULT_AUDIT,
      ...(here === undefined ? {} : { here: here.id }),
    });
    return `${count(live.length, "device")}${findings.length > 0 ? "  at risk" : ""}`;
  };
  const rows = toldApart(withOpenRivals(accounts)).map((account) => [
    printable(account.name),
    options.removed ? `removed ${account.removedAt?.slice(0, 10) ?? ""}  id ${account.id}` : holders(account),
  ]);
  const width = Math.max(0, ...rows.map(([name = ""]) => columnsOf(name)));
  const lines = rows.map(([name = "", rest = ""]) => `${padded(name, width)}  ${rest}\n`);
  if (lines.length > 0) needs.stdout.write(lines.join(""));
}
