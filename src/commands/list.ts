/** `list`: the accounts, and how many devices hold each. Works while the seeds are locked. */

import type { Command } from "commander";
import { ExitCode, UserError } from "../base/errors.ts";
import { printable, printableJson } from "../base/printable.ts";
import type { Account } from "../ledger/account.ts";
import { matches } from "../ledger/find.ts";
import { auditAccount, DEFAULT_AUDIT, withOpenRivals } from "../ledger/findings.ts";
import { deviceHere } from "../ledger/this-computer.ts";
import { toldApart } from "../ledger/told-apart.ts";
import { accountDetailsJson } from "../talk/copies-json.ts";
import { examples } from "../talk/examples.ts";
import { nameColumn } from "../talk/name-column.ts";
import { sayNoAccounts } from "../talk/no-accounts.ts";
import { count, note } from "../talk/say.ts";
import { tinted } from "../talk/tints.ts";
import { fileSeeds } from "../vault/file-seeds.ts";
import type { Needs, World } from "../world.ts";

type ListNeeds = Needs<
  "stdout" | "stderr" | "terminal" | "clock" | "env" | "folder" | "ledger" | "stateFolder"
>;

export interface ListOptions {
  removed?: boolean;
  json?: boolean;
}

export function registerList(program: Command, world: World): void {
  program
    .command("list")
    .alias("ls")
    .description("list the accounts and how many devices hold each")
    .argument("[filter]", "only those that match: part of a name, issuer or label (default: all)")
    .option("--removed", "list removed and replaced accounts instead")
    .option("--json", "print everything but the seeds as JSON")
    .action((filter: string | undefined, options: ListOptions) => list(filter, options, world));
  examples(
    program,
    "list",
    "twinseed list",
    "twinseed list github",
    "twinseed list --json | jq -r '.[].name'",
    "twinseed list --removed  # what restore can bring back",
  );
}

export async function list(
  filter: string | undefined,
  options: ListOptions,
  needs: ListNeeds,
): Promise<void> {
  const all = options.removed ? needs.ledger.removed() : needs.ledger.accounts();
  const accounts =
    filter === undefined ? all : all.filter((one) => one.id === filter || matches(one, filter));
  if (accounts.length === 0) await requireNone(all, filter, options, needs);
  const devices = needs.ledger.devices();
  const here = await deviceHere(devices, needs);
  if (options.json) {
    needs.stdout.write(`${printableJson(accounts.map((account) => accountDetailsJson(account, devices)))}\n`);
    return;
  }
  if (accounts.length === 0) {
    if (options.removed) note(needs, "no removed accounts");
    else sayNoAccounts(needs);
  }
  const { gone } = await fileSeeds(options.removed ? [] : accounts, needs);
  const holders = (account: Account): Holders => {
    const { live, findings } = auditAccount(account, devices, {
      now: needs.clock.now(),
      ...DEFAULT_AUDIT,
      gone,
      ...(here === undefined ? {} : { here: here.id }),
    });
    return { text: count(live.length, "device"), isAtRisk: findings.length > 0 };
  };
  const rows = toldApart(withOpenRivals(accounts)).map((account) => ({
    name: printable(account.name, LONGEST_NAME),
    ...(options.removed
      ? { text: `removed ${account.removedAt?.slice(0, 10) ?? ""}  id ${account.id}`, isAtRisk: false }
      : holders(account)),
  }));
  const restWidth = Math.max(
    0,
    ...rows.map(({ text, isAtRisk }) => text.length + (isAtRisk ? AT_RISK.length : 0)),
  );
  const names = nameColumn(
    rows.map(({ name }) => name),
    restWidth + GAP.length,
    needs,
  );
  const lines = rows.map(
    ({ text, isAtRisk }, i) =>
      `${names[i]}${GAP}${isAtRisk ? `${text}${tinted(AT_RISK, "risk", needs.stdout)}` : text}\n`,
  );
  if (lines.length > 0) needs.stdout.write(lines.join(""));
}

/** Throws UserError where none matches, and where it can't be said that there are none. */
async function requireNone(
  all: readonly Account[],
  filter: string | undefined,
  { removed }: ListOptions,
  { ledger }: Needs<"ledger">,
): Promise<void> {
  const which = removed ? "removed" : "accounts";
  const { noneMatches, requireNone } = await import("../ledger/not-found.ts");
  if (all.length === 0) return requireNone(ledger, which);
  const error = await noneMatches(all, filter ?? "", { unreadable: () => ledger.unreadable(which) });
  if (error.exitCode !== ExitCode.notFound) throw error;
  throw new UserError(error.message, error.exitCode, [
    `list all of them with: twinseed list${removed ? " --removed" : ""}`,
  ]);
}

interface Holders {
  readonly text: string;
  readonly isAtRisk: boolean;
}

/** In a pipe; a window has its own width. */
const LONGEST_NAME = 500;
const GAP = "  ";
const AT_RISK = "  at risk";
