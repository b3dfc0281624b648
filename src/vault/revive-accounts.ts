/** Accounts that come back from removed/ because their seed does: with their counter, their copies, and what was spent. */

import { ExitCode, UserError } from "../base/errors.ts";
import { looksSame, visibleText } from "../base/visible-text.ts";
import type { Account, Device } from "../ledger/account.ts";
import { revivedCopies, revivedOver, withCopy, withProof } from "../ledger/copies.ts";
import type { LedgerEdit } from "../ledger/edit-ledger.ts";
import { freeName } from "../ledger/free-name.ts";
import { quoted } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import type { Enrolled, EnrollOptions, EnrollRequest } from "./enrolled.ts";
import { deadSeed, type Remembered, seedsAfter } from "./remembered-seeds.ts";

/** `names`: the visible parts of those that are taken. Throws UserError (exit 1): the seed is dead, or its name is taken. */
export function planRevival(
  known: Remembered,
  { enrollment, name: wanted, named = false }: EnrollRequest,
  { conflicts, forceOld = false }: EnrollOptions,
  names: ReadonlySet<string>,
  accounts: readonly Account[],
): Enrolled {
  const { newer, wasMissing = false } = known;
  const { removedAt = known.account.addedAt, replacedBy: _, replaces: __, ...old } = known.account;
  const past = { enrollment, wasMissing, removedAt, ...(newer === undefined ? {} : { newer }) };
  if (newer !== undefined && !forceOld) {
    if (conflicts !== "number") throw deadSeed(known, newer);
    return { ...past, status: "dead", account: known.account, wasMissing: false };
  }
  const there = named ? wanted : old.name;
  const isTaken = (name: string): boolean => names.has(visibleText(name));
  const replaced = conflicts === "replace" ? accounts.find(({ name }) => looksSame(name, there)) : undefined;
  if (conflicts !== "number" && replaced === undefined && isTaken(there)) throw nameInUse(there, newer);
  const name = replaced?.name ?? freeName(there, isTaken);
  const account = { ...withHigherCounter(old, enrollment), name };
  return { ...past, status: "restored", account, ...(replaced === undefined ? {} : { replaced }) };
}

function nameInUse(name: string, newer: Remembered["newer"]): UserError {
  const what = newer === undefined ? "another seed" : "the newer seed";
  return new UserError(`${quoted(name)} has ${what}; nothing was added`, ExitCode.failed, [
    "keep both: --name NAME",
    "or archive that one: --replace",
  ]);
}

function withHigherCounter(account: Account, { otp }: EnrollRequest["enrollment"]): Account {
  if (account.otp.type !== "hotp" || otp.type !== "hotp") return account;
  return { ...account, otp: { ...account.otp, counter: Math.max(account.otp.counter, otp.counter) } };
}

/** Moves the account back. This computer has its seed. */
export function revive(
  { replaced, ...one }: Enrolled,
  here: Device | undefined,
  alsoOn: Device | undefined,
  devices: readonly Device[],
  edit: LedgerEdit,
  needs: Needs<"clock" | "ledger">,
): Enrolled {
  const at = new Date(needs.clock.now()).toISOString();
  const removed = removedEntry(one.account, needs);
  // As they are now: this computer may just have been entered, and another one doubted because of it.
  const old = { ...one.account, copies: removed.copies };
  const copies =
    replaced === undefined
      ? revivedCopies(old, seedsAfter(removed, needs), devices, at)
      : revivedOver(old, replaced, here, devices, at);
  const addedAt = replaced === undefined ? one.account.addedAt : at;
  const known = { ...one.account, addedAt, copies };
  const proved = here === undefined ? known : withProof(known, here, at);
  const account = alsoOn === undefined ? proved : withCopy(proved, alsoOn, at);
  edit.restore(account, replaced);
  return { ...one, account, ...(replaced === undefined ? {} : { replaced }) };
}

/** With its dates, which the account to be has lost already. */
function removedEntry(account: Account, needs: Needs<"ledger">): Account {
  return needs.ledger.removed().find(({ id }) => id === account.id) ?? account;
}
