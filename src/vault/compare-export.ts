/** Compares what a device really has, by its app's export, with the accounts here. Changes nothing. */
import { visibleText } from "../base/visible-text.ts";
import type { Account } from "../ledger/account.ts";
import { defaultName, type Enrollment } from "../otp/enrollment.ts";
import type { Needs } from "../world.ts";
import { type Remembered, rememberedSeedFinder } from "./remembered-seeds.ts";
import { sameSeedFinder } from "./same-seed.ts";

export interface ExportComparison {
  /** The device has the very seed. */
  readonly same: readonly Account[];
  /** The device has the seed that is missing from the seed store here. */
  readonly lostHere: readonly Account[];
  /** The device has another seed of the same login. */
  readonly otherSeed: readonly OtherSeed[];
  readonly missing: readonly Account[];
  /** Only the device has it. */
  readonly unknown: readonly Stranger[];
}

export interface OtherSeed extends Stranger {
  readonly account: Account;
  /** The device has the right one too. */
  readonly hasBoth: boolean;
}

export interface Stranger {
  readonly enrollment: Enrollment;
  /** It was removed or replaced here. */
  readonly remembered?: Remembered;
}

export async function compareExport(
  there: readonly Enrollment[],
  needs: Needs<"ledger" | "seeds">,
): Promise<ExportComparison> {
  const accounts = needs.ledger.accounts();
  const findSame = await sameSeedFinder(accounts, there.length, needs);
  const findRemembered = await rememberedSeedFinder(there.length, needs);
  const same = new Set<Account>();
  const lostHere = new Set<Account>();
  const strangers: Stranger[] = [];
  for (const enrollment of there) {
    const found = await findSame(enrollment);
    if (found !== undefined) {
      (found.wasMissing ? lostHere : same).add(found.account);
      continue;
    }
    const remembered = await findRemembered(enrollment);
    strangers.push({ enrollment, ...(remembered === undefined ? {} : { remembered }) });
  }
  const alike = loginFinder(accounts);
  const matched = strangers.map((stranger) => {
    const candidates = alike(stranger.enrollment);
    return { stranger, account: candidates.find((one) => !same.has(one)) ?? candidates[0] };
  });
  const otherSeed = matched.flatMap(({ stranger, account }) =>
    account === undefined ? [] : [{ ...stranger, account, hasBoth: same.has(account) }],
  );
  const seen = new Set([...same, ...lostHere, ...otherSeed.map(({ account }) => account)]);
  return {
    same: [...same],
    lostHere: [...lostHere],
    otherSeed,
    missing: accounts.filter((account) => !seen.has(account)),
    unknown: matched.flatMap(({ stranger, account }) => (account === undefined ? [stranger] : [])),
  };
}

/** Finds the accounts that are of the same login as a seed: apps change the case, and people rename accounts. */
export function loginFinder(accounts: readonly Account[]): (enrollment: Enrollment) => Account[] {
  const byLogin = grouped(accounts, loginOf);
  const byName = grouped(accounts, ({ name }) => visibleText(name));
  return (enrollment) => {
    const name = defaultName(enrollment);
    const login = loginOf(enrollment);
    const found = login === loginOf({ issuer: "", label: "" }) ? [] : (byLogin.get(login) ?? []);
    return found.length > 0 ? found : (byName.get(visibleText(name)) ?? []);
  };
}

function grouped(accounts: readonly Account[], keyOf: (account: Account) => string): Map<string, Account[]> {
  const groups = new Map<string, Account[]>();
  for (const account of accounts) {
    const group = groups.get(keyOf(account)) ?? [];
    groups.set(keyOf(account), group);
    group.push(account);
  }
  return groups;
}

function loginOf({ issuer, label }: Pick<Enrollment, "issuer" | "label">): string {
  return JSON.stringify([issuer, label].map((text) => visibleText(text).toLowerCase()));
}
