/**
 * Plans what restoring a backup changes in a data folder: a merge that never overwrites. Accounts are the same if their seeds
 * are, and accounts that were removed here remain removed. Pure: writes nothing.
 */
import { visibleText } from "../base/visible-text.ts";
import type { Account, Copy, Device } from "../ledger/account.ts";
import { fingerprintOf, mayMatch } from "../ledger/fingerprint.ts";
import { freeName } from "../ledger/free-name.ts";
import { newId } from "../ledger/id.ts";
import { type Enrollment, sameParameters } from "../otp/enrollment.ts";
import type { BackupContent, BackupEntry } from "./backup-content.ts";
import type { Step } from "./restore-step.ts";
import { mergeCopies, movedCopies } from "./restored-copies.ts";
import { type MergedDevices, mergeDevices } from "./restored-devices.ts";
import { withRivals } from "./restored-rivals.ts";

export interface Home {
  readonly accounts: readonly Account[];
  readonly removed: readonly Account[];
  /** Ids of ledger entries that can't be read. */
  readonly damaged: readonly string[];
  readonly devices: readonly Device[];
  random(bytes: number): Uint8Array;
  /** Compares this seed with the one that the seed store has under this id. */
  compare(id: string, enrollment: Enrollment): Promise<SeedMatch>;
}

export type SeedMatch = "same" | "other" | "missing";

export interface Plan extends MergedDevices {
  readonly steps: readonly Step[];
}

interface Merge extends Home {
  readonly merged: MergedDevices;
  /** The accounts here that change, by id, with all changes so far: several backup entries may match the same account. */
  readonly changed: Map<string, Account>;
  /** The visible parts of the names that are taken here or by an account planned earlier. */
  readonly names: Set<string>;
  readonly ids: Set<string>;
}

/** Two accounts of one backup with the same seed remain two, unless that seed is here already: then both match that account. */
export async function planMerge(content: BackupContent, home: Home): Promise<Plan> {
  const merged = mergeDevices(content.devices, home);
  const merge: Merge = {
    ...home,
    merged,
    changed: new Map(),
    names: new Set(home.accounts.map(({ name }) => visibleText(name))),
    ids: new Set([...home.accounts, ...home.removed].map(({ id }) => id)),
  };
  const steps: Step[] = [];
  for (const entry of content.accounts) steps.push(await planEntry(entry, true, merge));
  for (const entry of content.removed) steps.push(await planEntry(entry, false, merge));
  return { ...merged, steps: withRivals(withOutcome(steps, merge), content, home.accounts) };
}

/** Replaces each step's account with its state after all steps, and adds a note about its counter, once per account. */
function withOutcome(steps: readonly Step[], { accounts, removed, changed }: Merge): Step[] {
  const before = new Map([...accounts, ...removed].map((account) => [account.id, account]));
  const noted = new Set<string>();
  return steps.map((step) => {
    const { id } = step.account;
    const [was, there] = [before.get(id)?.otp, step.enrollment.otp];
    const account = changed.get(id) ?? step.account;
    if (was?.type !== "hotp" || there.type !== "hotp" || was.counter === there.counter || noted.has(id))
      return { ...step, account };
    noted.add(id);
    const now = account.otp.type === "hotp" ? account.otp.counter : was.counter;
    return { ...step, account, notes: [...step.notes, `continues at counter ${now}, the higher one`] };
  });
}

async function planEntry(entry: BackupEntry, isActive: boolean, merge: Merge): Promise<Step> {
  // Accounts of the same kind first: this seed may be both in an account here and in removed/.
  const statuses = isActive ? (["exists", "aside"] as const) : (["aside", "exists"] as const);
  for (const status of statuses) {
    const step = await mergeInto(entry, status, merge);
    if (step === undefined) continue;
    if (!isActive || status === "exists") return step;
    const { removedAt = "", replacedBy } = step.account;
    const day = removedAt.slice(0, 10);
    const text =
      replacedBy === undefined
        ? `was removed here on ${day}, and remains removed`
        : `got a new seed here on ${day}: the one in the backup no longer works, and remains removed`;
    return { ...step, notes: [...step.notes, text] };
  }
  return add(entry, isActive, merge);
}

interface Match {
  readonly account: Account;
  readonly seed: "same" | "missing";
}

/** The account with this id, even if its seed is gone from the store; else all others with this seed. */
async function findSame(
  { account: { id }, enrollment }: BackupEntry,
  accounts: readonly Account[],
  { compare }: Merge,
): Promise<Match[]> {
  const compareTo = async (account: Account): Promise<SeedMatch> =>
    sameParameters(account.otp, enrollment.otp) && mayMatch(enrollment.secret, account.fingerprint)
      ? compare(account.id, enrollment)
      : "other";
  const own = accounts.find((one) => one.id === id);
  const seed = own === undefined ? "other" : await compareTo(own);
  if (own !== undefined && seed !== "other") return [{ account: own, seed }];
  const found: Match[] = [];
  for (const account of accounts)
    if (account !== own && (await compareTo(account)) === "same") found.push({ account, seed: "same" });
  return found;
}

/**
 * If the account is here, adds what the backup knows about other devices and a serial number that is missing here; a counter
 * never goes back. If several accounts here have this seed, prefers one that this does not change, so that a second restore
 * changes nothing.
 */
async function mergeInto(
  entry: BackupEntry,
  status: "exists" | "aside",
  merge: Merge,
): Promise<Step | undefined> {
  const { accounts, removed, changed } = merge;
  const known = (status === "exists" ? accounts : removed).map(
    (account) => changed.get(account.id) ?? account,
  );
  const matches = await findSame(entry, known, merge);
  const update = ({ account }: Match): Account => updated(account, entry, merge);
  const match = matches.find((one) => update(one) === one.account) ?? matches[0];
  if (match === undefined) return undefined;
  const account = update(match);
  const isChanged = account !== match.account;
  if (isChanged) changed.set(account.id, account);
  const put = match.seed === "missing";
  const notes = put ? ["had lost its seed here: the seed was restored"] : [];
  const write = isChanged ? "update" : "nothing";
  return { status, account, enrollment: entry.enrollment, write, put, found: false, notes };
}

/** The account with what is new in the backup entry; `account` itself if nothing is. */
function updated(account: Account, entry: BackupEntry, { merged, devices }: Merge): Account {
  // What an older backup holds is known better here: its file may have been overwritten since.
  const isNews = ({ device }: Copy): boolean =>
    !devices.some(({ id, kind }) => id === device && kind === "backup");
  const there = movedCopies(entry.account, merged).filter(isNews);
  const copies = mergeCopies(account.copies, there, account.id === entry.account.id);
  const [here, backedUp] = [account.otp, entry.account.otp];
  const isBehind = here.type === "hotp" && backedUp.type === "hotp" && here.counter < backedUp.counter;
  const otp = isBehind ? { ...here, counter: backedUp.counter } : here;
  const { mfaSerial = entry.account.mfaSerial } = account;
  const isChanged = isBehind || copies !== account.copies || mfaSerial !== account.mfaSerial;
  return isChanged ? { ...account, otp, copies, ...(mfaSerial === undefined ? {} : { mfaSerial }) } : account;
}

async function add({ account, enrollment }: BackupEntry, isActive: boolean, merge: Merge): Promise<Step> {
  const { merged, names, ids, random } = merge;
  const { id, seed } = await freeId(account.id, enrollment, merge);
  const name = isActive ? freeName(account.name, (one) => names.has(visibleText(one))) : account.name;
  ids.add(id);
  if (isActive) names.add(visibleText(name));
  const copies = mergeCopies([], movedCopies(account, merged), true);
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
    put: seed === "missing",
    found: seed === "same",
    notes:
      name === account.name ? [] : [`is "${account.name}" in the backup: another account here has that name`],
  };
}

/** Its own id, unless another account or another seed already uses that id. */
async function freeId(
  id: string,
  enrollment: Enrollment,
  { ids, compare, random }: Merge,
): Promise<{ id: string; seed: SeedMatch }> {
  if (!ids.has(id)) {
    const seed = await compare(id, enrollment);
    if (seed !== "other") return { id, seed };
  }
  return { id: newId(random), seed: "missing" };
}

function isFingerprintOf({ fingerprint }: Account, { secret }: Enrollment): boolean {
  return /^[0-9a-f]+\.[0-9a-f]{8}$/.test(fingerprint) && mayMatch(secret, fingerprint);
}
