/** Answers of `code` from a store that is unlocked: its process makes the codes, and this one never has the seed. */
import { ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { Account } from "../../ledger/account.ts";
import type { Steam, Totp } from "../../otp/enrollment.ts";
import { stepAt } from "../../otp/one-time-code.ts";
import { note } from "../../talk/say.ts";
import { formatWanted, parseAnswer, type Result } from "../../unlocking/requests.ts";
import { requireSameAccount } from "../../vault/require-same-account.ts";
import type { Needs } from "../../world.ts";
import { type Answer, type CodeOptions, stepAnswer } from "./answer.ts";

export type UnlockedNeeds = Needs<"stderr" | "mayBeUnlocked" | "unlocked" | "ledger" | "stateFolder">;

/** The answer for one of the accounts; throws as seedOf does. */
export type Answers = (account: Account) => Promise<Answer>;

/**
 * undefined if the store is not unlocked, or the seed itself is needed: then it has to be opened as always. `timeOf`: when the codes are
 * for; it may wait.
 */
export async function unlockedAnswers(
  accounts: readonly Account[],
  timeOf: (otp: Totp | Steam) => number | Promise<number>,
  options: CodeOptions,
  needs: UnlockedNeeds,
): Promise<Answers | undefined> {
  const wishes = accounts.flatMap((account) =>
    account.otp.type === "hotp" ? [] : [{ account, otp: account.otp }],
  );
  const [first] = wishes;
  // A counter moves on, a code that no one else gets is reserved with a key that comes from the seed, and another time is as good as that.
  if (first === undefined || options.once || options.at !== undefined) return undefined;
  const time = await timeOf(first.otp);
  const wanted = wishes.map(({ account, otp }) => {
    const step = stepAt(otp, time) + (options.next ? 1 : 0);
    return { account, otp, steps: options.pair || options.json ? [step, step + 1] : [step] };
  });
  const asked = await needs.unlocked.ask(formatWanted(wanted));
  if (asked === undefined) return undefined;
  if ("fault" in asked) return warned(`the unlocked store can't be asked: ${asked.fault}`, needs);
  const answer = parseAnswer(asked.answer);
  if (answer === "locked") return warned("the store was locked in the meantime", needs);
  if (answer === "too far") return warned("an unlocked store gives codes of the current time only", needs);
  if (answer === undefined || answer === "not plain" || "code" in answer)
    return warned("the unlocked store gave an answer of another version", needs);
  const found = new Map(wanted.map((one, i) => [one.account.id, { ...one, result: answer.results[i] }]));
  return async (account) => {
    const one = found.get(account.id);
    if (one === undefined) throw new Error("no answer for an account that was asked for");
    const { otp, steps, result } = one;
    const codes = await codesIn(result, account, needs);
    const codeAt = (step: number): string => {
      const code = codes[steps.indexOf(step)];
      if (code === undefined) throw new Error("a code is missing in the answer");
      return code;
    };
    return stepAnswer(account, otp, codeAt, steps[0] ?? 0, time, options);
  };
}

function warned(text: string, needs: UnlockedNeeds): undefined {
  note(needs, printable(text, 500));
}

async function codesIn(
  result: Result | undefined,
  account: Account,
  needs: UnlockedNeeds,
): Promise<readonly string[]> {
  if (result === undefined) throw new Error("an account is missing in the answer");
  if ("codes" in result) return result.codes;
  if ("otherSeed" in result) {
    const { otherSeed } = await import("../../vault/recovery.ts");
    throw await otherSeed("file", account, needs);
  }
  if ("failed" in result) throw failure(result.failed);
  requireSameAccount(account, result.sealed);
  throw new Error("the unlocked store sees a difference that is none");
}

/** It comes from a process of ours, but through a socket. */
function failure({ message, exitCode, hints }: Extract<Result, { failed: unknown }>["failed"]): UserError {
  const known = exitCode === ExitCode.locked ? ExitCode.locked : ExitCode.failed;
  return new UserError(
    printable(message, 500),
    known,
    hints.map((hint) => printable(hint, 500)),
  );
}
