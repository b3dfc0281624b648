/** The drill: which backup and which account to try the way back with, and whose way back is untried. Pure. */
import type { Secret } from "../otp/secret.ts";
import type { Account, Copy, Device } from "./account.ts";
import { deviceOf, mayHold } from "./copy-states.ts";
import { mayMatch } from "./fingerprint.ts";
import { isAwsRoot } from "./losses.ts";

const DAY = 86_400_000;
/** The drill is for once a year; a few weeks late is no fault. */
const YEAR = 400 * DAY;

export interface KnownBackup {
  readonly device: Device;
  /** ISO 8601: when the file was written, as the ledger knows it. */
  readonly writtenAt: string;
}

export function newestBackup(
  accounts: readonly Account[],
  devices: readonly Device[],
): KnownBackup | undefined {
  const all = accounts.flatMap(({ copies }) =>
    copies.flatMap((copy): KnownBackup[] => {
      const device = deviceOf(copy, devices);
      return device !== undefined && isUsable(copy, device) ? [{ device, writtenAt: copy.addedAt }] : [];
    }),
  );
  return all.sort((a, b) => Date.parse(b.writtenAt) - Date.parse(a.writtenAt))[0];
}

function isUsable(copy: Copy, { kind, state }: Device): boolean {
  return kind === "backup" && state === "active" && mayHold(copy);
}

/** What a backup has of one account. */
export interface Kept {
  readonly account: Pick<Account, "id" | "name">;
  readonly enrollment: { readonly secret: Secret };
}

export interface Coverage<Entry extends Kept> {
  /** Accounts whose seed the backup has, as far as the ledger alone can tell. */
  readonly tried: readonly { readonly account: Account; readonly entry: Entry }[];
  readonly missing: readonly Account[];
  /** The backup has another seed for it. */
  readonly changed: readonly Account[];
}

/** Compares by fingerprint alone: in an emergency, this computer's seeds are gone. */
export function coverageOf<Entry extends Kept>(
  accounts: readonly Account[],
  entries: readonly Entry[],
): Coverage<Entry> {
  const byId = new Map(entries.map((entry) => [entry.account.id, entry]));
  const byName = new Map(entries.map((entry) => [entry.account.name, entry]));
  const found = accounts.map((account) => {
    const candidates = [byId.get(account.id), byName.get(account.name)].filter((one) => one !== undefined);
    return { account, candidates, entry: candidates.find((one) => hasSeed(one, account)) };
  });
  return {
    tried: found.flatMap(({ account, entry }) => (entry === undefined ? [] : [{ account, entry }])),
    missing: found.filter(({ candidates }) => candidates.length === 0).map(({ account }) => account),
    changed: found
      .filter(({ candidates, entry }) => candidates.length > 0 && entry === undefined)
      .map(({ account }) => account),
  };
}

/** An account without a fingerprint could have any seed. */
function hasSeed({ enrollment }: Kept, { fingerprint }: Account): boolean {
  return fingerprint !== "" && mayMatch(enrollment.secret, fingerprint);
}

/** The one to compare a code of: AWS's root user first, then what was never tried, or longest ago. Never counts a counter up. */
export function accountToTry(accounts: readonly Account[]): Account | undefined {
  const rank = (account: Account): string =>
    [isAwsRoot(account) ? "0" : "1", account.drilledAt ?? "", account.name].join(" ");
  return accounts
    .filter(({ otp }) => otp.type !== "hotp")
    .toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))[0];
}

export interface Untried {
  /** They are in a backup that no drill has opened. */
  readonly never: readonly Account[];
  /** The last drill was more than a year ago. */
  readonly longAgo: readonly Account[];
}

/** `now` in milliseconds since 1970. */
export function untried(accounts: readonly Account[], devices: readonly Device[], now: number): Untried {
  const backedUp = accounts.filter(({ copies }) =>
    copies.some((copy) => {
      const device = deviceOf(copy, devices);
      return device !== undefined && isUsable(copy, device);
    }),
  );
  return {
    never: backedUp.filter(({ drilledAt }) => drilledAt === undefined),
    longAgo: accounts.filter(
      ({ drilledAt }) => drilledAt !== undefined && now - Date.parse(drilledAt) > YEAR,
    ),
  };
}
