/** `code`: the everyday command, whose start-up time matters most. It imports only what every code needs. */

import { printableJson } from "../../base/printable.ts";
import type { Account } from "../../ledger/account.ts";
import { findAccount } from "../../ledger/find.ts";
import type { Steam, Totp } from "../../otp/enrollment.ts";
import { remainingSeconds, stepAt, windowOf } from "../../otp/one-time-code.ts";
import { copyCode } from "../../talk/copied-code.ts";
import { doubtClock } from "../../talk/doubtful-clock.ts";
import { isInteractive, note } from "../../talk/say.ts";
import { seedOf } from "../../vault/open-account.ts";
import type { Needs } from "../../world.ts";
import { type AllCodesNeeds, allCodes } from "./all-codes.ts";
import { type Answer, type CodeOptions, minRemainingOf, timeAnswer } from "./answer.ts";
import type { OnceNeeds } from "./once.ts";

export type CodeNeeds = Needs<"terminal" | "clipboard"> & OnceNeeds & AllCodesNeeds;

export async function code(query: string | undefined, options: CodeOptions, needs: CodeNeeds): Promise<void> {
  if (query === undefined) {
    return allCodes(options, needs);
  }
  const account =
    needs.ledger.findIndexed(query) ?? (await findAccount(needs.ledger.accounts(), query, needs.ledger));
  await printCode(account, await answerFor(account, options, needs), options, needs);
}

/** Prints or copies the answer. */
export async function printCode(
  account: Account,
  answer: Answer,
  options: CodeOptions,
  needs: CodeNeeds,
): Promise<void> {
  if (options.mask) {
    const { masks } = await import("./masks.ts");
    needs.stderr.write(masks(answer, options));
  }
  if (options.copy) {
    note(needs, await copyCode(answer.codes[0], account, needs));
  } else if (options.json) {
    needs.stdout.write(`${printableJson(answer.json())}\n`);
  } else {
    needs.stdout.write(`${answer.codes.join("\n")}\n`);
    if (answer.advice !== undefined && isInteractive(needs)) note(needs, answer.advice);
  }
}

async function answerFor(account: Account, options: CodeOptions, needs: CodeNeeds): Promise<Answer> {
  const enrollment = await seedOf(account, needs);
  if (options.once) {
    const { onceAnswer } = await import("./once.ts");
    return onceAnswer(account, enrollment, options, needs);
  }
  const { secret, otp } = enrollment;
  if (otp.type === "hotp") {
    const { nextCounterAnswer } = await import("./counter-answer.ts");
    return nextCounterAnswer(account, secret, otp, options, needs);
  }
  return timeAnswer(account, secret, otp, await timeOf(account, otp, options, needs), options);
}

/** The time of --at, or else now, or the start of the next step if the current one has less time left than --min-remaining. */
export async function timeOf(
  account: Account,
  otp: Totp | Steam,
  options: CodeOptions,
  needs: Needs<"stderr" | "clock">,
): Promise<number> {
  if (options.at !== undefined) {
    const { pointInTime } = await import("../../talk/point-in-time.ts");
    return pointInTime("--at", options.at);
  }
  doubtClock([account], needs.clock.now(), needs);
  const wanted = minRemainingOf(account, otp, options);
  // Checked again after a wait: the clock may have been set, or the timer may have been early.
  for (;;) {
    const now = needs.clock.now();
    const { until } = windowOf(otp, stepAt(otp, now));
    if ((until - now) / 1000 >= wanted) return now;
    note(needs, `waiting ${remainingSeconds(otp, now)} s for a fresh code`);
    await needs.clock.sleep(until - now);
  }
}
