/**
 * What an unlocked store answers: codes for steps near its own clock, never a seed. Issuer, label and parameters are compared here,
 * inside, so that no code is made in the name of another account. It locks itself when its time is over, when its socket is not its
 * own any more, when what opens the store changes, and when a debugger could read its memory.
 */
import { asUserError, attempt, UserError } from "../base/errors.ts";
import { findAccount } from "../ledger/find.ts";
import { mayMatch } from "../ledger/fingerprint.ts";
import { createLedger } from "../ledger/ledger.ts";
import { differences } from "../ledger/same-account.ts";
import { codeOf, stepAt } from "../otp/one-time-code.ts";
import type { DataFolder } from "../ports/data-folder.ts";
import type { DataKey } from "../seeds/file/data-key.ts";
import { readSealed } from "../seeds/file/sealed-file.ts";
import { doubtClock } from "../talk/doubtful-clock.ts";
import { type Answer, formatAnswer, parseRequest, type Result, type Wanted } from "./requests.ts";
import type { Start } from "./start-message.ts";
import { openersOf } from "./store-openers.ts";
import { type Clocks, timeLeft } from "./time-left.ts";

/** Steps before and after the one at its clock: a client's clock may be a little off, and --json shows the next code of --next. */
const BEFORE = 1;
const AFTER = 2;

export interface AgentWorld extends Clocks {
  readonly folder: DataFolder;
  /** Whether its socket is its own, and nothing can look into its memory as far as it can tell. */
  isSafe(): boolean;
}

export interface Agent {
  answer(text: string): Promise<{ readonly text: string; readonly isLast: boolean }>;
  isOver(): boolean;
}

export function agentOf({ keys, durations }: Start, world: AgentWorld): Agent {
  const { folder, isSafe } = world;
  const time = timeLeft(durations, world);
  const openers = openersOf(folder);
  const isOver = (): boolean => time.isOver() || !isSafe() || openers === "" || openersOf(folder) !== openers;
  const last = (answer: Answer) => ({ text: formatAnswer(answer), isLast: true });

  return {
    isOver,
    async answer(text) {
      const request = attempt(() => parseRequest(text));
      if (request === "lock" || isOver()) return last("locked");
      if (request === undefined || request instanceof UserError)
        return { text: formatAnswer("too far"), isLast: false };
      const answer =
        "query" in request
          ? await plainCode(request.query, keys, folder, world).catch((): Answer => "not plain")
          : await handOut(request.wanted, keys, folder, world);
      if (isOver()) return last("locked");
      if (hasCode(answer)) time.used();
      return { text: formatAnswer(answer), isLast: false };
    },
  };
}

function hasCode(answer: Answer): boolean {
  if (typeof answer === "string") return false;
  return "code" in answer || answer.results.some((result) => "codes" in result && result.codes.length > 0);
}

/** Finds the account as `code NAME` does. Anything else than a code is left to the program: it has all the words for it. */
async function plainCode(
  query: string,
  keys: Start["keys"],
  folder: DataFolder,
  { wall }: Clocks,
): Promise<Answer> {
  let isPlain = true;
  const warned = (): void => {
    isPlain = false;
  };
  const ledger = createLedger(folder, warned);
  const account = ledger.findIndexed(query) ?? (await findAccount(ledger.accounts(), query, ledger));
  const now = wall();
  doubtClock([account], now, { stderr: { write: warned, isOpen: true, isTTY: false, color: false } });
  if (!isPlain || account.otp.type === "hotp") return "not plain";
  const result = await resultFor({ account, steps: [stepAt(account.otp, now)] }, keys, folder, now);
  const [code] = result !== "too far" && "codes" in result ? result.codes : [];
  return code === undefined ? "not plain" : { code };
}

async function handOut(
  wanted: readonly Wanted[],
  keys: Start["keys"],
  folder: DataFolder,
  { wall }: Clocks,
): Promise<Answer> {
  const results: Result[] = [];
  for (const one of wanted) {
    const result = await resultFor(one, keys, folder, wall()).catch(failureOf);
    if (result === "too far") return result;
    results.push(result);
  }
  return { results };
}

async function resultFor(
  { account, steps }: Wanted,
  [current, ...others]: Start["keys"],
  folder: DataFolder,
  now: number,
): Promise<Result | "too far"> {
  const find = async (id: string): Promise<DataKey | undefined> => others.find((key) => key.id === id);
  const { secret, issuer, label, otp } = await readSealed(folder, current, account.id, find);
  if (!mayMatch(secret, account.fingerprint)) return { otherSeed: true };
  if (differences(account, { issuer, label, otp }).length > 0) return { sealed: { issuer, label, otp } };
  if (otp.type === "hotp") return "too far";
  const here = stepAt(otp, now);
  const isNear = (step: number): boolean => step >= here - BEFORE && step <= here + AFTER;
  // A request for a million times the same step would keep everyone else waiting, lock included.
  if (steps.length > BEFORE + 1 + AFTER || !steps.every(isNear)) return "too far";
  return { codes: steps.map((step) => codeOf(secret, otp, step)) };
}

function failureOf(error: unknown): Result {
  const { message, exitCode, hints } = asUserError(error);
  return { failed: { message, exitCode, hints: [...hints] } };
}
