/** Decides, before anything is written, what each enrollment becomes: new, known, replaced, restored, or dead. */

import { visibleText } from "../base/visible-text.ts";
import type { Account } from "../ledger/account.ts";
import { fingerprintOf } from "../ledger/fingerprint.ts";
import { freeName } from "../ledger/free-name.ts";
import { newId } from "../ledger/id.ts";
import { deviceHere } from "../ledger/this-computer.ts";
import { codesKey } from "../otp/codes-key.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import type { Needs } from "../world.ts";
import { type Holders, nameTaken, takenBy } from "./conflicts.ts";
import type { Enrolled, EnrollNeeds, EnrollOptions, EnrollRequest } from "./enrolled.ts";
import { rememberedSeedFinder } from "./remembered-seeds.ts";
import { planRevival } from "./revive-accounts.ts";
import { sameSeedFinder } from "./same-seed.ts";

/** Throws UserError (exit 1) if a name already has another seed, or if a seed was replaced, unless the options allow it. */
export async function plan(
  wanted: readonly EnrollRequest[],
  options: EnrollOptions,
  needs: EnrollNeeds,
): Promise<Enrolled[]> {
  const accounts = needs.ledger.accounts();
  const devices = needs.ledger.devices();
  const holders = { devices, here: await deviceHere(devices, needs) };
  const findSame = await sameSeedFinder(accounts, wanted.length, needs);
  const findRemembered = await rememberedSeedFinder(wanted.length, needs);
  const names = new Set(accounts.map(({ name }) => visibleText(name)));
  const planned = new Map<string, Enrolled>();
  const plannedNames = new Set<string>();
  const plans: Enrolled[] = [];
  for (const request of wanted) {
    const { enrollment } = request;
    const key = codesKey(enrollment);
    const same = planned.get(key) ?? (await findSame(enrollment));
    if (same !== undefined) {
      const { account, wasMissing = false } = same;
      const before = planned.get(key);
      const again: Enrolled = before?.status === "dead" ? before : { status: "exists", enrollment, account };
      plans.push(before === undefined ? { ...again, wasMissing } : again);
      planned.set(key, again);
      continue;
    }
    const known = await findRemembered(enrollment);
    const one =
      known === undefined
        ? planNew(request, options, { names, plannedNames, accounts, holders }, needs)
        : planRevival(known, request, options, names, accounts);
    planned.set(key, one);
    plans.push(one);
    if (one.status === "dead") continue;
    names.add(visibleText(one.account.name));
    plannedNames.add(visibleText(one.account.name));
  }
  return plans;
}

interface Taken {
  readonly names: ReadonlySet<string>;
  readonly plannedNames: ReadonlySet<string>;
  readonly accounts: readonly Account[];
  readonly holders: Holders;
}

function planNew(
  { enrollment, name, named, mfaSerial }: EnrollRequest,
  { conflicts }: EnrollOptions,
  { names, plannedNames, accounts, holders }: Taken,
  needs: EnrollNeeds,
): Enrolled {
  const next =
    conflicts === "number"
      ? { free: freeName(name, (one) => names.has(visibleText(one))), taken: undefined }
      : placeFor(enrollment, name, named, conflicts === "replace", accounts, plannedNames, holders);
  const serial = mfaSerial === undefined ? {} : { mfaSerial };
  const account = { ...newAccount(enrollment, next.free, next.taken, needs), ...serial };
  return next.taken === undefined
    ? { status: "added", account, enrollment }
    : { status: "replaced", account, enrollment, replaced: next.taken };
}

/** Finds the new account's name and the account that it replaces, if any. Throws UserError (exit 1) if replacing was not asked for. */
function placeFor(
  enrollment: Enrollment,
  name: string,
  named: boolean | undefined,
  replace: boolean,
  accounts: readonly Account[],
  planned: ReadonlySet<string>,
  holders: Holders,
): { free: string; taken: Account | undefined } {
  const taken = takenBy(enrollment, name, named, accounts);
  // A new account takes over the name of the one that it replaces, so either name may be planned already.
  const isTwice = [name, ...(taken === undefined ? [] : [taken.name])].some((one) =>
    planned.has(visibleText(one)),
  );
  if (isTwice || (taken && !replace)) throw nameTaken(name, enrollment, taken, replace, holders);
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
