/** Seeds in removed/: what the ledger knows of a seed that comes back, in an old screenshot for example. */

import { ExitCode, UserError } from "../base/errors.ts";
import type { Account } from "../ledger/account.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { pasteable, quoted } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { isSameLogin } from "./conflicts.ts";
import { sameSeedFinder } from "./same-seed.ts";

export interface Remembered {
  /** As it is in removed/. */
  readonly account: Account;
  readonly wasMissing?: true;
  /** Set if the login got another seed after this one. */
  readonly newer?: Newer;
}

export interface Newer {
  /** ISO 8601. */
  readonly since: string;
  /** The account that has the newer seed, if it is not in removed/ itself. */
  readonly account?: Account;
  /** It was enrolled with --replace, so this seed is dead; without, it is probably dead. */
  readonly isReplacement: boolean;
}

/** `amount`: how many enrollments it will be called with. */
export async function rememberedSeedFinder(
  amount: number,
  needs: Needs<"ledger" | "seeds">,
): Promise<(enrollment: Enrollment) => Promise<Remembered | undefined>> {
  const [accounts, removed] = [needs.ledger.accounts(), needs.ledger.removed()];
  if (removed.length === 0) return async () => undefined;
  const all = removed.map((account) => ({ account, newer: newerThan(account, accounts) }));
  // One seed may have been removed twice: if it was replaced once, it is dead.
  const isDead = ({ newer }: { newer: Newer | undefined }): boolean => newer !== undefined;
  const sorted = [...all.filter(isDead), ...all.filter((one) => !isDead(one))];
  const newerOf = new Map(sorted.map(({ account, newer }) => [account.id, newer]));
  const find = await sameSeedFinder(
    sorted.map(({ account }) => account),
    amount,
    needs,
  );
  return async (enrollment) => {
    const same = await find(enrollment);
    const newer = same && newerOf.get(same.account.id);
    return same && { ...same, ...(newer === undefined ? {} : { newer }) };
  };
}

/** The seed that the login of a removed account got after it, if any. */
export function newerThan(old: Account, accounts: readonly Account[]): Newer | undefined {
  const removedAt = old.removedAt ?? old.addedAt;
  if (old.replacedBy !== undefined) {
    const account = accounts.find(({ id }) => id === old.replacedBy) ?? lastOf(old, accounts);
    return { since: removedAt, isReplacement: true, ...(account === undefined ? {} : { account }) };
  }
  const account = lastOf(old, accounts);
  if (account === undefined || Date.parse(account.addedAt) < Date.parse(removedAt)) return undefined;
  return { since: account.addedAt, account, isReplacement: false };
}

/** All seeds that came after this one, as far as the ledger knows. */
export function seedsAfter(old: Account, { ledger }: Needs<"ledger">): Account[] {
  const [accounts, removed] = [ledger.accounts(), ledger.removed()];
  const chain = new Set<Account>();
  for (let next = old.replacedBy; next !== undefined; ) {
    const account = [...accounts, ...removed].find(({ id }) => id === next);
    if (account === undefined || chain.has(account)) break;
    chain.add(account);
    next = account.replacedBy;
  }
  const newer = newerThan(old, accounts)?.account;
  if (newer !== undefined) chain.add(newer);
  return [...chain];
}

function lastOf(old: Account, accounts: readonly Account[]): Account | undefined {
  if (old.issuer === "" && old.label === "") return undefined;
  return accounts
    .filter((account) => isSameLogin(account, old))
    .toSorted((a, b) => Date.parse(a.addedAt) - Date.parse(b.addedAt))
    .at(-1);
}

export function deadSeed({ account }: Remembered, newer: Newer): UserError {
  const current = newer.account;
  return new UserError(`${deadSentence(account, newer)}; nothing was added`, ExitCode.failed, [
    ...(current === undefined
      ? []
      : [`the newer seed is enrolled as ${quoted(current.name)}: twinseed code ${pasteable(current)}`]),
    "if the service really uses the old seed: --force-old",
  ]);
}

export function deadSentence(account: Account, { since, account: current, isReplacement }: Newer): string {
  const day = since.slice(0, 10);
  if (isReplacement)
    return `this is the seed of ${quoted(account.name)} that was replaced on ${day}, which no longer works`;
  const removed = (account.removedAt ?? "").slice(0, 10);
  const name = quoted(current?.name ?? account.name);
  return `this seed was removed on ${removed}, and ${name} has had another one since ${day}, so it probably no longer works`;
}
