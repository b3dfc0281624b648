/** `code --once`: the answer with a code that is reserved for this caller alone. */

import type { Account } from "../../ledger/account.ts";
import type { Enrollment } from "../../otp/enrollment.ts";
import { codeOf } from "../../otp/one-time-code.ts";
import { type UnspentNeeds, unspentCode } from "../../spending/unspent.ts";
import { wholeSeconds } from "../../talk/options.ts";
import { type Answer, type CodeOptions, minRemainingOf, stepAnswer } from "./answer.ts";
import { counterAnswer, requireNoTime } from "./counter-answer.ts";

export type OnceNeeds = UnspentNeeds;

export async function onceAnswer(
  account: Account,
  { secret, otp }: Enrollment,
  options: CodeOptions,
  needs: OnceNeeds,
): Promise<Answer> {
  const { lease, maxWait, pair } = options;
  if (otp.type === "hotp") requireNoTime(account, options);
  const { step, at } = await unspentCode(
    account,
    { secret, otp },
    {
      noWait: options.wait === false,
      amount: pair ? 2 : 1,
      ...(otp.type === "hotp" ? {} : { minRemaining: minRemainingOf(account, otp, options) }),
      ...(maxWait === undefined ? {} : { maxWait: wholeSeconds("--max-wait", maxWait) }),
      ...(lease === undefined ? {} : { lease }),
    },
    needs,
  );
  if (otp.type === "hotp") return counterAnswer(account, secret, otp, step, options);
  return stepAnswer(account, otp, (one) => codeOf(secret, otp, one), step, at, options);
}
