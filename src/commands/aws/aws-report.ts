/** What `aws audit` found and could not look at, for people and as JSON (docs/json.md). */
import type { AwsFinding } from "../../aws/aws-findings.ts";
import { printable } from "../../base/printable.ts";
import type { Account } from "../../ledger/account.ts";
import { accountJson } from "../../talk/json.ts";
import { count } from "../../talk/say.ts";
import { sentencesFor } from "./aws-sentences.ts";
import type { Gap } from "./gaps.ts";

export interface AccountReport {
  readonly account: string;
  readonly profiles: readonly (string | undefined)[];
  readonly reportedAt: string | undefined;
  readonly findings: readonly AwsFinding[];
  readonly gaps: readonly Gap[];
}

export interface AwsReport {
  readonly accounts: readonly AccountReport[];
  /** About accounts of the organization that were not looked at. */
  readonly findings: readonly AwsFinding[];
  /** What concerns no single account: profiles, the ledger. */
  readonly gaps: readonly Gap[];
  readonly notes: readonly string[];
}

const LONGEST = 400;

export function isComplete({ accounts, gaps }: AwsReport): boolean {
  return gaps.length === 0 && accounts.every((one) => one.gaps.length === 0);
}

export function countFindings({ accounts, findings }: AwsReport): number {
  return accounts.reduce((sum, one) => sum + one.findings.length, findings.length);
}

export function reportText(report: AwsReport): string {
  const { accounts, findings, gaps, notes } = report;
  const found = countFindings(report);
  const total = `${count(accounts.length, "AWS account")}, ${found === 0 ? "nothing found" : count(found, "finding")}`;
  const lines = [
    ...accounts.flatMap(accountLines),
    ...findingLines(findings, undefined, ""),
    ...gapLines(gaps, ""),
    ...notes.map((text) => `note: ${printable(text, LONGEST)}`),
    isComplete(report) ? total : `of what could be looked at: ${total}`,
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function accountLines({ account, profiles, reportedAt, findings, gaps }: AccountReport): string[] {
  const [profile] = profiles;
  const from = reportedAt === undefined ? "" : `; passwords and access keys as of ${reportedAt}`;
  const names = profiles.filter((name) => name !== undefined);
  const shown = names
    .slice(0, 3)
    .map((name) => printable(name))
    .join(", ");
  const by = names.length === 0 ? "" : ` (${shown}${names.length > 3 ? ", …" : ""})`;
  return [
    `AWS account ${account}${by}${from}`,
    ...gapLines(gaps, "  "),
    ...findingLines(findings, profile, "  "),
    ...(findings.length === 0 && gaps.length === 0 ? ["  nothing found"] : []),
  ];
}

function findingLines(
  findings: readonly AwsFinding[],
  profile: string | undefined,
  indent: string,
): string[] {
  return findings.flatMap((finding) => {
    const { message, fix } = sentencesFor(finding, profile);
    const lines = fix.map((line) => `${indent}  ${printable(line, LONGEST)}`);
    return [`${indent}${printable(message, LONGEST)}`, ...lines];
  });
}

function gapLines(gaps: readonly Gap[], indent: string): string[] {
  return gaps.flatMap(({ what, why, action }) => [
    `${indent}not looked at: ${printable(what, LONGEST)}`,
    `${indent}  ${printable(why, LONGEST)}`,
    ...(action === undefined ? [] : [`${indent}  needs ${action}: twinseed aws audit --policy`]),
  ]);
}

export function reportJson(report: AwsReport, ledger: readonly Account[]) {
  const byId = new Map(ledger.map((account) => [account.id, account]));
  return {
    version: 1,
    complete: isComplete(report),
    accounts: report.accounts.map(({ account, profiles, reportedAt, findings, gaps }) => ({
      awsAccount: account,
      profiles: profiles.filter((name) => name !== undefined),
      reportedAt: reportedAt ?? null,
      findings: findings.map((finding) => findingJson(finding, profiles[0], byId)),
      notLookedAt: gaps.map(gapJson),
    })),
    findings: report.findings.map((finding) => findingJson(finding, undefined, byId)),
    notLookedAt: report.gaps.map(gapJson),
    notes: report.notes,
  };
}

function findingJson(finding: AwsFinding, profile: string | undefined, byId: ReadonlyMap<string, Account>) {
  const { kind } = finding;
  const user = "user" in finding ? finding.user : "owner" in finding ? finding.owner : undefined;
  const seed = "seed" in finding && finding.seed !== undefined ? byId.get(finding.seed.id) : undefined;
  return {
    kind,
    ...sentencesFor(finding, profile),
    user: user ?? null,
    serial: ("serial" in finding ? finding.serial : seed?.mfaSerial) ?? null,
    account: seed === undefined ? null : accountJson(seed),
  };
}

function gapJson({ what, why, action }: Gap) {
  return { what, why, action: action ?? null };
}
