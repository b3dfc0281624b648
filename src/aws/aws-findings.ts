/** What AWS says against what the ledger says. Facts that could not be read lead to no finding. Pure. */
import { parseDeviceArn } from "./arn.ts";
import { type AwsFacts, mustAskAbout, type OrganizationAccount, type VirtualDevice } from "./aws-facts.ts";
import { ROOT } from "./credential-report.ts";
import { awsAccountOf, type MatchedSeed, matchSeeds, type Seed } from "./seed-devices.ts";

export type AwsFinding =
  | { readonly kind: "root-no-mfa" }
  /** `serial`: the one that is known; undefined if it is a security key, a passkey or a hardware token. */
  | { readonly kind: "root-one-device"; readonly serial: string | undefined }
  | { readonly kind: "user-no-mfa"; readonly user: string }
  /** `removed`: the seed in removed/ that has its serial. */
  | {
      readonly kind: "seed-not-here";
      readonly serial: string;
      readonly owner: string;
      readonly removed?: Seed;
    }
  | { readonly kind: "device-gone"; readonly seed: Seed }
  /** The device was enabled long after the seed was stored: another one may have taken its name. */
  | { readonly kind: "seed-older"; readonly seed: Seed; readonly serial: string }
  | { readonly kind: "device-unassigned"; readonly serial: string }
  | { readonly kind: "enrollment-unfinished"; readonly serial: string; readonly seed: Seed | undefined }
  | {
      readonly kind: "old-key";
      readonly user: string;
      readonly number: 1 | 2;
      readonly days: number | undefined;
    }
  | { readonly kind: "account-closed"; readonly seed: Seed; readonly awsAccount: string };

export interface LedgerFacts {
  readonly seeds: readonly Seed[];
  readonly removed: readonly Seed[];
  /** Serials of devices whose enrollment was begun here and not finished. */
  readonly unfinished: readonly string[];
  /** The account's alias, as labels have it, → its number. */
  readonly aliases: ReadonlyMap<string, string>;
}

export interface Wanted {
  /** Milliseconds. */
  readonly now: number;
  readonly keyDays: number;
  /** Passkeys, security keys and hardware tokens of root that the user has counted: AWS shows them only to root. */
  readonly rootPasskeys: number;
}

export interface AwsFindings {
  readonly findings: readonly AwsFinding[];
  /** Seeds whose device the label has told, and AWS has confirmed. */
  readonly learned: readonly { readonly seed: Seed; readonly serial: string }[];
}

const DAY = 24 * 60 * 60_000;

export function findAtAws(facts: AwsFacts, ledger: LedgerFacts, wanted: Wanted): AwsFindings {
  const { devices = [] } = facts;
  const matched = facts.devices === undefined ? [] : matchSeeds(ledger.seeds, devices, facts, ledger.aliases);
  const findings = [
    ...rootFindings(facts, wanted),
    ...userFindings(facts),
    ...devices.flatMap((device) => deviceFindings(device, matched, facts, ledger)),
    ...neverCreated(facts, ledger),
    ...matched.flatMap(seedFindings),
    ...keyFindings(facts, wanted),
  ];
  return { findings, learned: learnedFrom(matched) };
}

/** Seeds of accounts of the organization that are closed. */
export function closedAccounts(
  { seeds, aliases }: Pick<LedgerFacts, "seeds" | "aliases">,
  organization: readonly OrganizationAccount[],
): AwsFinding[] {
  const closed = new Set(organization.filter(({ status }) => CLOSED.includes(status)).map(({ id }) => id));
  return seeds.flatMap((seed): AwsFinding[] => {
    const awsAccount = awsAccountOf(seed, aliases);
    if (awsAccount === undefined || !closed.has(awsAccount)) return [];
    return [{ kind: "account-closed", seed, awsAccount }];
  });
}

export const CLOSED = ["SUSPENDED", "PENDING_CLOSURE", "CLOSED"];

function rootFindings(
  { rootHasMfa, rootHasNoCredentials, rootDevices, devices }: AwsFacts,
  { rootPasskeys }: Wanted,
): AwsFinding[] {
  if (rootHasNoCredentials) return [];
  if (rootHasMfa === false) return [{ kind: "root-no-mfa" }];
  if (rootDevices !== undefined) {
    const [serial, ...others] = rootDevices;
    if (serial === undefined) return [{ kind: "root-no-mfa" }];
    return others.length > 0 ? [] : [{ kind: "root-one-device", serial }];
  }
  if (rootHasMfa === undefined || devices === undefined) return [];
  const [known, ...more] = devices.filter(({ owner }) => owner === ROOT);
  const total = (known === undefined ? 0 : 1) + more.length + rootPasskeys;
  return total > 1 ? [] : [{ kind: "root-one-device", serial: known?.serial }];
}

function userFindings(facts: AwsFacts): AwsFinding[] {
  return (facts.report ?? []).flatMap((reported): AwsFinding[] => {
    const { user, hasMfa } = reported;
    if (user === ROOT || !mustAskAbout(reported, facts)) return [];
    const count = facts.devicesOf.get(user);
    return (count === undefined ? hasMfa : count > 0) ? [] : [{ kind: "user-no-mfa", user }];
  });
}

function deviceFindings(
  { serial, owner }: VirtualDevice,
  matched: readonly MatchedSeed[],
  facts: AwsFacts,
  { removed, unfinished, aliases }: LedgerFacts,
): AwsFinding[] {
  const seed = matched.find(({ device }) => device?.serial === serial)?.seed;
  if (unfinished.includes(serial)) return [{ kind: "enrollment-unfinished", serial, seed }];
  if (owner === undefined)
    return seed === undefined
      ? [{ kind: "device-unassigned", serial }]
      : [{ kind: "enrollment-unfinished", serial, seed }];
  if (seed !== undefined) return [];
  const [found] = matchSeeds(removed, [{ serial, owner, enabledAt: undefined }], facts, aliases).filter(
    ({ device }) => device !== undefined,
  );
  return [{ kind: "seed-not-here", serial, owner, ...(found === undefined ? {} : { removed: found.seed }) }];
}

/** Begun here, for this account, and AWS has no such device. */
function neverCreated({ devices, ...here }: AwsFacts, { unfinished }: LedgerFacts): AwsFinding[] {
  if (devices === undefined) return [];
  return unfinished.flatMap((serial): AwsFinding[] => {
    const arn = parseDeviceArn(serial);
    if (arn?.account !== here.account || arn.partition !== here.partition) return [];
    const isThere = devices.some((device) => device.serial === serial);
    return isThere ? [] : [{ kind: "enrollment-unfinished", serial, seed: undefined }];
  });
}

function seedFindings({ seed, device }: MatchedSeed): AwsFinding[] {
  if (device === undefined) return [{ kind: "device-gone", seed }];
  const { enabledAt, serial } = device;
  if (enabledAt === undefined || enabledAt - Date.parse(seed.addedAt) <= DAY) return [];
  return [{ kind: "seed-older", seed, serial }];
}

function keyFindings({ report = [], users }: AwsFacts, { now, keyDays }: Wanted): AwsFinding[] {
  return report.flatMap(({ user, keys }) => {
    if (user !== ROOT && users !== undefined && !users.has(user)) return [];
    return keys.flatMap(({ number, since }): AwsFinding[] => {
      const days = since === undefined ? undefined : Math.floor((now - since) / DAY);
      const isOld = since === undefined || now - since > keyDays * DAY;
      return isOld ? [{ kind: "old-key", user, number, days }] : [];
    });
  });
}

/** Two seeds of one device can't both be right, so neither is written down. */
function learnedFrom(matched: readonly MatchedSeed[]): AwsFindings["learned"] {
  return matched.flatMap(({ seed, device }) => {
    if (device?.owner === undefined || seed.mfaSerial !== undefined) return [];
    const isOnly = matched.filter((one) => one.device?.serial === device.serial).length === 1;
    if (!isOnly || seedFindings({ seed, device }).length > 0) return [];
    return [{ seed, serial: device.serial }];
  });
}
