/** What `code` prints: the codes of one account, as text and as JSON. Pure; `code` itself, `--once` and `--env` use it. */

import { usageError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { Account } from "../../ledger/account.ts";
import type { Steam, Totp } from "../../otp/enrollment.ts";
import { codeOf, stepAt, windowOf } from "../../otp/one-time-code.ts";
import type { Secret } from "../../otp/secret.ts";
import { accountJson } from "../../talk/json.ts";
import { wholeSeconds } from "../../talk/options.ts";
import { quoted } from "../../talk/say.ts";

export interface CodeOptions {
  next?: boolean;
  pair?: boolean;
  minRemaining?: string;
  at?: string;
  once?: boolean;
  /** false: --no-wait. */
  wait?: boolean;
  maxWait?: string;
  lease?: string;
  env?: boolean;
  copy?: boolean;
  mask?: boolean;
  json?: boolean;
}

export interface Answer {
  readonly codes: readonly [string, ...string[]];
  /** For --json. */
  json(): { readonly version: number; readonly next?: string };
  /** For a user at a terminal. */
  readonly advice?: string;
  /** Seconds for which a time-based code is still valid. */
  readonly left?: number;
}

/** The answer for a time-based account at a time. */
export function timeAnswer(
  account: Account,
  secret: Secret,
  otp: Totp | Steam,
  time: number,
  options: CodeOptions,
): Answer {
  const step = stepAt(otp, time) + (options.next ? 1 : 0);
  return stepAnswer(account, otp, (one) => codeOf(secret, otp, one), step, time, options);
}

/**
 * The answer for a step, which is not always the one at `time`: a clock may be set while the step is being reserved. `codeAt`: the
 * code of a step, wherever it comes from.
 */
export function stepAnswer(
  account: Account,
  otp: Totp | Steam,
  codeAt: (step: number) => string,
  step: number,
  time: number,
  options: CodeOptions,
): Answer {
  const first = codeAt(step);
  const second = () => codeAt(step + 1);
  const { from, until } = windowOf(otp, step);
  const left = Math.ceil((until - time) / 1000);
  const json = () => ({
    version: 1,
    account: accountJson(account),
    type: otp.type,
    code: first,
    step,
    validFrom: new Date(from).toISOString(),
    validUntil: new Date(until).toISOString(),
    remaining: left,
    next: second(),
  });
  if (options.pair) {
    const advice = `type the first one now (${left} s left), the second one in ${left} s`;
    return { codes: [first, second()], json, advice };
  }
  if (options.at !== undefined) return { codes: [first], json };
  return { codes: [first], json, left, advice: `valid for ${left} s` };
}

/** `123456  name`, one line per account. `longest`: where the name is cut. */
export function codeLine(code: string, width: number, name: string, longest?: number): string {
  return `${code.padEnd(width)}  ${printable(name, longest)}`;
}

export function minRemainingOf(account: Account, otp: Totp | Steam, { minRemaining }: CodeOptions): number {
  const wanted = wholeSeconds("--min-remaining", minRemaining ?? "0");
  if (wanted > otp.period)
    throw usageError(`the codes of ${quoted(account.name)} are valid for only ${otp.period} s`);
  return wanted;
}
