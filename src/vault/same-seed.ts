/** Finds the account that already makes the same codes. */

import type { Account } from "../ledger/account.ts";
import { mayMatch } from "../ledger/fingerprint.ts";
import { codesKey } from "../otp/codes-key.ts";
import { type Enrollment, sameCodes, sameParameters } from "../otp/enrollment.ts";
import type { Needs } from "../world.ts";
import { keptSeed } from "./all-seeds.ts";
import { isSameLogin } from "./conflicts.ts";

export interface Same {
  readonly account: Account;
  /** The ledger has the account, but its seed is missing from the seed store. */
  readonly wasMissing?: true;
}

export type FindSame = (enrollment: Enrollment) => Promise<Same | undefined>;

/** Up to this many fingerprints are compared; beyond that, opening every seed once is cheaper. */
const MOST_COMPARED = 20_000;

/** `amount`: how many enrollments it will be called with. */
export async function sameSeedFinder(
  accounts: readonly Account[],
  amount: number,
  needs: Needs<"seeds">,
): Promise<FindSame> {
  if (accounts.length * amount <= MOST_COMPARED)
    return (enrollment) => findAmong(accounts, enrollment, needs);
  const opened = new Map<string, Account>();
  const closed: Account[] = [];
  for (const account of accounts) {
    const kept = await keptSeed(await needs.seeds(), account.id);
    if (typeof kept === "string") closed.push(account);
    else opened.set(codesKey(kept), account);
  }
  return async (enrollment) => {
    const account = opened.get(codesKey(enrollment));
    return account === undefined ? findAmong(closed, enrollment, needs) : { account };
  };
}

/** By fingerprint first, then by opening and comparing. */
async function findAmong(
  accounts: readonly Account[],
  enrollment: Enrollment,
  needs: Needs<"seeds">,
): Promise<Same | undefined> {
  for (const account of accounts) {
    if (!sameParameters(account.otp, enrollment.otp) || !mayMatch(enrollment.secret, account.fingerprint))
      continue;
    const kept = await keptSeed(await needs.seeds(), account.id);
    // It may have gone with a wiped keyring, say: fingerprint, parameters and login are those of the new seed.
    if (kept === "missing" && isSameLogin(account, enrollment)) return { account, wasMissing: true };
    if (typeof kept !== "string" && sameCodes(kept, enrollment)) return { account };
  }
  return undefined;
}
