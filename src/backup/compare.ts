/** Compares a backup with the accounts here: does it have all of them, each with a seed that makes the same code? Pure. */
import type { Account } from "../ledger/account.ts";
import { mayMatch } from "../ledger/fingerprint.ts";
import { codesKey } from "../otp/codes-key.ts";
import { type Enrollment, sameCodes } from "../otp/enrollment.ts";
import { codeOf, stepAt } from "../otp/one-time-code.ts";
import type { BackupContent, BackupEntry } from "./backup-content.ts";

export interface LocalAccount {
  readonly account: Account;
  /** undefined if the seed is missing or damaged here. */
  readonly enrollment: Enrollment | undefined;
}

export interface Comparison {
  /** Accounts with the same seed in both places. */
  readonly equal: readonly { readonly account: Account; readonly entry: BackupEntry }[];
  /** Here, but not in the backup. */
  readonly missing: readonly Account[];
  /** In both places with the same id or name, but with different seeds. */
  readonly changed: readonly Account[];
  /** In the backup, but the seed here can't be read. */
  readonly lostHere: readonly Account[];
  /** The seed here can't be read, and the backup does not have it either. */
  readonly lostBoth: readonly Account[];
  /** In the backup, but not here: removed or replaced since. */
  readonly onlyInBackup: readonly BackupEntry[];
}

/** `now` in milliseconds since 1970. */
export function compareBackup(
  here: readonly LocalAccount[],
  { accounts: entries, removed }: BackupContent,
  now: number,
): Comparison {
  // An account that was removed when the backup was made, and restored since, can be restored from it all the same.
  const [present, gone] = [indexOf(entries), indexOf(removed)];
  const find = (account: Account, enrollment: Enrollment | undefined, index: Index) =>
    enrollment === undefined ? byFingerprint(account, index) : bySeed(account, enrollment, index, now);
  const found = here.map(({ account, enrollment }) => ({
    account,
    entry: find(account, enrollment, present) ?? find(account, enrollment, gone),
    isReadable: enrollment !== undefined,
  }));
  const namesake = ({ id, name }: Account): BackupEntry | undefined =>
    present.byId.get(id) ?? present.byName.get(name);
  const unmatched = found.filter(({ entry }) => entry === undefined);
  const differing = unmatched.filter(({ isReadable }) => isReadable).map(({ account }) => account);
  const used = new Set([...found.map(({ entry }) => entry), ...differing.map(namesake)]);
  return {
    equal: found.flatMap(({ account, entry, isReadable }) =>
      entry && isReadable ? [{ account, entry }] : [],
    ),
    missing: differing.filter((account) => namesake(account) === undefined),
    changed: differing.filter((account) => namesake(account) !== undefined),
    lostHere: found.flatMap(({ account, entry, isReadable }) => (entry && !isReadable ? [account] : [])),
    lostBoth: unmatched.filter(({ isReadable }) => !isReadable).map(({ account }) => account),
    onlyInBackup: entries.filter((entry) => !used.has(entry)),
  };
}

/** The entries of a backup, so that thousands of accounts can be looked up in it. */
interface Index {
  readonly byId: ReadonlyMap<string, BackupEntry>;
  readonly byName: ReadonlyMap<string, BackupEntry>;
  readonly byCodes: ReadonlyMap<string, readonly BackupEntry[]>;
}

function indexOf(entries: readonly BackupEntry[]): Index {
  const byId = new Map<string, BackupEntry>();
  const byName = new Map<string, BackupEntry>();
  const byCodes = new Map<string, BackupEntry[]>();
  for (const entry of entries) {
    const { id, name } = entry.account;
    if (!byId.has(id)) byId.set(id, entry);
    if (!byName.has(name)) byName.set(name, entry);
    const key = codesKey(entry.enrollment);
    const same = byCodes.get(key);
    if (same === undefined) byCodes.set(key, [entry]);
    else same.push(entry);
  }
  return { byId, byName, byCodes };
}

function bySeed(
  { id }: Account,
  enrollment: Enrollment,
  { byCodes }: Index,
  now: number,
): BackupEntry | undefined {
  const same = byCodes.get(codesKey(enrollment)) ?? [];
  const entry = same.find(({ account }) => account.id === id) ?? same[0];
  return entry !== undefined &&
    sameCodes(entry.enrollment, enrollment) &&
    codeAt(entry.enrollment, now) === codeAt(enrollment, now)
    ? entry
    : undefined;
}

/** For HOTP, the code at counter 0: the two counters may differ. */
function codeAt({ secret, otp }: Enrollment, now: number): string {
  return codeOf(secret, otp, otp.type === "hotp" ? 0 : stepAt(otp, now));
}

function byFingerprint({ id, fingerprint }: Account, { byId }: Index): BackupEntry | undefined {
  const entry = byId.get(id);
  return entry !== undefined && mayMatch(entry.enrollment.secret, fingerprint) ? entry : undefined;
}
