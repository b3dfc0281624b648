/** `code`: the everyday command, and the one whose start-up time counts. It imports nothing that is not needed for a code. */

import { printableJson } from "../../base/printable.ts";
import type { Account } from "../../ledger/account.ts";
import { findAccount } from "../../ledger/find.ts";
import type { Hotp, Steam, Totp } from "../../otp/enrolment.ts";
import { remainingSeconds, stepAt, windowOf } from "../../otp/one-time-code.ts";
import type { Secret } from "../../otp/secret.ts";
import { takeCounters } from "../../spending/take-counters.ts";
import { copyCode } from "../../talk/copied-code.ts";
import { pointInTime } from "../../talk/options.ts";
import { isInteractive, note } from "../../talk/say.ts";
import { seedOf } from "../../vault/open-account.ts";
import type { World } from "../../world.ts";
import {
  type Answer,
  type CodeOptions,
  counterAnswer,
  demandNoTime,
  minRemainingOf,
  timeAnswer,
} from "./answer.ts";

export async function code(query: string | undefined, options: CodeOptions, ctx: World): Promise<void> {
  if (query === undefined) {
    const { allCodes } = await import("./all-codes.ts");
    return allCodes(options, ctx);
  }
  const account = ctx.ledger.quickly(query) ?? (await findAccount(ctx.ledger.accounts(), query));
  await give(account, await answerFor(account, options, ctx), options, ctx);
}

/** Prints or copies it. */
export async function give(
  account: Account,
  answer: Answer,
  options: CodeOptions,
  ctx: World,
): Promise<void> {
  if (options.mask) {
    const { masks } = await import("./masks.ts");
    ctx.stderr.write(masks(answer, options));
  }
  if (options.copy) {
    note(ctx, await copyCode(answer.codes[0], account, ctx));
  } else if (options.json) {
    ctx.stdout.write(`${printableJson(answer.json())}\n`);
  } else {
    ctx.stdout.write(`${answer.codes.join("\n")}\n`);
    if (answer.advice !== undefined && isInteractive(ctx)) note(ctx, answer.advice);
  }
}

async function answerFor(account: Account, options: CodeOptions, ctx: World): Promise<Answer> {
  const enrolment = await seedOf(account, ctx);
  if (options.once) {
    const { onceAnswer } = await import("./once.ts");
    return onceAnswer(account, enrolment, options, ctx);
  }
  const { secret, otp } = enrolment;
  if (otp.type === "hotp") return hotpAnswer(account, secret, otp, options, ctx);
  return timeAnswer(account, secret, otp, await timeOf(account, otp, options, ctx), options);
}

/** The one of --at, else now, or the beginning of the next step if the current one has less time left than is wanted. */
export async function timeOf(
  account: Account,
  otp: Totp | Steam,
  options: CodeOptions,
  ctx: World,
): Promise<number> {
  if (options.at !== undefined) return pointInTime("--at", options.at);
  const wanted = minRemainingOf(account, otp, options);
  const now = ctx.clock.now();
  const { until } = windowOf(otp, stepAt(otp, now));
  if ((until - now) / 1000 >= wanted) return now;
  note(ctx, `waiting ${remainingSeconds(otp, now)} s for a fresh code`);
  await ctx.clock.sleep(until - now);
  return Math.max(ctx.clock.now(), until);
}

/** The counter is saved before the code is shown: a code that was seen is never given out again. */
async function hotpAnswer(
  account: Account,
  secret: Secret,
  otp: Hotp,
  options: CodeOptions,
  ctx: World,
): Promise<Answer> {
  demandNoTime(account, options);
  const counter = await takeCounters(account.id, options.pair ? 2 : 1, ctx);
  return counterAnswer(account, secret, otp, counter, options);
}
