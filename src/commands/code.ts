/** `code`: the everyday command, and the one whose start-up time counts. It imports nothing that is not needed for a code. */
import type { Command } from "commander";
import type { Context } from "../context.ts";
import type { Account } from "../ledger/account.ts";
import { findAccount } from "../ledger/find.ts";
import { codeOf, remainingSeconds, stepAt, windowOf } from "../otp/code.ts";
import type { Hotp, Steam, Totp } from "../otp/enrolment.ts";
import type { Secret } from "../otp/secret.ts";
import { printable, printableJson } from "../printable.ts";
import { accountJson } from "./json.ts";
import { seedOf } from "./open-account.ts";
import { pointInTime, usageError, wholeSeconds } from "./options.ts";
import { isInteractive, note, quoted } from "./say.ts";

export interface CodeOptions {
  next?: boolean;
  pair?: boolean;
  minRemaining?: string;
  at?: string;
  copy?: boolean;
  json?: boolean;
}

export const CLEAR_CLIPBOARD_AFTER = 30;

export function registerCode(program: Command, ctx: Context): void {
  program
    .command("code")
    .description("print the current code of an account, or of all accounts")
    .argument("[account]", "name, id, or part of name, issuer or label")
    .option("--next", "the code after the current one")
    .option("--pair", "two consecutive codes, as AWS asks for")
    .option("--min-remaining <seconds>", "wait for the next code if this one has less time left")
    .option("--at <time>", "the code at another time: seconds since 1970 or ISO 8601")
    .option("--copy", `copy it to the clipboard instead, cleared after ${CLEAR_CLIPBOARD_AFTER} s`)
    .option("--json", "with times, and the next code")
    .action((query: string | undefined, options: CodeOptions) => code(query, options, ctx));
}

export async function code(query: string | undefined, options: CodeOptions, ctx: Context): Promise<void> {
  checkOptions(query, options);
  if (query === undefined) {
    const { allCodes } = await import("./all-codes.ts");
    return allCodes(options, ctx);
  }
  const account = ctx.ledger.quickly(query) ?? (await findAccount(ctx.ledger.accounts(), query));
  const answer = await answerFor(account, options, ctx);
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

function checkOptions(query: string | undefined, options: CodeOptions): void {
  if (options.next && options.pair) throw usageError("--next and --pair exclude each other");
  if (options.at !== undefined && options.minRemaining !== undefined) {
    throw usageError("--at and --min-remaining exclude each other");
  }
  if (options.copy && (options.json || options.pair))
    throw usageError("--copy takes one code: no --json, no --pair");
  if (
    query === undefined &&
    (options.copy || options.pair || options.next || options.minRemaining !== undefined)
  ) {
    throw usageError("--copy, --pair, --next and --min-remaining need an account");
  }
}

export interface Answer {
  readonly codes: readonly [string, ...string[]];
  /** For --json. */
  json(): unknown;
  /** For people in front of a terminal. */
  readonly advice?: string;
}

async function answerFor(account: Account, options: CodeOptions, ctx: Context): Promise<Answer> {
  const { secret, otp } = await seedOf(account, ctx);
  if (otp.type === "hotp") return hotpAnswer(account, secret, otp, options, ctx);
  const time =
    options.at !== undefined
      ? pointInTime("--at", options.at)
      : await waitedFor(otp, options.minRemaining ?? "0", account, ctx);
  return timeAnswer(account, secret, otp, time, options);
}

/** Now, or the beginning of the next step if the current one has less than the wanted time left. */
async function waitedFor(
  otp: Totp | Steam,
  minRemaining: string,
  account: Account,
  ctx: Context,
): Promise<number> {
  const wanted = wholeSeconds("--min-remaining", minRemaining);
  if (wanted > otp.period) throw usageError(`the codes of ${quoted(account.name)} live ${otp.period} s only`);
  const now = ctx.now();
  const { until } = windowOf(otp, stepAt(otp, now));
  if ((until - now) / 1000 >= wanted) return now;
  note(ctx, `waiting ${remainingSeconds(otp, now)} s for a fresh code`);
  await ctx.sleep(until - now);
  return Math.max(ctx.now(), until);
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
  if (options.next || options.at !== undefined || options.minRemaining !== undefined) {
    throw usageError(
      `${quoted(account.name)} counts (HOTP): --next, --at and --min-remaining are for time-based codes`,
    );
  }
  const counter = await takeCounters(account.id, options.pair ? 2 : 1, ctx);
  const first = codeOf(secret, otp, counter);
  const json = { version: 1, account: accountJson(account), type: otp.type, code: first, counter };
  if (!options.pair) return { codes: [first], json: () => json };
  const second = codeOf(secret, otp, counter + 1);
  return { codes: [first, second], json: () => ({ ...json, next: second }) };
}

/** Moves the account's counter on and returns the first of the counter values that are now ours alone. */
export async function takeCounters(id: string, amount: number, ctx: Context): Promise<number> {
  return ctx.ledger.edit(async (edit) => {
    const account = ctx.ledger.accounts().find((one) => one.id === id);
    if (account?.otp.type !== "hotp") throw new Error("a counting account has no counter in the ledger");
    const { counter } = account.otp;
    edit.update({ ...account, otp: { ...account.otp, counter: counter + amount } });
    return counter;
  });
}

/** `123456  name`, one line an account. */
export function codeLine(code: string, width: number, name: string): string {
  return `${code.padEnd(width)}  ${printable(name)}`;
}
