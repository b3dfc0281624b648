/** Stores enrollments: first the seeds, which are read back, then the ledger entries. All are checked before any is stored. */

import { ExitCode, UserError } from "../base/errors.ts";
import { visibleText } from "../base/visible-text.ts";
import type { Account, Copy, Device } from "../ledger/account.ts";
import { inheritedCopies, withCopy } from "../ledger/copies.ts";
import { thisComputer } from "../ledger/devices.ts";
import { fingerprintOf } from "../ledger/fingerprint.ts";
import { freeName } from "../ledger/free-name.ts";
import { newId } from "../ledger/id.ts";
import type { LedgerEdit } from "../ledger/ledger.ts";
import { type Enrollment, sameCodes } from "../otp/enrollment.ts";
import { codeOf } from "../otp/one-time-code.ts";
import { formatOtpauthUri, parseOtpauthUri } from "../otp/otpauth-uri.ts";
import type { SeedStore } from "../seeds/seed-store.ts";
import { readConfig, type StoreKind } from "../settings/config-file.ts";
import { quoted } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { nameTaken, takenBy } from "./conflicts.ts";
import { codesKey, sameSeedFinder } from "./same-seed.ts";

export type EnrollNeeds = Needs<"computer" | "clock" | "random" | "folder" | "ledger" | "seeds">;

export interface EnrollRequest {
  readonly enrollment: Enrollment;
  readonly name: string;
  /** The user chose the name. */
  readonly named?: boolean;
  readonly mfaSerial?: string;
}

export interface Enrolled {
  readonly status: "added" | "exists" | "replaced";
  readonly account: Account;
  readonly enrollment: Enrollment;
  /** The account that was replaced, now in removed/. */
  readonly replaced?: Account;
  /** The ledger had the account, but its seed was missing from the seed store, and was put back. */
  readonly wasMissing?: boolean;
}

export interface EnrollOptions {
  readonly dryRun: boolean;
  /**
   * What to do about another seed with the same name: "refuse", "replace" (the old account moves to removed/), or "number"
   * (the new one becomes "NAME (2)").
   */
  readonly conflicts: "refuse" | "replace" | "number";
  /** Another device that holds these seeds. Whether its codes are right is not known. */
  readonly alsoOn?: Device;
  /** Called with how many seeds of how many are stored. */
  progress?(done: number, all: number): void;
}

/** Enrolls all of them or, after an error or a kill, none. Throws UserError (exit 1) if a name already has another seed. */
export async function enroll(
  wanted: readonly EnrollRequest[],
  options: EnrollOptions,
  needs: EnrollNeeds,
): Promise<Enrolled[]> {
  for (const { enrollment, name } of wanted) requireUsable(enrollment, name);
  if (options.dryRun) return plan(wanted, options, needs);
  const store = await needs.seeds("enroll");
  return needs.ledger.edit(async (edit) => {
    requireStoreInUse(store, needs);
    const plans = await plan(wanted, options, needs);
    await storeSeeds(plans, store, options);
    return writeEntries(plans, options, edit, needs);
  });
}

/** The store was opened before we got the lock: a `store move` may have come first. */
export function requireStoreInUse(
  { kind }: Pick<SeedStore, "kind">,
  needs: Needs<"folder">,
  outcome = "nothing was added",
): void {
  const inUse = readConfig(needs.folder)?.store ?? kind;
  if (inUse !== kind) throw movedMeanwhile(inUse, outcome);
}

export function movedMeanwhile(to: StoreKind, outcome: string): UserError {
  return new UserError(
    `the seeds were moved to the ${to} store in the meantime; ${outcome}`,
    ExitCode.failed,
    ["run this again"],
  );
}

function requireUsable(enrollment: Enrollment, name: string): void {
  if (isUsable(enrollment)) return;
  throw new UserError(
    `${quoted(name)} can't be written as an otpauth URI without changing it`,
    ExitCode.failed,
    ["5-digit codes of the issuer Steam are Steam codes: use --type steam, or another --issuer"],
  );
}

/** A seed that makes no code, or that would read back as something else, must not be reported as enrolled. */
export function isUsable(enrollment: Enrollment): boolean {
  codeOf(enrollment.secret, enrollment.otp, 1);
  const back = parseOtpauthUri(formatOtpauthUri(enrollment));
  return sameCodes(back, enrollment) && back.issuer === enrollment.issuer && back.label === enrollment.label;
}

async function plan(
  wanted: readonly EnrollRequest[],
  { conflicts }: EnrollOptions,
  needs: EnrollNeeds,
): Promise<Enrolled[]> {
  const accounts = needs.ledger.accounts();
  const findSame = await sameSeedFinder(accounts, wanted.length, needs);
  const names = new Set(accounts.map(({ name }) => visibleText(name)));
  const planned = new Map<string, Enrolled>();
  const plannedNames = new Set<string>();
  const plans: Enrolled[] = [];
  for (const { enrollment, name, named, mfaSerial } of wanted) {
    const key = codesKey(enrollment);
    const same = planned.get(key) ?? (await findSame(enrollment));
    if (same !== undefined) {
      const { account, wasMissing = false } = same;
      plans.push({ status: "exists", enrollment, account, wasMissing: wasMissing && !planned.has(key) });
      planned.set(key, { status: "exists", enrollment, account });
      continue;
    }
    const next =
      conflicts === "number"
        ? { free: freeName(name, (one) => names.has(visibleText(one))), taken: undefined }
        : placeFor(enrollment, name, named, conflicts === "replace", accounts, plannedNames, needs);
    const serial = mfaSerial === undefined ? {} : { mfaSerial };
    const account = { ...newAccount(enrollment, next.free, next.taken, needs), ...serial };
    const one: Enrolled =
      next.taken === undefined
        ? { status: "added", account, enrollment }
        : { status: "replaced", account, enrollment, replaced: next.taken };
    names.add(visibleText(account.name));
    plannedNames.add(visibleText(account.name));
    planned.set(key, one);
    plans.push(one);
  }
  return plans;
}

/** Finds the new account's name and the account that it replaces, if any. Throws UserError (exit 1) if replacing was not asked for. */
function placeFor(
  enrollment: Enrollment,
  name: string,
  named: boolean | undefined,
  replace: boolean,
  accounts: readonly Account[],
  planned: ReadonlySet<string>,
  needs: Needs<"computer" | "ledger">,
): { free: string; taken: Account | undefined } {
  const taken = takenBy(enrollment, name, named, accounts);
  // A new account takes over the name of the one that it replaces, so either name may be planned already.
  const isTwice = [name, ...(taken === undefined ? [] : [taken.name])].some((one) =>
    planned.has(visibleText(one)),
  );
  if (isTwice || (taken && !replace)) throw nameTaken(name, enrollment, taken, replace, needs);
  return { free: taken?.name ?? name, taken };
}

function newAccount(
  enrollment: Enrollment,
  name: string,
  replaced: Account | undefined,
  needs: Needs<"clock" | "random">,
): Account {
  const { issuer, label, otp, secret } = enrollment;
  return {
    id: newId(needs.random),
    name,
    issuer,
    label,
    otp,
    addedAt: new Date(needs.clock.now()).toISOString(),
    copies: [],
    fingerprint: fingerprintOf(secret, needs.random),
    ...(replaced === undefined ? {} : { replaces: replaced.id }),
  };
}

async function storeSeeds(
  plans: readonly Enrolled[],
  store: SeedStore,
  { progress }: EnrollOptions,
): Promise<void> {
  const due = plans.filter(({ status, wasMissing }) => status !== "exists" || wasMissing);
  await store.putAll(
    due.map(({ account, enrollment }) => [account.id, enrollment] as const),
    (done) => progress?.(done, due.length),
  );
  for (const one of due) await requireStored(one, store);
}

async function requireStored({ account, enrollment }: Enrolled, store: SeedStore): Promise<void> {
  const kept = await store.get(account.id);
  if (
    sameCodes(kept, enrollment) &&
    codeOf(kept.secret, kept.otp, 1) === codeOf(enrollment.secret, enrollment.otp, 1)
  )
    return;
  throw new UserError(`the seed store returned another seed for ${quoted(account.name)}`, ExitCode.failed, [
    "nothing was added; is another program changing the store?",
  ]);
}

/** Writes the ledger entries: one step for all of them. */
function writeEntries(
  plans: readonly Enrolled[],
  { alsoOn }: EnrollOptions,
  edit: LedgerEdit,
  needs: EnrollNeeds,
): Enrolled[] {
  const isNew = ({ status }: Enrolled) => status !== "exists";
  if (alsoOn !== undefined) noteCopies(plans, alsoOn, edit, needs);
  if (!plans.some(isNew)) return [...plans];
  const here = thisComputer(needs.ledger.devices(), edit, needs);
  const devices = needs.ledger.devices();
  const entered = plans.map((one) => {
    if (!isNew(one)) return one;
    const copies = [...firstCopies(one, here, devices), ...copyOf(one.account, alsoOn)];
    return { ...one, account: { ...one.account, copies } };
  });
  const accounts = entered.filter(isNew).map(({ account }) => account);
  const [first, ...others] = accounts;
  if (first !== undefined && others.length === 0) edit.add(first);
  else edit.addAll(accounts);
  return entered;
}

/** Adds the device to the accounts that were there already. */
function noteCopies(
  plans: readonly Enrolled[],
  device: Device,
  edit: LedgerEdit,
  needs: Needs<"clock" | "ledger">,
): void {
  const ids = new Set(plans.filter(({ status }) => status === "exists").map(({ account }) => account.id));
  const at = new Date(needs.clock.now()).toISOString();
  for (const account of needs.ledger.accounts()) {
    const noted = withCopy(account, device, at);
    if (ids.has(account.id) && noted !== account) edit.update(noted);
  }
}

function copyOf({ addedAt }: Account, device: Device | undefined): Copy[] {
  return device === undefined ? [] : [{ device: device.id, addedAt }];
}

function firstCopies({ account, replaced }: Enrolled, here: Device, devices: readonly Device[]): Copy[] {
  const { addedAt } = account;
  const own = { device: here.id, addedAt, confirmedAt: addedAt };
  const dead = replaced === undefined ? [] : inheritedCopies(replaced, here, devices, addedAt);
  return [own, ...dead];
}
