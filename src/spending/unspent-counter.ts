/**
 * Reserves HOTP counter values that no one else gets, here or, with a lease, on another computer. The account need not be in the
 * ledger: a seed that came with the command is counted in this computer's records alone.
 */

import { ExitCode, UserError } from "../base/errors.ts";
import { withLease } from "../leases/index.ts";
import type { EnginePorts, Lease, Reserved } from "../leases/lease.ts";
import { leaseKeyOf } from "../leases/lease-key.ts";
import type { Hotp } from "../otp/enrollment.ts";
import type { Secret } from "../otp/secret.ts";
import { quoted } from "../talk/say.ts";
import { rememberedRecords } from "./spent-memory.ts";
import { type CounterNeeds, nextCounter, takeCounters } from "./take-counters.ts";
import type { CodeOwner } from "./unspent-step.ts";

export type UnspentCounterNeeds = EnginePorts & CounterNeeds;

/** Each failed attempt is a value that another process or computer got. */
const ATTEMPTS = 100;

/**
 * How far a lease may advance a counter at once: by the codes that others took since this computer's last one. Services accept no
 * code that is far ahead, so a counter that was advanced wrongly is lost; the lease's word alone is not enough for that.
 */
const FURTHEST = 10_000;

/** Returns the first value. Nothing is recorded here before the lease has reserved it. Throws UserError (exit 7). */
export async function unspentCounter(
  { id, name }: CodeOwner,
  { secret, otp }: { readonly secret: Secret; readonly otp: Hotp },
  amount: number,
  url: URL | undefined,
  needs: UnspentCounterNeeds,
): Promise<number> {
  const isInLedger = needs.ledger.accounts().some((account) => account.id === id);
  const seed = { secret, otp };
  const records = await rememberedRecords(name, needs);
  const leaseKey = leaseKeyOf(seed);

  async function attempt(first: number, lease?: Lease): Promise<{ first: number } & Reserved> {
    const wanted = { first, amount, sweepBelow: first };
    const reserved = await lease?.reserve({ key: leaseKey, ...wanted });
    if (reserved?.isOurs === false) return { first, ...reserved };
    if (!isInLedger) return { first, ...(await records.reserve({ key: leaseKey, ...wanted })) };
    const taken = await takeCounters({ id, name }, seed, amount, needs, first, records);
    // Another process here may have been faster; the values after its own are not reserved at the lease.
    const isOurs = lease === undefined || taken === first;
    return isOurs ? { first: taken, isOurs } : { first, isOurs, last: taken + amount - 1 };
  }

  async function first(lease?: Lease): Promise<number> {
    const start = await nextCounter(seed, records, needs);
    let least = start;
    for (let i = 1; i <= ATTEMPTS; i++) {
      const found = await attempt(Math.max(least, await nextCounter(seed, records, needs)), lease);
      if (found.isOurs) return found.first;
      least = found.last + 1;
      if (found.last >= start + FURTHEST)
        throw new UserError(
          `no unspent code for ${quoted(name)}: counter ${found.last} is spent according to the lease, but the next one here is ${start}`,
          ExitCode.noUnspentCode,
          [
            ...(lease === undefined ? [] : [`if no one used it: ${lease.forget(leaseKey, found.last)}`]),
            `if others did: ${isInLedger ? "import" : "use"} its URI with counter=${least}`,
          ],
        );
    }
    throw new UserError(
      `no unspent code for ${quoted(name)}: others took ${ATTEMPTS} in a row`,
      ExitCode.noUnspentCode,
    );
  }

  return url === undefined ? first() : withLease(url, needs, first);
}
