/** HOTP counters: the ledger hands out each value once. */
import type { Needs } from "../world.ts";

/** Advances the account's counter, and returns the first of the values that are now reserved for us; none is below `least`. */
export async function takeCounters(
  id: string,
  amount: number,
  needs: Needs<"ledger">,
  least = 0,
): Promise<number> {
  return needs.ledger.edit(async (edit) => {
    const account = needs.ledger.accounts().find((one) => one.id === id);
    if (account?.otp.type !== "hotp") throw new Error("a counter-based account has no counter in the ledger");
    const counter = Math.max(account.otp.counter, least);
    edit.update({ ...account, otp: { ...account.otp, counter: counter + amount } });
    return counter;
  });
}
