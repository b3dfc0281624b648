/**
 * What restoring a backup changes in a home: a merge that never overwrites. Accounts are the same if their seeds are, and
 * what was removed here stays removed. Pure: thinks, and writes nothing.
 */
import type { Account, Device } from "../ledger/account.ts";
import { fingerprintOf, mayMatch } from "../ledger/fingerprint.ts";
import { freeName } from "../ledger/free-name.ts";
import { newId } from "../ledger/id.ts";
import { type Enrolment, sameParameters } from "../otp/enrolment.ts";
import type { BackupContent, BackupEntry } from "./content.ts";
import { mergeCopies, movedCopies } from "./merge-copies.ts";
import { type MergedDevices, mergeDevices } from "./merge-devices.ts";

export interface Home {
  readonly accounts: readonly Account[];
  readonly removed: readonly Account[];
  /** Ids of ledger entries that can't be read. */
  readonly damaged: readonly string[];
  readonly devices: readonly Device[];
  readonly hostname: string;
  random(bytes: number): Uint8Array;
  /** What the seed store holds under this id, next to this seed. */
  compare(id: string, enrolment: Enrolment): Promise<Kept>;
}

export type Kept = "same" | "other" | "missing";

export interface Step {
  /** "aside": it was removed here, or it comes back to removed/ only. */
  readonly status: "added" | "exists" | "aside";
  /** As it is in the ledger afterwards. */
  readonly account: Account;
  readonly enrolment: Enrolment;
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
  /** Taken here or by an account that was planned before. */
  readonly names: Set<string>;
  readonly ids: Set<string>;
}

/** Two accounts of one backup stay two, even with one seed. */
export async function planMerge(content: BackupContent, home: Home): Promise<Plan> {
  const merged = mergeDevices(content.devices, home);
  const merge: Merge = {
    ...home,
    merged,
    names: new Set(home.accounts.map(({ name }) => name)),
    ids: new Set([...home.accounts, ...home.removed].map(({ id }) => id)),
  };
  const steps: Step[] = [];
  for (const entry of content.accounts) steps.push(await planEntry(entry, true, merge));
  for (const entry of content.removed) steps.push(await planEntry(entry, false, merge));
  return { ...merged, steps };
}

async function planEntry(entry: BackupEntry, isActive: boolean, merge: Merge): Promise<Step> {
  const present = await findSame(entry, merge.accounts, merge);
  if (present !== undefined) return isActive ? join(entry, present, merge) : keep(entry, present, "exists");
  const gone = await findSame(entry, merge.removed, merge);
  if (gone === undefined) return add(entry, isActive, merge);
  const kept = keep(entry, gone, "aside");
  const day = (gone.account.removedAt ?? "").slice(0, 10);
  const notes = isActive ? [`was removed here on ${day}, and stays so`] : [];
  return { ...kept, notes: [...kept.notes, ...notes] };
}

interface Found {
  readonly account: Account;
  readonly kept: "same" | "missing";
}

/** The account of this id, even if its seed is gone from the store; else any account with this seed. */
async function findSame(
  { account: { id }, enrolment }: BackupEntry,
  accounts: readonly Account[],
  { compare }: Merge,
): Promise<Found | undefined> {
  const isSame = async (account: Account): Promise<Kept> =>
    sameParameters(account.otp, enrolment.otp) && mayMatch(enrolment.secret, account.fingerprint)
      ? compare(account.id, enrolment)
      : "other";
  const own = accounts.find((one) => one.id === id);
  const kept = own === undefined ? "other" : await isSame(own);
  if (own !== undefined && kept !== "other") return { account: own, kept };
  for (const account of accounts)
    if (account !== own && (await isSame(account)) === "same") return { account, kept: "same" };
  return undefined;
}

function keep({ enrolment }: BackupEntry, { account, kept }: Found, status: "exists" | "aside"): Step {
  const put = kept === "missing";
  const notes = put ? ["had lost its seed here, and has it again"] : [];
  return { status, account, enrolment, write: "nothing", put, found: false, notes };
}

/** The account is here: what the backup knows of other devices is added, and a counter never goes back. */
function join(entry: BackupEntry, found: Found, { merged }: Merge): Step {
  const step = keep(entry, found, "exists");
  const { account } = found;
  const copies = mergeCopies(account.copies, movedCopies(entry.account, merged));
  const [here, there] = [account.otp, entry.account.otp];
  const differs = here.type === "hotp" && there.type === "hotp" && here.counter !== there.counter;
  const counter = differs ? Math.max(here.counter, there.counter) : undefined;
  const otp = counter === undefined || here.type !== "hotp" ? here : { ...here, counter };
  const isBehind = counter !== undefined && here.type === "hotp" && here.counter < counter;
  const isChanged = isBehind || copies !== account.copies;
  const notes = counter === undefined ? [] : [`goes on at counter ${counter}, the larger one of both`];
  return {
    ...step,
    account: isChanged ? { ...account, otp, copies } : account,
    write: isChanged ? "update" : "nothing",
    notes: [...step.notes, ...notes],
  };
}

async function add({ account, enrolment }: BackupEntry, isActive: boolean, merge: Merge): Promise<Step> {
  const { merged, names, ids, random } = merge;
  const { id, kept } = await freeId(account.id, enrolment, merge);
  const name = isActive ? freeName(account.name, (one) => names.has(one)) : account.name;
  ids.add(id);
  if (isActive) names.add(name);
  const copies = mergeCopies([], movedCopies(account, merged));
  return {
    status: isActive ? "added" : "aside",
    account: {
      ...account,
      id,
      name,
      copies,
      fingerprint: isFingerprintOf(account, enrolment)
        ? account.fingerprint
        : fingerprintOf(enrolment.secret, random),
    },
    enrolment,
    write: merge.damaged.includes(id) ? "rebuild" : "add",
    put: kept === "missing",
    found: kept === "same",
    notes: name === account.name ? [] : [`comes in as "${name}": there is another account of its name`],
  };
}

/** Its own, unless another account or another seed has it. */
async function freeId(
  id: string,
  enrolment: Enrolment,
  { ids, compare, random }: Merge,
): Promise<{ id: string; kept: Kept }> {
  if (!ids.has(id)) {
    const kept = await compare(id, enrolment);
    if (kept !== "other") return { id, kept };
  }
  return { id: newId(random), kept: "missing" };
}

function isFingerprintOf({ fingerprint }: Account, { secret }: Enrolment): boolean {
  return /^[0-9a-f]+\.[0-9a-f]{8}$/.test(fingerprint) && mayMatch(secret, fingerprint);
}
