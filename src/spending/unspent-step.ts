/**
 * Reserves a time step that no one else gets. Checks this computer's records first, which costs nothing; then reserves the step
 * at the lease, if there is one, and then here. A process that loses waits for the next step, where all waiting ones try again.
 */

import { ExitCode, UserError } from "../base/errors.ts";
import { withLease } from "../leases/index.ts";
import { type EnginePorts, KEEP_TIME, type Lease } from "../leases/lease.ts";
import { leaseKeyOf } from "../leases/lease-key.ts";
import type { LocalRecords } from "../leases/local.ts";
import type { Account } from "../ledger/account.ts";
import type { Steam, Totp } from "../otp/enrollment.ts";
import { stepAt, windowOf } from "../otp/one-time-code.ts";
import type { Secret } from "../otp/secret.ts";
import { note, quoted, warn } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { type MemoryNeeds, rememberedRecords } from "./spent-memory.ts";

type UnspentStepNeeds = EnginePorts & MemoryNeeds & Needs<"stderr" | "folder">;

/** In steps. No process reserves more than three at once, so a longer wait than this means that a clock is or was wrong. */
const LONGEST_QUEUE = 4;

/** How often a reservation may take longer than its step. */
const MOST_SLOW_TRIES = 3;

/** One day in milliseconds. Timers can't wait for more than about 25 days. */
const LONGEST_SLEEP = 86_400_000;

export interface UnspentOptions {
  /** Fail instead of waiting for the next step. */
  readonly noWait?: boolean;
  /** In seconds, for all waits together. */
  readonly maxWait?: number;
  /** How many seconds the code must still be valid. */
  readonly minRemaining?: number;
  /** A lease engine's URL, or "none". Default: what TWINSEED_LEASE or config.json says. */
  readonly lease?: string;
  /** How many consecutive steps to reserve together: AWS asks for consecutive codes at enrollment. */
  readonly amount?: 1 | 2 | 3;
}

/** The account need not be in the ledger: then no account there has the id. */
export type CodeOwner = Pick<Account, "id" | "name">;

interface Spent {
  readonly step: number;
  readonly at: number;
}

/** The next step that can be reserved is the one after `last`. */
interface Later {
  readonly last: number;
  readonly at: number;
  /** Where `last` is recorded, and under which key; undefined if the step has too little time left. */
  readonly by?: { readonly registry: Lease; readonly key: string };
}

/** Throws UserError (exit 7). */
export async function unspentStep(
  { name }: Pick<CodeOwner, "name">,
  { secret, otp }: { readonly secret: Secret; readonly otp: Totp | Steam },
  options: UnspentOptions,
  url: URL | undefined,
  needs: UnspentStepNeeds,
): Promise<Spent> {
  const { amount = 1, minRemaining = 0, noWait = false, maxWait } = options;
  const records = await rememberedRecords(name, needs);
  // Of the seed, not of the account: it may be asked for by another name, or come with the command.
  const key = leaseKeyOf({ secret, otp });

  async function attempt(lease?: Lease): Promise<Spent | Later> {
    const engineTime = await lease?.now();
    const ahead = engineTime === undefined ? 0 : engineTime - needs.clock.now();
    const now = (): number => needs.clock.now() + ahead;
    const step = stepAt(otp, now());
    const { until } = windowOf(otp, step);
    // Checked again at the end: a reservation over a slow connection takes time.
    const isOver = (): boolean => until - now() < Math.max(1, minRemaining * 1000);
    if (isOver()) return { last: step, at: now() };
    const here = await records.last(key);
    if (here !== undefined && here >= step) return { last: here, at: now(), by: { registry: records, key } };
    const wanted = { first: step, amount, sweepBelow: stepAt(otp, Math.max(0, now() - KEEP_TIME)) };
    for (const registry of [...(lease === undefined ? [] : [lease]), records]) {
      const reserved = await registry.reserve({ key, ...wanted });
      if (!reserved.isOurs) return { last: reserved.last, at: now(), by: { registry, key } };
    }
    return isOver() ? { last: step + amount - 1, at: now() } : { step, at: now() };
  }

  let waited = 0;
  let warned = false;
  let slowTries = 0;
  for (;;) {
    const found = await (url === undefined ? attempt() : withLease(url, needs, attempt));
    if ("step" in found) return found;
    const fault = clockFault(found, records, otp, needs.clock.now());
    if (fault !== undefined && !warned) warn(needs, fault);
    warned ||= fault !== undefined;
    const wait = windowOf(otp, found.last).until - found.at;
    if (wait <= 0 && ++slowTries < MOST_SLOW_TRIES) continue; // the next step has begun in the meantime
    if (wait <= 0) throw slowerThanCodes(name);
    if (noWait) throw noneNow(name, "now", wait);
    if (maxWait !== undefined && waited + wait > maxWait * 1000)
      throw noneNow(name, `within ${maxWait} s`, wait);
    if (maxWait === undefined && wait > LONGEST_QUEUE * otp.period * 1000) throw tooFar(name, found, wait);
    note(needs, `waiting ${seconds(wait)} s for ${found.by === undefined ? "a fresh" : "an unspent"} code`);
    const part = Math.min(wait, LONGEST_SLEEP);
    await needs.clock.sleep(part);
    waited += part;
  }
}

/** A sentence about a clock that must be wrong, going by the records. `now`: this computer's own time. */
function clockFault({ last, at, by }: Later, records: LocalRecords, otp: Totp | Steam, now: number) {
  if (by === undefined) return undefined;
  if (by.registry === records) {
    const back = (records.reservedAt(by.key, last) ?? now) - now;
    if (back > 1000)
      return `the clock went backwards: it is ${seconds(back)} s behind the last code spent here`;
  }
  if (last <= stepAt(otp, at) + LONGEST_QUEUE) return undefined;
  return "a code for a later time than now was spent: a clock is or was wrong, here or elsewhere";
}

function slowerThanCodes(name: string): UserError {
  return new UserError(
    `no unspent code for ${quoted(name)}: reserving one takes longer than it is valid`,
    ExitCode.noUnspentCode,
  );
}

function noneNow(name: string, when: string, wait: number): UserError {
  return new UserError(
    `no unspent code for ${quoted(name)} ${when}: the next one comes in ${seconds(wait)} s`,
    ExitCode.noUnspentCode,
  );
}

function tooFar(name: string, { last, by }: Later, wait: number): UserError {
  return new UserError(
    `no unspent code for ${quoted(name)} for ${seconds(wait)} s: the last one spent is for a later time than now`,
    ExitCode.noUnspentCode,
    [
      "correct the clock and run this again",
      ...(by === undefined
        ? []
        : [`if it is correct now and was wrong then: ${by.registry.forget(by.key, last)}`]),
      ...(wait < LONGEST_SLEEP * 30 ? [`or wait: --max-wait ${seconds(wait)}`] : []),
    ],
  );
}

function seconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000);
}
