/**
 * HOTP counters: each value is handed out once. What was spent belongs to the seed, not to the entry: two accounts may have the
 * same one, it may have been removed and come back, or it may have come with the command (`--env`).
 */
import { leaseKeyOf } from "../leases/lease-key.ts";
import type { LocalRecords } from "../leases/local.ts";
import type { Account } from "../ledger/account.ts";
import { mayMatch } from "../ledger/fingerprint.ts";
import { type Enrollment, sameParameters } from "../otp/enrollment.ts";
import type { Needs } from "../world.ts";
import { rememberedRecords } from "./spent-memory.ts";

export type CounterNeeds = Needs<"ledger" | "folder" | "stateFolder" | "clock" | "stderr">;

type Seed = Pick<Enrollment, "secret" | "otp">;

/** The lowest value that was handed out nowhere here. */
export async function nextCounter(
  { secret, otp }: Seed,
  records: LocalRecords,
  needs: Needs<"ledger">,
): Promise<number> {
  const known = [...needs.ledger.accounts(), ...needs.ledger.removed()].filter(
    (account) => sameParameters(account.otp, otp) && mayMatch(secret, account.fingerprint),
  );
  const counters = known.flatMap((account) => (account.otp.type === "hotp" ? [account.otp.counter] : []));
  const last = (await records.last(leaseKeyOf({ secret, otp }))) ?? -1;
  return Math.max(otp.type === "hotp" ? otp.counter : 0, last + 1, ...counters);
}

/**
 * Advances the account's counter, and returns the first of the values that are now reserved for us; none is below `least`.
 * `open`: the records, if they are open already; they warn once.
 */
export async function takeCounters(
  { id, name }: Pick<Account, "id" | "name">,
  seed: Seed,
  amount: number,
  needs: CounterNeeds,
  least = 0,
  open?: LocalRecords,
): Promise<number> {
  const records = open ?? (await rememberedRecords(name, needs));
  const key = leaseKeyOf(seed);
  return needs.ledger.edit(async (edit) => {
    for (let first = Math.max(least, await nextCounter(seed, records, needs)); ; ) {
      const account = needs.ledger.accounts().find((one) => one.id === id);
      if (account === undefined) throw (await import("../ledger/not-found.ts")).goneMeanwhile({ id, name });
      if (account.otp.type !== "hotp")
        throw new Error("a counter-based account has no counter in the ledger");
      edit.update({ ...account, otp: { ...account.otp, counter: first + amount } });
      // A command with the seed in its environment holds no lock, and may be faster.
      const reserved = await records.reserve({ key, first, amount, sweepBelow: first });
      if (reserved.isOurs) return first;
      first = reserved.last + 1;
    }
  });
}
