/**
 * What restoring a backup changes in a home: a merge that never overwrites. Accounts are the same if their seeds are, and
 * what was removed here stays removed. Pure: thinks, and writes nothing.
 */
import { visibleText } from "../base/visible-text.ts";
import type { Account, Device } from "../ledger/account.ts";
import { fingerprintOf, mayMatch } from "../ledger/fingerprint.ts";
import { freeName } from "../ledger/free-name.ts";
import { newId } from "../ledger/id.ts";
import { type Enrollment, sameParameters } from "../otp/enrollment.ts";
import type { BackupContent, BackupEntry } from "./backup-content.ts";
import { mergeCopies, movedCopies } from "./restored-copies.ts";
import { type MergedDevices, mergeDevices } from "./restored-devices.ts";

export interface Home {
  readonly accounts: readonly Account[];
  readonly removed: readonly Account[];
  /** Ids of ledger entries that can't be read. */
  readonly damaged: readonly string[];
  readonly devices: readonly Device[];
  readonly hostname: string;
  random(bytes: number): Uint8Array;
  /** What the seed store holds under this id, next to this seed. */
  compare(id: string, enrollment: Enrollment): Promise<Kept>;
}

export type Kept = "same" | "other" | "missing";

export interface Step {
  /** "aside": it was removed here, or it comes back to removed/ only. */
  readonly status: "added" | "exists" | "aside";
  /** As it is in the ledger afterwards. */
  readonly account: Account;
  readonly enrollment: Enrollment;
  /** "rebuild": in the place of a damaged entry. */
  readonly write: "add" | "update" | "rebuild" | "nothing";
  /** The seed goes into the store. */
  readonly put: boolean;
  /** The store had the seed before the ledger knew the account. */
  readonly found: boolean;
  /** What a person should know of this account. */
  readonly notes: readonly string[];
}

export interface Plan extends MergedDevices {
  readonly steps: readonly Step[];
}

interface Merge extends Home {
  readonly merged: MergedDevices;
  /** What becomes of accounts here: several of the backup may be one of them. */
  readonly joined: Map<string, Account>;
  /** Taken here or by an account that was planned before, as they look. */
  readonly names: Set<string>;
  readonly ids: Set<string>;
}

/** Two accounts of one backup stay two, even with one seed; only where the seed is here already they are that one. */
export async function planMerge(content: BackupContent, home: Home): Promise<Plan> {
  const merged = mergeDevices(content.devices, home);
  const merge: Merge = {
    ...home,
    merged,
    joined: new Map(),
    names: new Set(home.accounts.map(({ name }) => visibleText(name))),
    ids: new Set([...home.accounts, ...home.removed].map(({ id }) => id)),
  };
  const steps: Step[] = [];
  for (const entry of content.accounts) steps.push(await planEntry(entry, true, merge));
  for (const entry of content.removed) steps.push(await planEntry(entry, false, merge));
  return { ...merged, steps: withOutcome(steps, merge) };
}

/** The account as it is after all steps, and once for each its counter. */
function withOutcome(steps: readonly Step[], { accounts, removed, joined }: Merge): Step[] {
  const before = new Map([...accounts, ...removed].map((account) => [account.id, account]));
  const said = new Set<string>();
  return steps.map((step) => {
    const { id } = step.account;
    const [was, there] = [before.get(id)?.otp, step.enrollment.otp];
    const account = joined.get(id) ?? step.account;
    if (was?.type !== "hotp" || there.type !== "hotp" || was.counter === there.counter || said.has(id))
      return { ...step, account };
    said.add(id);
    const now = account.otp.type === "hotp" ? account.otp.counter : was.counter;
    return { ...step, account, notes: [...step.notes, `goes on at counter ${now}, the largest one`] };
  });
}

async function planEntry(entry: BackupEntry, isActive: boolean, merge: Merge): Promise<Step> {
  // Among its like first: there may be an account with this seed here, and another one in removed/.
  const statuses = isActive ? (["exists", "aside"] as const) : (["aside", "exists"] as const);
  for (const status of statuses) {
    const step = await join(entry, status, isActive && status === "exists", merge);
    if (step === undefined) continue;
    if (!isActive || status === "exists") return step;
    const day = (step.account.removedAt ?? "").slice(0, 10);
    return { ...step, notes: [...step.notes, `was removed here on ${day}, and stays so`] };
  }
  return add(entry, isActive, merge);
}

interface Found {
  readonly account: Account;
  readonly kept: "same" | "missing";
}

/** The account of this id, even if its seed is gone from the store; else all others with this seed. */
async function findSame(
  { account: { id }, enrollment }: BackupEntry,
  accounts: readonly Account[],
  { compare }: Merge,
): Promise<Found[]> {
  const isSame = async (account: Account): Promise<Kept> =>
    sameParameters(account.otp, enrollment.otp) && mayMatch(enrollment.secret, account.fingerprint)
      ? compare(account.id, enrollment)
      : "other";
  const own = accounts.find((one) => one.id === id);
  const kept = own === undefined ? "other" : await isSame(own);
  if (own !== undefined && kept !== "other") return [{ account: own, kept }];
  const found: Found[] = [];
  for (const account of accounts)
    if (account !== own && (await isSame(account)) === "same") found.push({ account, kept: "same" });
  return found;
}

/**
 * The account is here: what the backup knows of other devices is added, a serial number that is missing here too, and a
 * counter never goes back. Of several with
 * this seed it is the one that knows all that already, so that a second restore changes nothing.
 */
async function join(
  entry: BackupEntry,
  status: "exists" | "aside",
  withCopies: boolean,
  merge: Merge,
): Promise<Step | undefined> {
  const { accounts, removed, joined } = merge;
  const known = (status === "exists" ? accounts : removed).map(
    (account) => joined.get(account.id) ?? account,
  );
  const found = await findSame(entry, known, merge);
  const learn = ({ account }: Found): Account => learned(account, entry, withCopies, merge);
  const one = found.find((it) => learn(it) === it.account) ?? found[0];
  if (one === undefined) return undefined;
  const account = learn(one);
  const isChanged = account !== one.account;
  if (isChanged) joined.set(account.id, account);
  const put = one.kept === "missing";
  const notes = put ? ["had lost its seed here, and has it again"] : [];
  const write = isChanged ? "update" : "nothing";
  return { status, account, enrollment: entry.enrollment, write, put, found: false, notes };
}

/** `account` itself if nothing is new. */
function learned(account: Account, entry: BackupEntry, withCopies: boolean, { merged }: Merge): Account {
  const copies = withCopies
    ? mergeCopies(account.copies, movedCopies(entry.account, merged))
    : account.copies;
  const [here, there] = [account.otp, entry.account.otp];
  const isBehind = here.type === "hotp" && there.type === "hotp" && here.counter < there.counter;
  const otp = isBehind ? { ...here, counter: there.counter } : here;
  const { mfaSerial = entry.account.mfaSerial } = account;
  const isNews = isBehind || copies !== account.copies || mfaSerial !== account.mfaSerial;
  return isNews ? { ...account, otp, copies, ...(mfaSerial === undefined ? {} : { mfaSerial }) } : account;
}

async function add({ account, enrollment }: BackupEntry, isActive: boolean, merge: Merge): Promise<Step> {
  const { merged, names, ids, random } = merge;
  const { id, kept } = await freeId(account.id, enrollment, merge);
  const name = isActive ? freeName(account.name, (one) => names.has(visibleText(one))) : account.name;
  ids.add(id);
  if (isActive) names.add(visibleText(name));
  const copies = mergeCopies([], movedCopies(account, merged));
  return {
    status: isActive ? "added" : "aside",
    account: {
      ...account,
      id,
      name,
      copies,
      fingerprint: isFingerprintOf(account, enrollment)
        ? account.fingerprint
        : fingerprintOf(enrollment.secret, random),
    },
    enrollment,
    write: merge.damaged.includes(id) ? "rebuild" : "add",
    put: kept === "missing",
    found: kept === "same",
    notes: name === account.name ? [] : [`comes in as "${name}": there is another account of its name`],
  };
}

/** Its own, unless another account or another seed has it. */
async function freeId(
  id: string,
  enrollment: Enrollment,
  { ids, compare, random }: Merge,
): Promise<{ id: string; kept: Kept }> {
  if (!ids.has(id)) {
    const kept = await compare(id, enrollment);
    if (kept !== "other") return { id, kept };
  }
  return { id: newId(random), kept: "missing" };
}

function isFingerprintOf({ fingerprint }: Account, { secret }: Enrollment): boolean {
  return /^[0-9a-f]+\.[0-9a-f]{8}$/.test(fingerprint) && mayMatch(secret, fingerprint);
}
