/** Reads the seeds of many accounts from the store. A missing or damaged seed does not hold up the others. */

import { ExitCode, UserError } from "../base/errors.ts";
import type { Account } from "../ledger/account.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { NoSuchSeed, OtherKey, type SeedStore } from "../seeds/seed-store.ts";
import { progressOf } from "../talk/progress.ts";
import type { Needs } from "../world.ts";
import { prefetchSeeds } from "./open-account.ts";

/** By account id; undefined if the seed is missing or damaged. Throws UserError (exit 6) if the store is locked. */
export async function seedsOf(
  accounts: readonly Account[],
  needs: Needs<"stderr" | "clock" | "seeds">,
): Promise<ReadonlyMap<string, Enrollment | undefined>> {
  const found = new Map<string, Enrollment | undefined>();
  if (accounts.length === 0) return found;
  const store = await needs.seeds();
  await prefetchSeeds(accounts, needs);
  const progress = progressOf("reading seed", needs);
  try {
    for (const [i, { id }] of accounts.entries()) {
      progress.at(i, accounts.length);
      const kept = await keptSeed(store, id);
      found.set(id, typeof kept === "string" ? undefined : kept);
    }
  } finally {
    progress.end();
  }
  return found;
}

/** A damaged seed can't be compared, and must not keep its account from being enrolled again with --replace. */
export async function keptSeed(store: SeedStore, id: string): Promise<Enrollment | "missing" | "damaged"> {
  try {
    return await store.get(id);
  } catch (error) {
    if (error instanceof OtherKey) return "damaged";
    if (error instanceof NoSuchSeed) return "missing";
    if (error instanceof UserError && error.exitCode === ExitCode.failed) return "damaged";
    throw error;
  }
}
