/**
 * Reserves HOTP counter values that no one else gets. The ledger hands out each value of its accounts once anyway. A seed that
 * is not in the ledger (a URI from the environment) is counted in this computer's records instead. With a lease, no other
 * computer gets the values either.
 */

import { ExitCode, UserError } from "../base/errors.ts";
import { withLease } from "../leases/index.ts";
import type { EnginePorts, Lease, Reserved } from "../leases/lease.ts";
import { leaseKeyOf } from "../leases/lease-key.ts";
import { localRecords } from "../leases/local.ts";
import type { Hotp } from "../otp/enrollment.ts";
import type { Secret } from "../otp/secret.ts";
import { quoted } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { takeCounters } from "./take-counters.ts";
import type { CodeOwner } from "./unspent-step.ts";

export type UnspentCounterNeeds = EnginePorts & Needs<"folder" | "ledger">;

/** Each failed attempt is a value that another process or computer got. */
const ATTEMPTS = 100;

/** Returns the first value. Throws UserError (exit 7). */
export async function unspentCounter(
  { id, name }: CodeOwner,
  { secret, otp }: { readonly secret: Secret; readonly otp: Hotp },
  amount: number,
  url: URL | undefined,
  needs: UnspentCounterNeeds,
): Promise<number> {
  const isInLedger = needs.ledger.accounts().some((account) => account.id === id);
  const records = localRecords(needs.folder, needs.clock.now);
  const leaseKey = leaseKeyOf({ secret, otp });

  async function attempt(least: number, lease?: Lease): Promise<{ first: number } & Reserved> {
    const spent = isInLedger ? undefined : await records.last(id);
    const first = isInLedger
      ? await takeCounters(id, amount, needs, least)
      : Math.max(otp.counter, least, (spent ?? -1) + 1);
    const wanted = { first, amount, sweepBelow: first };
    const reserved = await lease?.reserve({ key: leaseKey, ...wanted });
    if (reserved?.isOurs === false) return { first, ...reserved };
    if (isInLedger) return { first, isOurs: true };
    return { first, ...(await records.reserve({ key: id, ...wanted })) };
  }

  async function first(lease?: Lease): Promise<number> {
    let least = 0;
    for (let i = 1; i <= ATTEMPTS; i++) {
      const found = await attempt(least, lease);
      if (found.isOurs) return found.first;
      least = found.last + 1;
    }
    throw new UserError(
      `no unspent code for ${quoted(name)}: others took ${ATTEMPTS} in a row`,
      ExitCode.noUnspentCode,
    );
  }

  return url === undefined ? first() : withLease(url, needs, first);
}
