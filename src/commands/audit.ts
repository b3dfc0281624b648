/** `audit`: which accounts are at risk, and how to fix them. Works while the seeds are locked or lost. */

import type { Command } from "commander";
import { Exit, ExitCode, usageError } from "../base/errors.ts";
import { printable, printableJson } from "../base/printable.ts";
import type { Account, Device } from "../ledger/account.ts";
import { type DueProof, dueProofs } from "../ledger/due-proofs.ts";
import { type Audit, audit as auditLedger, DEFAULT_AUDIT, type Finding } from "../ledger/findings.ts";
import { deviceHere } from "../ledger/this-computer.ts";
import { together } from "../ledger/together.ts";
import { unreadableFiles } from "../ledger/unreadable-files.ts";
import { auditText, fixLine } from "../talk/audit-text.ts";
import { copiesJson } from "../talk/copies-json.ts";
import { examples } from "../talk/examples.ts";
import { accountJson } from "../talk/json.ts";
import { sayNoAccounts } from "../talk/no-accounts.ts";
import { wholeNumber } from "../talk/options.ts";
import { note, quoted } from "../talk/say.ts";
import { fileSeeds } from "../vault/file-seeds.ts";
import type { Needs, World } from "../world.ts";

type AuditNeeds = Needs<
  "stdout" | "stderr" | "clock" | "env" | "folder" | "ledger" | "stateFolder" | "files"
>;

export interface AuditOptions {
  minCopies?: string;
  stale?: string;
  calendar?: string;
  force?: boolean;
  all?: boolean;
  json?: boolean;
}

export function registerAudit(program: Command, world: World): void {
  program
    .command("audit")
    .description(
      "list accounts at risk and how to fix them; exits 8 if there are any, 1 if it can't read all",
    )
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
    .option("--calendar <file>", "also write the next check of each device and backup as an .ics file")
    .option("--force", "overwrite an existing file")
    .option("--all", "list each account, instead of grouping those that one command fixes")
    .option("--json", "print as JSON")
    .action((options: AuditOptions) => audit(options, world));
  examples(
    program,
    "audit",
    "twinseed audit",
    "twinseed audit --min-copies 3 --stale 90d",
    "twinseed audit --json | jq",
    "twinseed audit --calendar twinseed.ics",
  );
}

/** Throws Exit: 1 if the ledger can't be read completely, whatever else is found; 8 if there are findings. */
export async function audit(options: AuditOptions, needs: AuditNeeds): Promise<void> {
  requireCalendarFile(options);
  // First: an entry that another process rebuilds in between would be missing in both.
  const unreadable = unreadableFiles(needs.ledger.damaged(), needs.folder);
  const { accounts, devices } = together(needs);
  const here = await deviceHere(devices, needs);
  const { gone, strays } = await fileSeeds(accounts, needs);
  const minCopies = wholeNumber("--min-copies", options.minCopies ?? String(DEFAULT_AUDIT.minCopies));
  if (minCopies < 1) throw usageError("--min-copies must be 1 or more");
  const wanted = {
    now: needs.clock.now(),
    staleDays: days(options.stale),
    minCopies,
    gone,
    strays: strays.length,
    ...(here === undefined ? {} : { here: here.id }),
  };
  const result = auditLedger(accounts, devices, wanted, unreadable);
  if (options.json) needs.stdout.write(`${printableJson(auditJson(result, devices))}\n`);
  else report(result, options.all ?? false, needs);
  if (options.calendar !== undefined && result.isComplete)
    await writeCalendar(options.calendar, options, dueProofs(accounts, devices, wanted), needs);
  if (options.calendar !== undefined && !result.isComplete)
    note(needs, `${quoted(options.calendar)} was not written: a device could be missing from it`);
  if (!result.isComplete) throw new Exit(ExitCode.failed);
  const isFound = ({ findings }: { findings: readonly Finding[] }): boolean => findings.length > 0;
  if (isFound(result) || result.accounts.some(isFound)) throw new Exit(ExitCode.findings);
}

function requireCalendarFile({ calendar, force }: AuditOptions): void {
  if (force && calendar === undefined) throw usageError("--force needs --calendar");
  if (calendar !== undefined && !/\.ics$/i.test(calendar))
    throw usageError("--calendar needs a file name that ends in .ics");
}

async function writeCalendar(
  path: string,
  { force = false }: AuditOptions,
  due: readonly DueProof[],
  needs: AuditNeeds,
): Promise<void> {
  const { calendar } = await import("../talk/due-calendar.ts");
  await needs.files.write(path, await calendar(due, needs.clock.now()), { replace: force });
  note(needs, `wrote ${quoted(path)}: import it into your calendar; it names devices, and no account`);
}

function days(text: string = `${DEFAULT_AUDIT.staleDays}d`): number {
  return wholeNumber("--stale", text.replace(/d$/, ""), "days, such as 180d");
}

function report(result: Audit, isEach: boolean, needs: Needs<"stdout" | "stderr" | "env" | "folder">): void {
  const { accounts, isComplete } = result;
  for (const { account, findings, notes } of accounts) {
    if (findings.length > 0) continue;
    for (const text of notes) note(needs, `note: ${printable(account.name)}: ${printable(text)}`);
  }
  reportNotes(result, needs);
  if (accounts.length === 0 && isComplete) sayNoAccounts(needs);
  // One write: thousands of small ones take longer than the whole audit.
  const text = auditText(result, isEach, needs.stdout);
  if (text !== "") needs.stdout.write(text);
  if (!isComplete) note(needs, "the ledger could not be read completely: this is not the whole truth");
}

/** Only information: most services work without, until the last device is gone. */
function reportNotes({ withoutNote, codesUsed, untried, accounts }: Audit, needs: Needs<"stderr">): void {
  const [first] = withoutNote;
  if (first !== undefined && withoutNote.length === accounts.length)
    note(needs, `note: no account has recovery codes here; to keep some: twinseed note NAME --add-codes`);
  else if (first !== undefined) note(needs, `note: no recovery codes or note here: ${named(withoutNote)}`);
  if (codesUsed.length > 0)
    note(needs, `note: every recovery code is used, so ask the service for new ones: ${named(codesUsed)}`);
  const { never, longAgo } = untried;
  const whose = never.length === accounts.length ? "any account" : named(never);
  if (never.length > 0)
    note(needs, `note: the way back was never tried for ${whose}; to try it: twinseed drill FILE`);
  if (longAgo.length > 0)
    note(
      needs,
      `note: the way back was last tried more than a year ago: ${named(longAgo)}; again: twinseed drill FILE`,
    );
}

const MOST_NAMED = 5;

function named(accounts: readonly Account[]): string {
  const names = accounts.slice(0, MOST_NAMED).map(({ name }) => printable(name, 60));
  const more = accounts.length - names.length;
  return `${names.join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

function auditJson({ accounts, findings, isComplete }: Audit, devices: readonly Device[]) {
  return {
    version: 1,
    complete: isComplete,
    accounts: accounts.map(({ account, findings, notes }) => ({
      account: accountJson(account),
      atRisk: findings.length > 0,
      findings: findings.map((finding) => findingJson(finding, account)),
      notes,
      copies: copiesJson(account, devices),
      drilledAt: account.drilledAt ?? null,
      otherWayAt: account.otherWayAt ?? null,
      recovery: account.note === undefined ? null : { unused: null, ...account.note },
    })),
    findings: findings.map((finding) => findingJson(finding)),
    summary: {
      accounts: accounts.length,
      atRisk: accounts.filter((one) => one.findings.length > 0).length,
    },
  };
}

function findingJson(finding: Finding, account?: Account) {
  return {
    kind: finding.kind,
    message: finding.message,
    fix: fixLine(finding.fix, account === undefined ? [] : [account]),
  };
}
