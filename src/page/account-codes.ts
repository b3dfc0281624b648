/** The codes of one account: the one before, the current one and the next. Pure. */
import type { Enrollment } from "../otp/enrollment.ts";
import { codeOf, stepAt, windowOf } from "../otp/one-time-code.ts";

export interface Codes {
  /** The step, or HOTP's counter, of `now`. */
  readonly step: number;
  readonly before: string | undefined;
  readonly now: string;
  readonly next: string | undefined;
}

/** `used`: how many codes of a counter were used since the backup. */
export function stepOf({ otp }: Enrollment, time: number, used: number): number {
  return otp.type === "hotp"
    ? Math.min(otp.counter + used, Number.MAX_SAFE_INTEGER)
    : stepAt(otp, Math.max(0, time));
}

export function codesAt({ secret, otp }: Enrollment, step: number): Codes {
  const at = (one: number) =>
    one < 0 || one > Number.MAX_SAFE_INTEGER ? undefined : codeOf(secret, otp, one);
  return { step, before: at(step - 1), now: at(step) ?? "", next: at(step + 1) };
}

/** What is left of the current step: in whole seconds, and as a part of it. undefined for HOTP. */
export function leftOf({ otp }: Enrollment, time: number): { seconds: number; part: number } | undefined {
  if (otp.type === "hotp") return undefined;
  const { from, until } = windowOf(otp, stepAt(otp, Math.max(0, time)));
  const left = until - Math.max(0, time);
  return { seconds: Math.ceil(left / 1000), part: left / (until - from) };
}

/** In two halves, as phones show it. */
export function halvesOf(code: string): readonly string[] {
  const half = Math.ceil(code.length / 2);
  return code.length < 6 ? [code] : [code.slice(0, half), code.slice(half)];
}
