/** `aws audit`: what AWS says about its MFA devices against where their seeds are. Changes nothing at AWS. */

import type { OrganizationAccount } from "../../aws/aws-facts.ts";
import { CLOSED, closedAccounts, findAtAws, type LedgerFacts, type Wanted } from "../../aws/aws-findings.ts";
import { awsAccountOf, type Seed } from "../../aws/seed-devices.ts";
import { Exit, ExitCode, usageError } from "../../base/errors.ts";
import { printableJson } from "../../base/printable.ts";
import type { Account } from "../../ledger/account.ts";
import { unreadableFiles } from "../../ledger/unreadable-files.ts";
import { wholeNumber } from "../../talk/options.ts";
import { count, note } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { awsReader, TOTAL } from "./ask-aws.ts";
import { type AuditedAccount, accountOf, accountsOfAll } from "./audit-accounts.ts";
import { auditPolicy } from "./audit-policy.ts";
import {
  type AccountReport,
  type AwsReport,
  countFindings,
  isComplete,
  reportJson,
  reportText,
} from "./aws-report.ts";
import { awsCliOptions } from "./call.ts";
import type { Gap } from "./gaps.ts";
import { unfinishedSerials } from "./journal.ts";
import { readFacts, readOrganization } from "./read-facts.ts";

export interface AwsAuditOptions {
  profile?: string;
  allProfiles?: boolean;
  /** Commander's name for --no-organization. */
  organization?: boolean;
  keyAge?: string;
  rootPasskeys?: string;
  alias?: string;
  policy?: boolean;
  json?: boolean;
}

type AuditNeeds = Needs<"aws" | "env" | "files" | "clock" | "stdout" | "stderr" | "folder" | "ledger">;

const KEY_DAYS = "90d";
const IS_AWS = /aws|amazon/i;

/** Throws Exit: 1 if something could not be looked at, whatever else is found; 8 if there are findings. */
export async function awsAudit(
  extra: readonly string[],
  options: AwsAuditOptions,
  needs: AuditNeeds,
): Promise<void> {
  const withOrganization = options.organization ?? true;
  if (options.policy) return void needs.stdout.write(auditPolicy(withOrganization));
  const cli = { ...awsCliOptions(options, extra), unattended: true };
  if (cli.own.length > 0) throw usageError("after --, only options that fit every call of aws can be given");
  const all = options.allProfiles ?? false;
  if (all && cli.profile !== undefined) throw usageError("use either --profile or --all-profiles");
  if (all && options.alias !== undefined) throw usageError("--alias is for one account: name its --profile");
  if (all && Number(options.rootPasskeys ?? 0) > 0)
    throw usageError("--root-passkeys is for one account: name its --profile");
  const wanted = wantedBy(options, needs);

  const { accounts, gaps } = all
    ? await accountsOfAll(cli, needs)
    : { accounts: [await accountOf(cli, needs)], gaps: [] };
  // First: an entry that is rebuilt in between would be missing in both.
  const unread = ledgerGaps(needs);
  const ledger = ledgerFacts(options.alias, accounts, needs);
  const report = await auditAll(accounts, ledger, withOrganization, wanted, needs);
  const whole: AwsReport = { ...report, gaps: [...gaps, ...unread, ...report.gaps] };
  needs.stdout.write(
    options.json ? `${printableJson(reportJson(whole, needs.ledger.accounts()))}\n` : reportText(whole),
  );
  await saveLearned(report.learned, needs);
  if (!isComplete(whole)) throw new Exit(ExitCode.failed);
  if (countFindings(whole) > 0) throw new Exit(ExitCode.findings);
}

function wantedBy(
  { keyAge = KEY_DAYS, rootPasskeys = "0" }: AwsAuditOptions,
  { clock }: Needs<"clock">,
): Wanted {
  return {
    now: clock.now(),
    keyDays: wholeNumber("--key-age", keyAge.replace(/(?<=\d)d$/, ""), "days, such as 90d"),
    rootPasskeys: wholeNumber("--root-passkeys", rootPasskeys),
  };
}

function ledgerFacts(
  alias: string | undefined,
  [first]: readonly AuditedAccount[],
  needs: Needs<"ledger" | "folder">,
): LedgerFacts {
  const known = alias === undefined || first === undefined ? [] : [[alias, first.account] as const];
  return {
    seeds: needs.ledger.accounts(),
    removed: needs.ledger.removed(),
    unfinished: unfinishedSerials(needs),
    aliases: new Map(known),
  };
}

interface Audited extends AwsReport {
  readonly learned: readonly Learned[];
}

interface Learned {
  readonly seed: Seed;
  readonly serial: string;
}

async function auditAll(
  accounts: readonly AuditedAccount[],
  ledger: LedgerFacts,
  withOrganization: boolean,
  wanted: Wanted,
  needs: AuditNeeds,
): Promise<Audited> {
  const reports: AccountReport[] = [];
  const learned: Learned[] = [];
  const members: OrganizationAccount[] = [];
  const refusedIn = new Map<string, Gap>();
  for (const one of accounts) {
    const deadline = needs.clock.now() + TOTAL;
    const reader = awsReader(one.keys, deadline, needs);
    const rootReader = one.rootKeys && awsReader([one.rootKeys], deadline, needs);
    const { facts, reportedAt, gaps } = await readFacts(one, reader, rootReader, needs);
    const found = findAtAws(facts, ledger, wanted);
    const organization = withOrganization ? await readOrganization(reader) : [];
    if ("why" in organization) refusedIn.set(one.account, organization);
    else members.push(...organization.filter(({ id }) => members.every((known) => known.id !== id)));
    const profiles = one.keys.map(({ profile }) => profile);
    reports.push({ account: one.account, profiles, reportedAt, findings: found.findings, gaps });
    learned.push(...found.learned);
  }
  // The management account lists the others, which may not ask.
  const inOrganization = new Set(members.map(({ id }) => id));
  return {
    accounts: reports.map((one) => {
      const refused = inOrganization.has(one.account) ? undefined : refusedIn.get(one.account);
      return refused === undefined ? one : { ...one, gaps: [...one.gaps, refused] };
    }),
    findings: closedAccounts(ledger, members),
    notes: notesAbout(accounts, members, ledger),
    gaps: [],
    learned,
  };
}

function notesAbout(
  accounts: readonly AuditedAccount[],
  organization: readonly OrganizationAccount[],
  { seeds, aliases }: LedgerFacts,
): string[] {
  const looked = new Set(accounts.map(({ account }) => account));
  const notes: string[] = [];
  const members = organization.filter(({ id, status }) => !looked.has(id) && !CLOSED.includes(status));
  if (members.length > 0)
    notes.push(
      `${count(members.length, "other account")} of the organization (${some(members.map(({ id }) => id))}): most roots of members need no credentials at all; with centralized root access (IAM console, Root access management) you can delete them, and then they need no MFA`,
    );
  const elsewhere = seeds.filter((seed) => {
    const account = awsAccountOf(seed, aliases);
    return account !== undefined && !looked.has(account);
  });
  if (elsewhere.length > 0)
    notes.push(
      `${count(elsewhere.length, "seed belongs", "seeds belong")} to AWS accounts that were not looked at: ${some(elsewhere.map(({ name }) => name))}`,
    );
  const unknown = seeds.filter(
    (seed) => awsAccountOf(seed, aliases) === undefined && seed.mfaSerial === undefined && looksLikeAws(seed),
  );
  if (unknown.length > 0)
    notes.push(
      `it is not known which device ${count(unknown.length, "seed belongs", "seeds belong")} to: ${some(unknown.map(({ name }) => name))}; if a label ends in the alias of the account, say so with --alias ALIAS`,
    );
  return notes;
}

function looksLikeAws({ issuer, label }: Pick<Account, "issuer" | "label">): boolean {
  return IS_AWS.test(issuer) && label.includes("@");
}

const MOST_NAMED = 5;

function some(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

/** What the ledger does not tell could be the seed of any device. */
function ledgerGaps(needs: Needs<"ledger" | "folder">): Gap[] {
  return unreadableFiles(needs.ledger.damaged(), needs.folder).map(({ file, fault }) => ({
    what: `"${file}" of the ledger`,
    why: `${fault}; check it with: twinseed doctor`,
  }));
}

async function saveLearned(learned: readonly Learned[], needs: Needs<"ledger" | "stderr">): Promise<void> {
  if (learned.length === 0) return;
  await needs.ledger.edit(async ({ update }) => {
    const accounts = new Map(needs.ledger.accounts().map((account) => [account.id, account]));
    for (const { seed, serial } of learned) {
      const account = accounts.get(seed.id);
      if (account !== undefined && account.mfaSerial === undefined) update({ ...account, mfaSerial: serial });
    }
  });
  note(needs, `saved the serial numbers of ${count(learned.length, "MFA device")}`);
}
