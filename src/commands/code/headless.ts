/** `code --env` and `code -`: the seed comes with the command. Uses no store, no ledger, and without --once no data folder. */

import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { TEXT_LIMITS } from "../../base/limits.ts";
import { readText } from "../../intake/read-text.ts";
import type { Account } from "../../ledger/account.ts";
import { defaultName, type Enrollment } from "../../otp/enrollment.ts";
import { warn } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { type Answer, type CodeOptions, timeAnswer } from "./answer.ts";
import { type CodeNeeds, printCode, timeOf } from "./code.ts";
import { counterAnswer, requireNoTime } from "./counter-answer.ts";
import { onceAnswer } from "./once.ts";

type HeadlessNeeds = Needs<"stdin"> & CodeNeeds;

export async function headlessCode(options: CodeOptions, needs: HeadlessNeeds): Promise<void> {
  const from = options.env ? "TWINSEED_URI" : "stdin";
  const text = options.env
    ? new TextEncoder().encode(needs.env.TWINSEED_URI ?? "")
    : await needs.stdin.readAll(TEXT_LIMITS.secretBytes);
  if (options.env && text.length === 0) {
    throw usageError(
      "TWINSEED_URI is not set, or empty",
      "set it to an otpauth URI, from a secret of the CI",
    );
  }
  if (text.length === 0) {
    throw new UserError("stdin is empty", ExitCode.unreadable, [
      "pipe an otpauth URI or a key into it, such as: twinseed uri NAME | twinseed code -",
    ]);
  }
  const enrollment = onlyIn(text, from);
  const account = accountOf(enrollment, from);
  await printCode(account, await answerFor(account, enrollment, options, needs), options, needs);
}

/** Any text with one URI, or one key. */
function onlyIn(text: Uint8Array, from: string): Enrollment {
  const [found, ...others] = readText(text, from).enrollments;
  if (found === undefined || others.length > 0)
    throw new UserError(`${from} holds ${others.length + 1} otpauth URIs, not one`, ExitCode.unreadable);
  if ((found.readings?.length ?? 0) > 1)
    throw new UserError(`the key in ${from} can be read in two ways`, ExitCode.unreadable, [
      "put it into a URI, in base32: otpauth://totp/NAME?secret=KEY",
    ]);
  return found;
}

async function answerFor(
  account: Account,
  enrollment: Enrollment,
  options: CodeOptions,
  needs: HeadlessNeeds,
): Promise<Answer> {
  const { secret, otp } = enrollment;
  if (options.once) return onceAnswer(account, enrollment, options, needs);
  if (otp.type !== "hotp")
    return timeAnswer(account, secret, otp, await timeOf(account, otp, options, needs), options);
  requireNoTime(account, options);
  warn(
    needs,
    "the counter in a URI (HOTP) does not advance: the next run prints the same code; use --once to advance it",
  );
  return counterAnswer(account, secret, otp, otp.counter, options);
}

/** An account as in the ledger, so that the answer looks the same; it has no id. */
function accountOf(enrollment: Enrollment, from: string): Account {
  const { issuer, label, otp } = enrollment;
  const name = defaultName(enrollment) || from;
  return { id: "", name, issuer, label, otp, addedAt: "", copies: [], fingerprint: "" };
}
