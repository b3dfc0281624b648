/**
 * The HOTP counter values that are ours alone. The ledger hands out each of them once anyway; what has no account in it
 * (a URI from the environment) counts on with the records of this computer. With a lease they are ours among all computers.
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

/** Each one lost is one that somebody else got. */
const ATTEMPTS = 100;

/** The first of them. Throws UserError (exit 7). */
export async function unspentCounter(
  { id, name }: CodeOwner,
  { secret, otp }: { readonly secret: Secret; readonly otp: Hotp },
  amount: number,
  url: URL | undefined,
  needs: UnspentCounterNeeds,
): Promise<number> {
  const isKept = needs.ledger.accounts().some((account) => account.id === id);
  const records = localRecords(needs.folder, needs.clock.now);
  const leaseKey = leaseKeyOf({ secret, otp });

  async function attempt(least: number, lease?: Lease): Promise<{ first: number } & Reserved> {
    const spent = isKept ? undefined : await records.last(id);
    const first = isKept
      ? await takeCounters(id, amount, needs, least)
      : Math.max(otp.counter, least, (spent ?? -1) + 1);
    const wanted = { first, amount, sweepBelow: first };
    const there = await lease?.reserve({ key: leaseKey, ...wanted });
    if (there?.isOurs === false) return { first, ...there };
    if (isKept) return { first, isOurs: true };
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
      `no unspent code of ${quoted(name)}: others took ${ATTEMPTS} in a row`,
      ExitCode.noUnspentCode,
    );
  }

  return url === undefined ? first() : withLease(url, needs, first);
}
