/** An account with its seed. */

import type { Account } from "../ledger/account.ts";
import { mayMatch } from "../ledger/fingerprint.ts";
import { differences } from "../ledger/same-account.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { NoSuchSeed } from "../seeds/seed-store.ts";
import type { Needs } from "../world.ts";

export interface OpenedAccount {
  readonly account: Account;
  readonly enrollment: Enrollment;
}

/** Returns what another device has to know. The seed store has all of it but the current counter, which the ledger keeps. */
export async function openAccount(
  account: Account,
  needs: Needs<"stateFolder" | "ledger" | "seeds">,
): Promise<Enrollment> {
  const kept = await seedOf(account, needs);
  if (kept.otp.type !== "hotp" || account.otp.type !== "hotp") return kept;
  return { ...kept, otp: { ...kept.otp, counter: account.otp.counter } };
}

/** Call it before opening many accounts one by one. */
export async function prefetchSeeds(accounts: readonly Account[], needs: Needs<"seeds">): Promise<void> {
  if (accounts.length > 1) await (await needs.seeds()).prefetch?.(accounts.map(({ id }) => id));
}

/**
 * Throws as SeedStore.get does; if the seed is missing, the hints add what the ledger knows about other copies. Also throws
 * UserError (exit 1) if it is not the seed that was enrolled: its codes would be wrong.
 */
export async function seedOf(
  account: Account,
  needs: Needs<"stateFolder" | "ledger" | "seeds">,
): Promise<Enrollment> {
  const store = await needs.seeds();
  try {
    const kept = await store.get(account.id);
    if (mayMatch(kept.secret, account.fingerprint)) {
      if (differences(account, kept).length === 0) return kept;
      const { requireSameAccount } = await import("./require-same-account.ts");
      return requireSameAccount(account, kept);
    }
  } catch (error) {
    if (!(error instanceof NoSuchSeed)) throw error;
    throw new NoSuchSeed(error.message, [...error.hints, ...(await waysToRecover(account, needs))]);
  }
  const { otherSeed } = await import("./recovery.ts");
  throw await otherSeed(store.kind, account, needs);
}

async function waysToRecover(account: Account, needs: Needs<"stateFolder" | "ledger">): Promise<string[]> {
  const { recoveryHints } = await import("./recovery.ts");
  return recoveryHints(account, needs);
}
