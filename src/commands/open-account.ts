/** An account with its seed. */
import type { Context } from "../context.ts";
import type { Account } from "../ledger/account.ts";
import type { Enrolment } from "../otp/enrolment.ts";
import { NoSuchSeed } from "../seeds/store.ts";

/** As another device has to know it: the seed store says everything but the counter, which moves on in the ledger. */
export async function openAccount(account: Account, ctx: Context): Promise<Enrolment> {
  const kept = await seedOf(account, ctx);
  if (kept.otp.type !== "hotp" || account.otp.type !== "hotp") return kept;
  return { ...kept, otp: { ...kept.otp, counter: account.otp.counter } };
}

/** Before many are opened one after the other. */
export async function expectSeeds(accounts: readonly Account[], ctx: Context): Promise<void> {
  if (accounts.length > 1) await (await ctx.seeds()).expect?.(accounts.map(({ id }) => id));
}

/** Throws as SeedStore.get does; where the seed is gone, with what the ledger knows of other copies. */
export async function seedOf(account: Account, ctx: Context): Promise<Enrolment> {
  try {
    return await (await ctx.seeds()).get(account.id);
  } catch (error) {
    if (!(error instanceof NoSuchSeed)) throw error;
    const { recoveryHints } = await import("./recovery.ts");
    throw new NoSuchSeed(error.message, [...error.hints, ...recoveryHints(account, ctx)]);
  }
}
