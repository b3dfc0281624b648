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

/**
 * How far a lease may move a counter on in one go: codes that others took since this computer's last one. Services take no
 * code that is far ahead, so a counter that was moved on for no reason is lost; the lease's word alone is not enough.
 */
const FURTHEST = 10_000;

/** The first of them. Nothing is written here before the lease has reserved it. Throws UserError (exit 7). */
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

  async function nextHere(): Promise<number> {
    const account = needs.ledger.accounts().find((one) => one.id === id);
    if (isKept && account?.otp.type === "hotp") return account.otp.counter;
    return Math.max(otp.counter, ((await records.last(id)) ?? -1) + 1);
  }

  async function attempt(first: number, lease?: Lease): Promise<{ first: number } & Reserved> {
    const wanted = { first, amount, sweepBelow: first };
    const there = await lease?.reserve({ key: leaseKey, ...wanted });
    if (there?.isOurs === false) return { first, ...there };
    if (!isKept) return { first, ...(await records.reserve({ key: id, ...wanted })) };
    const taken = await takeCounters(id, amount, needs, first);
    // Another process here may have been faster; what it left us is not reserved at the lease.
    const isOurs = lease === undefined || taken === first;
    return isOurs ? { first: taken, isOurs } : { first, isOurs, last: taken + amount - 1 };
  }

  async function first(lease?: Lease): Promise<number> {
    const start = await nextHere();
    let least = start;
    for (let i = 1; i <= ATTEMPTS; i++) {
      const found = await attempt(Math.max(least, await nextHere()), lease);
      if (found.isOurs) return found.first;
      least = found.last + 1;
      if (found.last >= start + FURTHEST)
        throw new UserError(
          `no unspent code of ${quoted(name)}: counter ${found.last} is said to be spent, and here the next one is ${start}`,
          ExitCode.noUnspentCode,
          [
            ...(lease === undefined
              ? []
              : [`if nobody came that far: ${lease.forget(leaseKey, found.last)}`]),
            `if others did: ${isKept ? "import" : "give"} its URI with counter=${least}`,
          ],
        );
    }
    throw new UserError(
      `no unspent code of ${quoted(name)}: others took ${ATTEMPTS} in a row`,
      ExitCode.noUnspentCode,
    );
  }

  return url === undefined ? first() : withLease(url, needs, first);
}
