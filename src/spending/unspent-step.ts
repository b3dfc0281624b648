/**
 * The time step that is ours alone. First this computer's records are asked, which costs nothing; then the step is reserved
 * at the lease, if there is one, and then here. Who loses waits for the next step, and all try again.
 */

import { ExitCode, UserError } from "../base/errors.ts";
import { withLease } from "../leases/index.ts";
import { type EnginePorts, KEPT, type Lease } from "../leases/lease.ts";
import { leaseKeyOf } from "../leases/lease-key.ts";
import { type LocalRecords, localRecords } from "../leases/local.ts";
import type { Account } from "../ledger/account.ts";
import type { Steam, Totp } from "../otp/enrollment.ts";
import { stepAt, windowOf } from "../otp/one-time-code.ts";
import type { Secret } from "../otp/secret.ts";
import { note, quoted, warn } from "../talk/say.ts";
import type { Needs } from "../world.ts";

type UnspentStepNeeds = EnginePorts & Needs<"stderr" | "folder">;

/** Others that reserve up to three steps at once make nobody wait for longer than this many: a clock is or was wrong. */
const LONGEST_QUEUE = 4;

/** How often a reservation may take longer than its step. */
const TRIES_IN_VAIN = 3;

/** Milliseconds: a day. Timers do not count beyond 25 of them. */
const LONGEST_SLEEP = 86_400_000;

export interface UnspentOptions {
  /** Fail instead of waiting for the next step. */
  readonly noWait?: boolean;
  /** Seconds, all waits together. */
  readonly maxWait?: number;
  /** Seconds that the code must have left. */
  readonly minRemaining?: number;
  /** A lease engine's URL, or "none"; else what TWINSEED_LEASE or config.json says. */
  readonly lease?: string;
  /** Consecutive steps that are reserved together, as AWS asks for at enrollment. */
  readonly amount?: 1 | 2 | 3;
}

/** `id` names the records of this computer. The account need not be in the ledger. */
export type CodeOwner = Pick<Account, "id" | "name">;

interface Spent {
  readonly step: number;
  readonly at: number;
}

/** The step after `last` is the next one that can be had. */
interface Later {
  readonly last: number;
  readonly at: number;
  /** Who has it written down, and as what; undefined: the step has not enough time left. */
  readonly by?: { readonly book: Lease; readonly key: string };
}

/** Throws UserError (exit 7). */
export async function unspentStep(
  { id, name }: CodeOwner,
  { secret, otp }: { readonly secret: Secret; readonly otp: Totp | Steam },
  options: UnspentOptions,
  url: URL | undefined,
  needs: UnspentStepNeeds,
): Promise<Spent> {
  const { amount = 1, minRemaining = 0, noWait = false, maxWait } = options;
  const records = localRecords(needs.folder, needs.clock.now);
  const leaseKey = leaseKeyOf({ secret, otp });

  async function attempt(lease?: Lease): Promise<Spent | Later> {
    const engineTime = await lease?.now();
    const ahead = engineTime === undefined ? 0 : engineTime - needs.clock.now();
    const now = (): number => needs.clock.now() + ahead;
    const step = stepAt(otp, now());
    const { until } = windowOf(otp, step);
    // Asked again at the end: a reservation over a slow line takes its time.
    const isOver = (): boolean => until - now() < Math.max(1, minRemaining * 1000);
    if (isOver()) return { last: step, at: now() };
    const here = await records.last(id);
    if (here !== undefined && here >= step) return { last: here, at: now(), by: { book: records, key: id } };
    const wanted = { first: step, amount, sweepBelow: stepAt(otp, Math.max(0, now() - KEPT)) };
    const books = [
      ...(lease === undefined ? [] : [{ book: lease, key: leaseKey }]),
      { book: records, key: id },
    ];
    for (const by of books) {
      const reserved = await by.book.reserve({ key: by.key, ...wanted });
      if (!reserved.isOurs) return { last: reserved.last, at: now(), by };
    }
    return isOver() ? { last: step + amount - 1, at: now() } : { step, at: now() };
  }

  let waited = 0;
  let warned = false;
  let tooSlow = 0;
  for (;;) {
    const found = await (url === undefined ? attempt() : withLease(url, needs, attempt));
    if ("step" in found) return found;
    const fault = clockFault(found, records, otp, needs.clock.now());
    if (fault !== undefined && !warned) warn(needs, fault);
    warned ||= fault !== undefined;
    const wait = windowOf(otp, found.last).until - found.at;
    if (wait <= 0 && ++tooSlow < TRIES_IN_VAIN) continue; // the next step has begun meanwhile
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

/** What the records say of clocks, in words. `now`: by this computer's own. */
function clockFault({ last, at, by }: Later, records: LocalRecords, otp: Totp | Steam, now: number) {
  if (by === undefined) return undefined;
  if (by.book === records) {
    const back = (records.reservedAt(by.key, last) ?? now) - now;
    if (back > 1000) return `the clock went back: it is ${seconds(back)} s behind the last code spent here`;
  }
  if (last <= stepAt(otp, at) + LONGEST_QUEUE) return undefined;
  return "a code of a later time than now was spent: a clock is or was wrong, here or elsewhere";
}

function slowerThanCodes(name: string): UserError {
  return new UserError(
    `no unspent code of ${quoted(name)}: reserving one takes longer than it lives`,
    ExitCode.noUnspentCode,
  );
}

function noneNow(name: string, when: string, wait: number): UserError {
  return new UserError(
    `no unspent code of ${quoted(name)} ${when}: the next one comes in ${seconds(wait)} s`,
    ExitCode.noUnspentCode,
  );
}

function tooFar(name: string, { last, by }: Later, wait: number): UserError {
  return new UserError(
    `no unspent code of ${quoted(name)} for ${seconds(wait)} s: the last one spent is of a later time than now`,
    ExitCode.noUnspentCode,
    [
      "set the clock right, and run this again",
      ...(by === undefined ? [] : [`if it is right now and was wrong then: ${by.book.forget(by.key, last)}`]),
      ...(wait < LONGEST_SLEEP * 30 ? [`or wait: --max-wait ${seconds(wait)}`] : []),
    ],
  );
}

function seconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000);
}
