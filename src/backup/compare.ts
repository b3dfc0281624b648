/** A backup next to what is kept here: does it hold every account, with the seed that makes the same code? Pure. */
import type { Account } from "../ledger/account.ts";
import { mayMatch } from "../ledger/fingerprint.ts";
import { type Enrolment, sameCodes } from "../otp/enrolment.ts";
import { codeOf, stepAt } from "../otp/one-time-code.ts";
import type { BackupContent, BackupEntry } from "./backup-content.ts";

export interface KeptHere {
  readonly account: Account;
  /** undefined where the seed is missing or damaged here. */
  readonly enrolment: Enrolment | undefined;
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
  const found = here.map(({ account, enrolment }) => ({
    account,
    entry:
      enrolment === undefined ? byFingerprint(account, entries) : bySeed(account, enrolment, entries, now),
    isReadable: enrolment !== undefined,
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
  enrolment: Enrolment,
  entries: readonly BackupEntry[],
  now: number,
): BackupEntry | undefined {
  const same = entries.filter((entry) => sameCodes(entry.enrolment, enrolment));
  const entry = same.find(({ account }) => account.id === id) ?? same[0];
  return entry !== undefined && codeAt(entry.enrolment, now) === codeAt(enrolment, now) ? entry : undefined;
}

/** Of HOTP at the first counter: the two counters may well differ. */
function codeAt({ secret, otp }: Enrolment, now: number): string {
  return codeOf(secret, otp, otp.type === "hotp" ? 0 : stepAt(otp, now));
}

function byFingerprint(
  { id, fingerprint }: Account,
  entries: readonly BackupEntry[],
): BackupEntry | undefined {
  return entries.find(
    ({ account, enrolment }) => account.id === id && mayMatch(enrolment.secret, fingerprint),
  );
}
