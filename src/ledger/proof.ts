/**
 * Checks whether a device has this seed: it does if it shows a code that only this seed makes. The code's step also tells
 * how far the device's clock is off. Pure.
 */

import type { Enrollment, Hotp, Steam, Totp } from "../otp/enrollment.ts";
import { codeOf, stepAt } from "../otp/one-time-code.ts";

/** Steps searched in either direction: 5 minutes at 30 s. RFC 6238 section 6 requires a bound. */
export const DRIFT_STEPS = 10;
/** Counter values searched ahead, RFC 4226 section 7.4: people press the button more often than they log in. */
export const LOOK_AHEAD = 50;
/** How long reading and typing a code may take, in seconds; a smaller difference does not mean that the clock is wrong. */
const TYPING_SECONDS = 10;

export type Proof =
  /** `steps`: how many steps the device is ahead (negative: behind); `driftSeconds`: 0 if typing time explains it. */
  | { readonly right: true; readonly steps: number; readonly driftSeconds: number }
  /** HOTP: the counter value that comes next on both sides. */
  | { readonly right: true; readonly nextCounter: number }
  | { readonly right: false; readonly why: "digits" | "characters" | "no-match" };

/** What the user typed, without the spaces that apps put between digits. */
export function normalizeCode(text: string): string {
  return text.replace(/[\s-]/g, "").toUpperCase();
}

/** `now` in milliseconds since 1970. */
export function prove({ secret, otp }: Enrollment, text: string, now: number): Proof {
  const code = normalizeCode(text);
  if (otp.type !== "steam" && !/^\d*$/.test(code)) return { right: false, why: "characters" };
  if (code.length !== otp.digits) return { right: false, why: "digits" };
  const matches = (step: number): boolean => step >= 0 && codeOf(secret, otp, step) === code;
  return otp.type === "hotp" ? proveCounter(otp, matches) : proveTime(otp, matches, now);
}

/** Searches the nearest steps first: if a second step matches by chance, the nearer one is more likely to be right. */
function proveTime(otp: Totp | Steam, matches: (step: number) => boolean, now: number): Proof {
  const current = stepAt(otp, now);
  for (let distance = 0; distance <= DRIFT_STEPS; distance++) {
    for (const steps of distance === 0 ? [0] : [-distance, distance]) {
      if (matches(current + steps))
        return { right: true, steps, driftSeconds: driftOf(otp.period, steps, now) };
    }
  }
  return { right: false, why: "no-match" };
}

/**
 * The device's clock is somewhere within the step that matched: the step's middle is the best guess, and its near end gives
 * the smallest possible drift.
 */
function driftOf(period: number, steps: number, now: number): number {
  if (steps === 0) return 0;
  const into = (now / 1000) % period;
  const least = steps < 0 ? (-steps - 1) * period + into : steps * period - into;
  return least <= TYPING_SECONDS ? 0 : Math.round((steps + 0.5) * period - into);
}

function proveCounter(otp: Hotp, matches: (counter: number) => boolean): Proof {
  for (let counter = otp.counter; counter <= otp.counter + LOOK_AHEAD; counter++) {
    if (matches(counter)) return { right: true, nextCounter: counter + 1 };
  }
  return { right: false, why: "no-match" };
}
