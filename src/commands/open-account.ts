/** An account with its seed, as another device has to know it. */
import type { Context } from "../context.ts";
import type { Account } from "../ledger/account.ts";
import type { Enrolment } from "../otp/enrolment.ts";

/** The seed store says everything but the counter, which moves on in the ledger. Throws as SeedStore.get does. */
export async function openAccount(account: Account, ctx: Context): Promise<Enrolment> {
  const kept = await (await ctx.seeds()).get(account.id);
  if (kept.otp.type !== "hotp" || account.otp.type !== "hotp") return kept;
  return { ...kept, otp: { ...kept.otp, counter: account.otp.counter } };
}
