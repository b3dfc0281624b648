/** `audit`: which accounts are at risk, and how to fix them. Works while the seeds are locked or lost. */

import type { Command } from "commander";
import { Exit, ExitCode, usageError } from "../base/errors.ts";
import { printable, printableJson } from "../base/printable.ts";
import type { Account, Device } from "../ledger/account.ts";
import {
  type AccountAudit,
  type Audit,
  audit as auditLedger,
  DEFAULT_AUDIT,
  type Finding,
} from "../ledger/findings.ts";
import { deviceHere } from "../ledger/this-computer.ts";
import { copiesJson } from "../talk/copies-json.ts";
import { examples } from "../talk/examples.ts";
import { accountJson } from "../talk/json.ts";
import { wholeNumber } from "../talk/options.ts";
import { count, note, pasteable, pasteableName } from "../talk/say.ts";
import type { Needs, World } from "../world.ts";

type AuditNeeds = Needs<"stdout" | "stderr" | "clock" | "ledger" | "stateFolder">;

export interface AuditOptions {
  minCopies?: string;
  stale?: string;
  json?: boolean;
}

export function registerAudit(program: Command, world: World): void {
  program
    .command("audit")
    .description("list accounts at risk and how to fix them; exits 8 if there are any")
    .option(
      "--min-copies <number>",
      "how many devices should hold each account",
      String(DEFAULT_AUDIT.minCopies),
    )
    .option(
      "--stale <days>",
      "days after which a copy must be confirmed again",
      `${DEFAULT_AUDIT.staleDays}d`,
    )
    .option("--json", "print as JSON")
    .action((options: AuditOptions) => audit(options, world));
  examples(
    program,
    "audit",
    "twinseed audit",
    "twinseed audit --min-copies 3 --stale 90d",
    "twinseed audit --json | jq",
  );
}

/** Throws Exit (8) if there are findings. */
export async function audit(options: AuditOptions, needs: AuditNeeds): Promise<void> {
  const accounts = needs.ledger.accounts();
  const devices = needs.ledger.devices();
  const here = await deviceHere(devices, needs);
  const minCopies = wholeNumber("--min-copies", options.minCopies ?? String(DEFAULT_AUDIT.minCopies));
  if (minCopies < 1) throw usageError("--min-copies must be 1 or more");
  const result = auditLedger(accounts, devices, {
    now: needs.clock.now(),
    staleDays: days(options.stale),
    minCopies,
    ...(here === undefined ? {} : { here: here.id }),
  });
  const atRisk = result.accounts.filter(({ findings }) => findings.length > 0);
  if (options.json) needs.stdout.write(`${printableJson(auditJson(result, devices))}\n`);
  else report(result, atRisk, needs);
  if (atRisk.length > 0 || result.findings.length > 0) throw new Exit(ExitCode.findings);
}

function days(text: string = `${DEFAULT_AUDIT.staleDays}d`): number {
  return wholeNumber("--stale", text.replace(/d$/, ""), "days, such as 180d");
}

function report(
  { accounts, findings }: Audit,
  atRisk: readonly AccountAudit[],
  needs: Needs<"stdout" | "stderr">,
): void {
  for (const { account, findings, notes } of accounts) {
    if (findings.length > 0) continue;
    for (const text of notes) note(needs, `note: ${printable(account.name)}: ${printable(text)}`);
  }
  const total = count(accounts.length, "account");
  if (accounts.length === 0) note(needs, "no accounts yet; enroll one with: twinseed add");
  // One write: thousands of small ones take longer than the whole audit.
  const text = [
    ...atRisk.flatMap(({ account, findings, notes }) => [
      `${printable(account.name)}\n`,
      ...findings.map((finding) => lines(finding, account)),
      ...notes.map((text) => `  note: ${printable(text)}\n`),
    ]),
    ...findings.map((finding) => lines(finding).replace(/^ {2}/, "")),
    ...(accounts.length === 0
      ? []
      : [atRisk.length === 0 ? `${total}, none at risk\n` : `${atRisk.length} of ${total} at risk\n`]),
  ];
  if (text.length > 0) needs.stdout.write(text.join(""));
}

function lines(finding: Finding, account?: Account): string {
  return `  ${printable(finding.message, 200)}\n    ${fixLine(finding, account)}\n`;
}

/** A command to paste. Words in capitals are for the user to fill in. */
function fixLine({ fix }: Finding, account?: Account): string {
  const words = fix.map((word) =>
    word === account?.id ? pasteable(account) : word.startsWith("--") ? word : pasteableName(word),
  );
  return `twinseed ${words.join(" ")}`;
}

function auditJson({ accounts, findings }: Audit, devices: readonly Device[]) {
  return {
    version: 1,
    accounts: accounts.map(({ account, findings, notes }) => ({
      account: accountJson(account),
      atRisk: findings.length > 0,
      findings: findings.map((finding) => findingJson(finding, account)),
      notes,
      copies: copiesJson(account, devices),
    })),
    findings: findings.map((finding) => findingJson(finding)),
    summary: {
      accounts: accounts.length,
      atRisk: accounts.filter((one) => one.findings.length > 0).length,
    },
  };
}

function findingJson(finding: Finding, account?: Account) {
  return { kind: finding.kind, message: finding.message, fix: fixLine(finding, account) };
}
