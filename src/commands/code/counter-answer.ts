/** What `code` prints for a counter-based account. */

import { usageError } from "../../base/errors.ts";
import type { Account } from "../../ledger/account.ts";
import type { Hotp } from "../../otp/enrollment.ts";
import { codeOf } from "../../otp/one-time-code.ts";
import type { Secret } from "../../otp/secret.ts";
import { type CounterNeeds, takeCounters } from "../../spending/take-counters.ts";
import { accountJson } from "../../talk/json.ts";
import { quoted } from "../../talk/say.ts";
import type { Answer, CodeOptions } from "./answer.ts";

/** Saves the counter before the code is shown, so that a code that was shown is never printed again. */
export async function nextCounterAnswer(
  account: Account,
  secret: Secret,
  otp: Hotp,
  options: CodeOptions,
  needs: CounterNeeds,
): Promise<Answer> {
  requireNoTime(account, options);
  const counter = await takeCounters(account, { secret, otp }, options.pair ? 2 : 1, needs);
  return counterAnswer(account, secret, otp, counter, options);
}

/** The answer for a counter-based account, whose `counter` is used up by now. */
export function counterAnswer(
  account: Account,
  secret: Secret,
  otp: Hotp,
  counter: number,
  options: CodeOptions,
): Answer {
  const first = codeOf(secret, otp, counter);
  const json = { version: 1, account: accountJson(account), type: otp.type, code: first, counter };
  if (!options.pair) return { codes: [first], json: () => json };
  const second = codeOf(secret, otp, counter + 1);
  return { codes: [first, second], json: () => ({ ...json, next: second }) };
}

/** Throws UserError for options that make no sense for a counter-based account. */
export function requireNoTime(account: Account, { next, at, minRemaining }: CodeOptions): void {
  if (!next && at === undefined && minRemaining === undefined) return;
  throw usageError(
    `${quoted(account.name)} is counter-based (HOTP): --next, --at and --min-remaining are for time-based codes`,
  );
}
