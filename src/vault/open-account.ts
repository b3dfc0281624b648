/** An account with its seed. */

import { ExitCode, UserError } from "../base/errors.ts";
import type { Account } from "../ledger/account.ts";
import { mayMatch } from "../ledger/fingerprint.ts";
import { differences } from "../ledger/same-account.ts";
import { type Described, defaultName, type Enrollment } from "../otp/enrollment.ts";
import { NoSuchSeed } from "../seeds/seed-store.ts";
import { quoted } from "../talk/say.ts";
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
    if (mayMatch(kept.secret, account.fingerprint)) return requireSameAccount(account, kept);
  } catch (error) {
    if (!(error instanceof NoSuchSeed)) throw error;
    throw new NoSuchSeed(error.message, [...error.hints, ...(await waysToRecover(account, needs))]);
  }
  const { otherSeed } = await import("./recovery.ts");
  throw await otherSeed(store.kind, account, needs);
}

/**
 * Anyone who can write to a shared folder can exchange two names in the ledger. What is sealed with the seed, they can't change:
 * no code is shown in the name of another account. Throws UserError (exit 1) with both names.
 */
export function requireSameAccount<Kept extends Described>(account: Account, kept: Kept): Kept {
  const fields = differences(account, kept);
  if (fields.length === 0) return kept;
  const [listed, sealed] = [account, kept].map((one) => quoted(defaultName(one) || "no name"));
  const message = `${quoted(account.name)} is ${listed} in the ledger, and ${sealed} in its seed (another ${fields.join(", ")})`;
  throw new UserError(message, ExitCode.failed, [
    "the ledger was changed by something else than twinseed, so its codes could be of another account",
    `look at who changed "accounts/${account.id}.json"; to set it right by its seed: twinseed doctor --repair`,
  ]);
}

async function waysToRecover(account: Account, needs: Needs<"stateFolder" | "ledger">): Promise<string[]> {
  const { recoveryHints } = await import("./recovery.ts");
  return recoveryHints(account, needs);
}
