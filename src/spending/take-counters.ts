/**
 * HOTP counters: each value is handed out once. What was spent belongs to the seed, not to the entry: two accounts may have the
 * same one, it may have been removed and come back, or it may have come with the command (`--env`).
 */
import { leaseKeyOf } from "../leases/lease-key.ts";
import { localRecords } from "../leases/local.ts";
import { mayMatch } from "../ledger/fingerprint.ts";
import { type Enrollment, sameParameters } from "../otp/enrollment.ts";
import type { Needs } from "../world.ts";

type Seed = Pick<Enrollment, "secret" | "otp">;

/** The lowest value that was handed out nowhere here. */
export async function nextCounter(
  { secret, otp }: Seed,
  needs: Needs<"clock" | "folder" | "ledger">,
): Promise<number> {
  const known = [...needs.ledger.accounts(), ...needs.ledger.removed()].filter(
    (account) => sameParameters(account.otp, otp) && mayMatch(secret, account.fingerprint),
  );
  const counters = known.flatMap((account) => (account.otp.type === "hotp" ? [account.otp.counter] : []));
  const last = (await localRecords(needs.folder, needs.clock.now).last(leaseKeyOf({ secret, otp }))) ?? -1;
  return Math.max(otp.type === "hotp" ? otp.counter : 0, last + 1, ...counters);
}

/** Advances the account's counter, and returns the first of the values that are now reserved for us; none is below `least`. */
export async function takeCounters(
  id: string,
  seed: Seed,
  amount: number,
  needs: Needs<"clock" | "folder" | "ledger">,
  least = 0,
): Promise<number> {
  const records = localRecords(needs.folder, needs.clock.now);
  const key = leaseKeyOf(seed);
  return needs.ledger.edit(async (edit) => {
    for (let first = Math.max(least, await nextCounter(seed, needs)); ; ) {
      const account = needs.ledger.accounts().find((one) => one.id === id);
      if (account?.otp.type !== "hotp")
        throw new Error("a counter-based account has no counter in the ledger");
      edit.update({ ...account, otp: { ...account.otp, counter: first + amount } });
      // A command with the seed in its environment holds no lock, and may be faster.
      const reserved = await records.reserve({ key, first, amount, sweepBelow: first });
      if (reserved.isOurs) return first;
      first = reserved.last + 1;
    }
  });
}
