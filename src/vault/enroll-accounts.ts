/** Stores enrollments: first the seeds, which are read back, then the ledger entries. All are checked before any is stored. */

import { ExitCode, UserError } from "../base/errors.ts";
import type { Account, Copy, Device } from "../ledger/account.ts";
import { inheritedCopies, withCopy } from "../ledger/copies.ts";
import type { LedgerEdit } from "../ledger/edit-ledger.ts";
import { type Enrollment, sameCodes } from "../otp/enrollment.ts";
import { codeOf } from "../otp/one-time-code.ts";
import { formatOtpauthUri, parseOtpauthUri } from "../otp/otpauth-uri.ts";
import { isLocked, type SeedStore } from "../seeds/seed-store.ts";
import { quoted } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import {
  type Enrolled,
  type EnrollNeeds,
  type EnrollOptions,
  type EnrollRequest,
  isNew,
} from "./enrolled.ts";
import { enterComputer } from "./enter-computer.ts";
import { plan } from "./plan-enrollments.ts";
import { revive } from "./revive-accounts.ts";
import { requireStoreInUse } from "./store-in-use.ts";
import { requireStoreOpens } from "./store-opens.ts";

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
    if (!options.allowMissing) await requireSameStore(plans, store, needs);
    await storeSeeds(plans, store, options);
    return await writeEntries(plans, options, edit, needs);
  });
}

/** Before a seed that the ledger does not know goes into it. Accounts that are replaced may have lost theirs. */
async function requireSameStore(
  plans: readonly Enrolled[],
  store: SeedStore,
  needs: Needs<"ledger">,
): Promise<void> {
  if (!plans.some(({ status }) => status === "added" || status === "replaced")) return;
  const replaced = new Set(plans.map((one) => one.replaced?.id));
  const known = needs.ledger.accounts().filter(({ id }) => !replaced.has(id));
  try {
    await requireStoreOpens(known, store);
  } catch (error) {
    if (!(error instanceof UserError) || !isLocked(error)) throw error;
    const hint = "if this is a new, empty store, and you want to go on: add or import with --allow-missing";
    throw new UserError(`${error.message}; nothing was added`, error.exitCode, [...error.hints, hint]);
  }
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

async function storeSeeds(
  plans: readonly Enrolled[],
  store: SeedStore,
  { progress }: EnrollOptions,
): Promise<void> {
  const due = plans.filter(({ status, wasMissing }) => isNew({ status }) || wasMissing);
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
async function writeEntries(
  plans: readonly Enrolled[],
  { alsoOn }: EnrollOptions,
  edit: LedgerEdit,
  needs: EnrollNeeds,
): Promise<Enrolled[]> {
  if (alsoOn !== undefined) noteCopies(plans, alsoOn, edit, needs);
  if (!plans.some((one) => isNew(one) || one.status === "restored")) return [...plans];
  const here = (await enterComputer(edit, needs))?.device;
  const devices = needs.ledger.devices();
  const entered = plans.map((one) => {
    if (one.status === "restored") return revive(one, here, alsoOn, devices, edit, needs);
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

function firstCopies(
  { account, replaced }: Enrolled,
  here: Device | undefined,
  devices: readonly Device[],
): Copy[] {
  const { addedAt } = account;
  const own = here === undefined ? [] : [{ device: here.id, addedAt, confirmedAt: addedAt }];
  const dead = replaced === undefined ? [] : inheritedCopies(replaced, here, devices, addedAt);
  return [...own, ...dead];
}
