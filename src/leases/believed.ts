/**
 * Anyone may run an engine, or sit on the network path to it, so its answers are believed only within limits. These are the same
 * for all engines.
 */

import type { Clock } from "../ports/clock.ts";
import { isStep, type Lease, unreachable } from "./lease.ts";

/**
 * How many milliseconds an engine's clock and ours may differ by. A clock that is never corrected is wrong by minutes; an engine
 * whose clock is further ahead could make us print a code of the future, and spend it.
 */
export const LARGEST_CLOCK_DIFFERENCE = 5 * 60_000;

/** The same engine, but every answer that can't be right is an error (exit 7). */
export function believed(lease: Lease, shown: string, clock: Pick<Clock, "now">): Lease {
  async function now(): Promise<number | undefined> {
    const theirs = await lease.now();
    if (theirs === undefined) return undefined;
    const ahead = theirs - clock.now();
    if (Math.abs(ahead) <= LARGEST_CLOCK_DIFFERENCE) return theirs;
    throw unreachable(shown, `its clock is ${difference(ahead)} this computer's`, [
      "correct the clock that is wrong and run this again",
    ]);
  }

  function stepFrom(step: number, least: number): number {
    if (isStep(step) && step >= least) return step;
    throw unreachable(shown, "it sent an unexpected answer");
  }

  return {
    ...lease,
    now,
    async last(key) {
      const step = await lease.last(key);
      return step === undefined ? undefined : stepFrom(step, 0);
    },
    async reserve(wanted) {
      const reserved = await lease.reserve(wanted);
      return reserved.isOurs ? reserved : { isOurs: false, last: stepFrom(reserved.last, wanted.first) };
    },
    async check() {
      await lease.check();
      await now();
    },
  };
}

function difference(ahead: number): string {
  if (Number.isNaN(ahead)) return "nowhere near";
  const minutes = Math.round(Math.abs(ahead) / 60_000);
  const [amount, unit] =
    minutes < 120
      ? [minutes, "minutes"]
      : minutes < 2880
        ? [Math.round(minutes / 60), "hours"]
        : [Math.round(minutes / 1440), "days"];
  return `${amount} ${unit} ${ahead > 0 ? "ahead of" : "behind"}`;
}
