/** `code`: the everyday command, and the one whose start-up time counts. It imports nothing that is not needed for a code. */
import type { Context } from "../../context.ts";
import type { Account } from "../../ledger/account.ts";
import { findAccount } from "../../ledger/find.ts";
import { codeOf, remainingSeconds, stepAt, windowOf } from "../../otp/code.ts";
import type { Hotp, Steam, Totp } from "../../otp/enrolment.ts";
import type { Secret } from "../../otp/secret.ts";
import { printable, printableJson } from "../../printable.ts";
import { accountJson } from "../parts/json.ts";
import { seedOf } from "../parts/open-account.ts";
import { pointInTime, usageError, wholeSeconds } from "../parts/options.ts";
import { isInteractive, note, quoted } from "../parts/say.ts";

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

export const CLEAR_CLIPBOARD_AFTER = 30;

export async function code(query: string | undefined, options: CodeOptions, ctx: Context): Promise<void> {
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
  ctx: Context,
): Promise<void> {
  if (options.mask) {
    const { masks } = await import("./masks.ts");
    ctx.stderr.write(masks(answer, options));
  }
  if (options.copy) {
    await ctx.clipboard.copy(answer.codes[0], CLEAR_CLIPBOARD_AFTER);
    note(
      ctx,
      `copied the code of ${quoted(account.name)}; the clipboard is cleared in ${CLEAR_CLIPBOARD_AFTER} s`,
    );
  } else if (options.json) {
    ctx.stdout.write(`${printableJson(answer.json())}\n`);
  } else {
    ctx.stdout.write(`${answer.codes.join("\n")}\n`);
    if (answer.advice !== undefined && isInteractive(ctx)) note(ctx, answer.advice);
  }
}

export interface Answer {
  readonly codes: readonly [string, ...string[]];
  /** For --json. */
  json(): { readonly version: number; readonly next?: string };
  /** For people in front of a terminal. */
  readonly advice?: string;
}

async function answerFor(account: Account, options: CodeOptions, ctx: Context): Promise<Answer> {
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
  ctx: Context,
): Promise<number> {
  if (options.at !== undefined) return pointInTime("--at", options.at);
  const wanted = minRemainingOf(account, otp, options);
  const now = ctx.now();
  const { until } = windowOf(otp, stepAt(otp, now));
  if ((until - now) / 1000 >= wanted) return now;
  note(ctx, `waiting ${remainingSeconds(otp, now)} s for a fresh code`);
  await ctx.sleep(until - now);
  return Math.max(ctx.now(), until);
}

export function minRemainingOf(account: Account, otp: Totp | Steam, { minRemaining }: CodeOptions): number {
  const wanted = wholeSeconds("--min-remaining", minRemaining ?? "0");
  if (wanted > otp.period) throw usageError(`the codes of ${quoted(account.name)} live ${otp.period} s only`);
  return wanted;
}

/** The answer for a time-based account; touches nothing. */
export function timeAnswer(
  account: Account,
  secret: Secret,
  otp: Totp | Steam,
  time: number,
  options: CodeOptions,
): Answer {
  const step = stepAt(otp, time) + (options.next ? 1 : 0);
  const first = codeOf(secret, otp, step);
  const second = () => codeOf(secret, otp, step + 1);
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
  return { codes: [first], json, ...(options.at === undefined ? { advice: `valid for ${left} s` } : {}) };
}

/** The counter is saved before the code is shown: a code that was seen is never given out again. */
async function hotpAnswer(
  account: Account,
  secret: Secret,
  otp: Hotp,
  options: CodeOptions,
  ctx: Context,
): Promise<Answer> {
  demandNoTime(account, options);
  const counter = await takeCounters(account.id, options.pair ? 2 : 1, ctx);
  return counterAnswer(account, secret, otp, counter, options);
}

/** The options that a counting account has no use for. */
export function demandNoTime(account: Account, { next, at, minRemaining }: CodeOptions): void {
  if (!next && at === undefined && minRemaining === undefined) return;
  throw usageError(
    `${quoted(account.name)} counts (HOTP): --next, --at and --min-remaining are for time-based codes`,
  );
}

/** The answer for a counting account, whose `counter` is used up by now. */
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

/** Moves the account's counter on and returns the first of the counter values that are now ours alone; none is below `least`. */
export async function takeCounters(
  id: string,
  amount: number,
  ctx: Pick<Context, "ledger">,
  least = 0,
): Promise<number> {
  return ctx.ledger.edit(async (edit) => {
    const account = ctx.ledger.accounts().find((one) => one.id === id);
    if (account?.otp.type !== "hotp") throw new Error("a counting account has no counter in the ledger");
    const counter = Math.max(account.otp.counter, least);
    edit.update({ ...account, otp: { ...account.otp, counter: counter + amount } });
    return counter;
  });
}

/** `123456  name`, one line an account. */
export function codeLine(code: string, width: number, name: string): string {
  return `${code.padEnd(width)}  ${printable(name)}`;
}
