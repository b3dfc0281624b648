/** Stores enrolments: seed first, read back, then the ledger. All of them are checked before the first is stored. */
import { readConfig } from "../config.ts";
import type { Context } from "../context.ts";
import { ExitCode, UserError } from "../errors.ts";
import type { Account } from "../ledger/account.ts";
import { inheritedCopies } from "../ledger/copies.ts";
import { thisComputer } from "../ledger/devices.ts";
import { fingerprintOf, mayMatch } from "../ledger/fingerprint.ts";
import { newId } from "../ledger/id.ts";
import type { LedgerEdit } from "../ledger/ledger.ts";
import { codeOf } from "../otp/code.ts";
import { type Enrolment, sameCodes, sameParameters } from "../otp/enrolment.ts";
import { formatOtpauthUri, parseOtpauthUri } from "../otp/otpauth-uri.ts";
import { NoSuchSeed, type SeedStore } from "../seeds/store.ts";
import { isSameLogin, nameTaken, takenBy } from "./conflicts.ts";
import { quoted } from "./say.ts";

export interface Wanted {
  readonly enrolment: Enrolment;
  readonly name: string;
  /** The person chose the name. */
  readonly named?: boolean;
}

export interface Enrolled {
  readonly status: "added" | "exists" | "replaced";
  readonly account: Account;
  readonly enrolment: Enrolment;
  /** The account that was replaced, now in removed/. */
  readonly replaced?: Account;
  /** The ledger knows the account, and its seed was gone from the seed store: it is put back. */
  readonly wasMissing?: boolean;
}

export interface EnrolOptions {
  readonly replace: boolean;
  readonly dryRun: boolean;
}

/** Throws UserError (exit 1) where a name is taken by another seed; nothing has been stored then. */
export async function enrol(
  wanted: readonly Wanted[],
  options: EnrolOptions,
  ctx: Context,
): Promise<Enrolled[]> {
  for (const { enrolment, name } of wanted) checkUsable(enrolment, name);
  if (options.dryRun) return plan(wanted, options, ctx);
  const store = await ctx.seeds("enrol");
  return ctx.ledger.edit(async (edit) => {
    demandStoreInUse(store, ctx);
    const enrolled: Enrolled[] = [];
    for (const one of await plan(wanted, options, ctx)) {
      if (one.wasMissing) await putAndReadBack(one, store);
      const account = one.status === "exists" ? one.account : await storeOne(one, store, edit, ctx);
      enrolled.push({ ...one, account });
    }
    return enrolled;
  });
}

/** The store was opened before the lock was ours: a `store move` may have come first. */
function demandStoreInUse({ kind }: SeedStore, ctx: Context): void {
  const inUse = readConfig(ctx.folder)?.store ?? kind;
  if (inUse === kind) return;
  throw new UserError(
    `the seeds were moved to the ${inUse} store in the meantime; nothing was added`,
    ExitCode.failed,
    ["run this again"],
  );
}

/** A seed that gives no code, or that would come back as something else, must not be reported as enrolled. */
function checkUsable(enrolment: Enrolment, name: string): void {
  codeOf(enrolment.secret, enrolment.otp, 1);
  const back = parseOtpauthUri(formatOtpauthUri(enrolment));
  const { issuer, label } = back;
  if (sameCodes(back, enrolment) && issuer === enrolment.issuer && label === enrolment.label) return;
  throw new UserError(
    `${quoted(name)} can't be written as an otpauth URI without a change`,
    ExitCode.failed,
    ["5-digit codes of the issuer Steam are Steam codes: use --type steam, or another --issuer"],
  );
}

async function plan(wanted: readonly Wanted[], { replace }: EnrolOptions, ctx: Context): Promise<Enrolled[]> {
  const accounts = ctx.ledger.accounts();
  const plans: Enrolled[] = [];
  for (const { enrolment, name, named } of wanted) {
    const planned = plans.find((one) => sameCodes(one.enrolment, enrolment))?.account;
    const existing = planned ? { account: planned } : await findSame(enrolment, accounts, ctx);
    if (existing !== undefined) {
      plans.push({ status: "exists", enrolment, ...existing });
      continue;
    }
    const taken = takenBy(enrolment, name, named, accounts);
    if (
      plans.some((one) => one.account.name === name || (taken && one.replaced === taken)) ||
      (taken && !replace)
    ) {
      throw nameTaken(name, enrolment, taken, replace, ctx);
    }
    const account = newAccount(enrolment, taken?.name ?? name, taken, ctx);
    plans.push(
      taken === undefined
        ? { status: "added", account, enrolment }
        : { status: "replaced", account, enrolment, replaced: taken },
    );
  }
  return plans;
}

/** The account that already gives these codes: by fingerprint first, then by opening and comparing. */
async function findSame(
  enrolment: Enrolment,
  accounts: readonly Account[],
  ctx: Context,
): Promise<Pick<Enrolled, "account" | "wasMissing"> | undefined> {
  for (const account of accounts) {
    if (!sameParameters(account.otp, enrolment.otp) || !mayMatch(enrolment.secret, account.fingerprint))
      continue;
    const kept = await keptSeed(account, ctx);
    // Gone with a wiped keyring, say: fingerprint, parameters and login are those of the seed at hand.
    if (kept === "missing" && isSameLogin(account, enrolment)) return { account, wasMissing: true };
    if (typeof kept !== "string" && sameCodes(kept, enrolment)) return { account };
  }
  return undefined;
}

/** A damaged seed can't be compared, and must not keep its account from being enrolled again with --replace. */
async function keptSeed({ id }: Account, ctx: Context): Promise<Enrolment | "missing" | "damaged"> {
  try {
    return await (await ctx.seeds()).get(id);
  } catch (error) {
    if (error instanceof NoSuchSeed) return "missing";
    if (error instanceof UserError && error.exitCode === ExitCode.failed) return "damaged";
    throw error;
  }
}

function newAccount(
  enrolment: Enrolment,
  name: string,
  replaced: Account | undefined,
  ctx: Context,
): Account {
  const { issuer, label, otp, secret } = enrolment;
  return {
    id: newId(ctx.random),
    name,
    issuer,
    label,
    otp,
    addedAt: new Date(ctx.now()).toISOString(),
    copies: [],
    fingerprint: fingerprintOf(secret, ctx.random),
    ...(replaced === undefined ? {} : { replaces: replaced.id }),
  };
}

async function storeOne(
  { account, enrolment, replaced }: Enrolled,
  store: SeedStore,
  edit: LedgerEdit,
  ctx: Context,
): Promise<Account> {
  await putAndReadBack({ account, enrolment }, store);
  const here = thisComputer(ctx.ledger.devices(), edit, ctx);
  const { addedAt } = account;
  const own = { device: here.id, addedAt, confirmedAt: addedAt };
  const dead = replaced === undefined ? [] : inheritedCopies(replaced, here, ctx.ledger.devices(), addedAt);
  const copies = [own, ...dead];
  edit.add({ ...account, copies });
  return { ...account, copies };
}

async function putAndReadBack(
  { account, enrolment }: Pick<Enrolled, "account" | "enrolment">,
  store: SeedStore,
): Promise<void> {
  await store.put(account.id, enrolment);
  const kept = await store.get(account.id);
  if (
    !sameCodes(kept, enrolment) ||
    codeOf(kept.secret, kept.otp, 1) !== codeOf(enrolment.secret, enrolment.otp, 1)
  ) {
    throw new UserError(
      `the seed store gave back another seed for ${quoted(account.name)}`,
      ExitCode.failed,
      ["nothing was added; is another program changing the store?"],
    );
  }
}
