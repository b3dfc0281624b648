/** A backup next to what is kept here: does it hold every account, with the seed that makes the same code? Pure. */
import type { Account } from "../ledger/account.ts";
import { mayMatch } from "../ledger/fingerprint.ts";
import { type Enrollment, sameCodes } from "../otp/enrollment.ts";
import { codeOf, stepAt } from "../otp/one-time-code.ts";
import type { BackupContent, BackupEntry } from "./backup-content.ts";

export interface KeptHere {
  readonly account: Account;
  /** undefined where the seed is missing or damaged here. */
  readonly enrollment: Enrollment | undefined;
}

export interface Comparison {
  /** Of the backup, by the id here. */
  readonly equal: readonly { readonly account: Account; readonly entry: BackupEntry }[];
  /** Here, and not in the backup. */
  readonly missing: readonly Account[];
  /** The same id or name, and another seed. */
  readonly changed: readonly Account[];
  /** In the backup, while the seed here can't be read. */
  readonly lostHere: readonly Account[];
  /** Neither here nor in the backup can the seed be had. */
  readonly lostBoth: readonly Account[];
  /** In the backup, and not here: removed or replaced since. */
  readonly onlyInBackup: readonly BackupEntry[];
}

/** `now` in milliseconds since 1970. */
export function compareBackup(
  here: readonly KeptHere[],
  { accounts: entries }: BackupContent,
  now: number,
): Comparison {
  const found = here.map(({ account, enrollment }) => ({
    account,
    entry:
      enrollment === undefined ? byFingerprint(account, entries) : bySeed(account, enrollment, entries, now),
    isReadable: enrollment !== undefined,
  }));
  const like = ({ id, name }: Account): BackupEntry | undefined =>
    entries.find((entry) => entry.account.id === id) ?? entries.find((entry) => entry.account.name === name);
  const without = found.filter(({ entry }) => entry === undefined);
  const unlike = without.filter(({ isReadable }) => isReadable).map(({ account }) => account);
  const used = new Set(found.map(({ entry }) => entry));
  return {
    equal: found.flatMap(({ account, entry, isReadable }) =>
      entry && isReadable ? [{ account, entry }] : [],
    ),
    missing: unlike.filter((account) => like(account) === undefined),
    changed: unlike.filter((account) => like(account) !== undefined),
    lostHere: found.flatMap(({ account, entry, isReadable }) => (entry && !isReadable ? [account] : [])),
    lostBoth: without.filter(({ isReadable }) => !isReadable).map(({ account }) => account),
    onlyInBackup: entries.filter(
      (entry) => !used.has(entry) && !unlike.some((account) => like(account) === entry),
    ),
  };
}

function bySeed(
  { id }: Account,
  enrollment: Enrollment,
  entries: readonly BackupEntry[],
  now: number,
): BackupEntry | undefined {
  const same = entries.filter((entry) => sameCodes(entry.enrollment, enrollment));
  const entry = same.find(({ account }) => account.id === id) ?? same[0];
  return entry !== undefined && codeAt(entry.enrollment, now) === codeAt(enrollment, now) ? entry : undefined;
}

/** Of HOTP at the first counter: the two counters may well differ. */
function codeAt({ secret, otp }: Enrollment, now: number): string {
  return codeOf(secret, otp, otp.type === "hotp" ? 0 : stepAt(otp, now));
}

function byFingerprint(
  { id, fingerprint }: Account,
  entries: readonly BackupEntry[],
): BackupEntry | undefined {
  return entries.find(
    ({ account, enrollment }) => account.id === id && mayMatch(enrollment.secret, fingerprint),
  );
}
