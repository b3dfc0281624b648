/** A code that no one else gets: its step is reserved before the code is shown. */

import type { Enrollment } from "../otp/enrollment.ts";
import { codeOf, windowOf } from "../otp/one-time-code.ts";
import type { Needs } from "../world.ts";
import { leaseUrl } from "./chosen-lease.ts";
import { type UnspentCounterNeeds, unspentCounter } from "./unspent-counter.ts";
import { type CodeOwner, type UnspentOptions, unspentStep } from "./unspent-step.ts";

export type UnspentNeeds = Needs<"stderr" | "env"> & UnspentCounterNeeds;

export interface Unspent {
  readonly code: string;
  /** The step, or the HOTP counter, that the code spends. */
  readonly step: number;
  /** The code of step + 1. */
  readonly next: string;
  /** Milliseconds since 1970: from when and until when (exclusive) the code is valid; an HOTP code always is. */
  readonly from: number;
  readonly until: number;
  /** The time by the clock that decides: the lease engine's, if it has one. */
  readonly at: number;
}

/** Throws UserError (exit 7) if there is no unspent code now, or if that can't be determined. */
export async function unspentCode(
  account: CodeOwner,
  { secret, otp }: Pick<Enrollment, "secret" | "otp">,
  options: UnspentOptions,
  needs: UnspentNeeds,
): Promise<Unspent> {
  const lease = leaseUrl(options.lease, needs);
  const codes = (step: number) => ({
    code: codeOf(secret, otp, step),
    step,
    next: codeOf(secret, otp, step + 1),
  });
  if (otp.type === "hotp") {
    const counter = await unspentCounter(account, { secret, otp }, options.amount ?? 1, lease, needs);
    return { ...codes(counter), from: 0, until: Number.POSITIVE_INFINITY, at: needs.clock.now() };
  }
  const { step, at } = await unspentStep(account, { secret, otp }, options, lease, needs);
  return { ...codes(step), ...windowOf(otp, step), at };
}
