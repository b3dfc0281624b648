/**
 * Finds accounts with too few or unreliable copies, and what fixes them. Pure; works while the seeds are locked or lost.
 * A finding needs action; a note is only information.
 */

import type { Account, Copy, Device } from "./account.ts";
import { accountFindings } from "./account-findings.ts";
import { backupFindings } from "./backup-findings.ts";
import { withoutCopy } from "./copies.ts";
import { deviceOf, liveCopies } from "./copy-states.ts";
import { type Untried, untried } from "./drills.ts";
import { DEVICES } from "./file-names.ts";
import { type AuditOptions, FINDING_KINDS, type Finding, type FindingKind, INCOMPLETE } from "./finding.ts";
import {
  dateFindings,
  strayFindings,
  type Unreadable,
  unknownFindings,
  unreadableFindings,
} from "./ledger-findings.ts";

export { type AuditOptions, DEFAULT_AUDIT, type Finding } from "./finding.ts";

export interface AccountAudit {
  readonly account: Account;
  readonly live: readonly Copy[];
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}

export interface Audit {
  /** By risk, then by name. */
  readonly accounts: readonly AccountAudit[];
  /** Findings about the ledger, backups and devices, not about one account. */
  readonly findings: readonly Finding[];
  /** Those that have neither recovery codes nor a note here, and those whose codes are all used. No risk to the account's seed. */
  readonly withoutNote: readonly Account[];
  readonly codesUsed: readonly Account[];
  /** Those whose way back no drill has tried, or not for more than a year. */
  readonly untried: Untried;
  /** Everything could be read. If not, an account that seems safe need not be. */
  readonly isComplete: boolean;
}

export function audit(
  accounts: readonly Account[],
  devices: readonly Device[],
  options: AuditOptions,
  unreadable: readonly Unreadable[] = [],
): Audit {
  const audited = withOpenRivals(accounts).map((account) => auditAccount(account, devices, options));
  const isListRead = !unreadable.some(({ file }) => file === DEVICES);
  const findings = [
    ...unreadableFindings(unreadable),
    ...(isListRead ? unknownFindings(accounts, devices) : []),
    ...strayFindings(options.strays ?? 0),
    ...dateFindings(accounts, devices, options),
    ...backupFindings(accounts, devices),
  ];
  const isComplete = !findings.some(({ kind }) => INCOMPLETE.includes(kind));
  const withoutNote = accounts.filter(({ note }) => note === undefined);
  const codesUsed = accounts.filter(({ note }) => note?.unused === 0);
  return {
    accounts: audited.sort(byRisk),
    findings,
    withoutNote,
    codesUsed,
    untried: untried(accounts, devices, options.now),
    isComplete,
  };
}

/** What this computer had proved, its store does not have any more. */
function withoutGone(account: Account, { gone, here }: AuditOptions): Account {
  return here !== undefined && gone?.has(account.id) ? withoutCopy(account, { id: here }) : account;
}

/** Once one of two rivals is gone, nothing is open between them. Until then, each is the other one's, whichever file says so. */
export function withOpenRivals(accounts: readonly Account[]): Account[] {
  const ids = new Set(accounts.map(({ id }) => id));
  const other = new Map(accounts.flatMap(({ id, rival }) => (rival === undefined ? [] : [[rival, id]])));
  return accounts.map((account) => {
    const { rival: own, ...rest } = account;
    const rival = own !== undefined && ids.has(own) ? own : other.get(account.id);
    return rival === undefined ? rest : { ...rest, rival };
  });
}

export function auditAccount(
  known: Account,
  devices: readonly Device[],
  options: AuditOptions,
): AccountAudit {
  const account = withoutGone(known, options);
  const live = liveCopies(account, devices);
  const findings = accountFindings(account, devices, options);
  const notes = live.length > 1 ? kindNote(live, devices) : [];
  return { account, live, findings: findings.sort((a, b) => rank(a.kind) - rank(b.kind)), notes };
}

function byRisk(a: AccountAudit, b: AccountAudit): number {
  const worst = (one: AccountAudit) =>
    one.findings[0] === undefined ? FINDING_KINDS.length : rank(one.findings[0].kind);
  return worst(a) - worst(b) || (a.account.name < b.account.name ? -1 : 1);
}

function rank(kind: FindingKind): number {
  return FINDING_KINDS.indexOf(kind);
}

function kindNote(live: readonly Copy[], devices: readonly Device[]): string[] {
  const kinds = new Set(live.map((copy) => deviceOf(copy, devices)?.kind));
  const [kind] = kinds;
  return kinds.size === 1 && kind !== undefined ? [`all copies are on one kind of device (${kind})`] : [];
}
