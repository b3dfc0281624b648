/** `code` without an account: every code, one per line. One account that fails never hides the others. */

import { ExitCode, UserError } from "../../base/errors.ts";
import { printableJson } from "../../base/printable.ts";
import type { Account } from "../../ledger/account.ts";
import { toldApart } from "../../ledger/told-apart.ts";
import { isLocked } from "../../seeds/seed-store.ts";
import { doubtClock } from "../../talk/doubtful-clock.ts";
import { pointInTime } from "../../talk/point-in-time.ts";
import { count, note, quoted } from "../../talk/say.ts";
import { prefetchSeeds, seedOf } from "../../vault/open-account.ts";
import type { Needs } from "../../world.ts";
import { type Answer, type CodeOptions, codeLine, timeAnswer } from "./answer.ts";
import { whileUnlocked } from "./while-unlocked.ts";

/** In a pipe. */
const LONGEST_NAME = 500;

export type AllCodesNeeds = Needs<
  | "stdout"
  | "stderr"
  | "env"
  | "folder"
  | "stateFolder"
  | "clock"
  | "ledger"
  | "seeds"
  | "mayBeUnlocked"
  | "unlocked"
>;

export async function allCodes(options: CodeOptions, needs: AllCodesNeeds): Promise<void> {
  const accounts = needs.ledger.accounts();
  if (accounts.length === 0) {
    const { requireNone } = await import("../../ledger/not-found.ts");
    requireNone(needs.ledger);
    const { sayNoAccounts } = await import("../../talk/no-accounts.ts");
    if (!options.json) sayNoAccounts(needs);
  }
  const timed = accounts.filter(({ otp }) => otp.type !== "hotp");
  const time = options.at === undefined ? undefined : pointInTime("--at", options.at);
  const answers: { account: Account; answer: Answer }[] = [];
  const failures: UserError[] = [];
  if (time === undefined) doubtClock(timed, needs.clock.now(), needs);
  const unlocked = await whileUnlocked(timed, () => needs.clock.now(), options, needs);
  if (!unlocked) await prefetchSeeds(timed, needs);
  for (const account of timed) {
    try {
      answers.push({
        account,
        answer: await (unlocked?.(account) ?? answerFor(account, time, options, needs)),
      });
    } catch (error) {
      if (!(error instanceof UserError) || isLocked(error)) throw error;
      failures.push(new UserError(`${quoted(account.name)}: ${error.message}`, error.exitCode, error.hints));
    }
  }
  // Sixty errors would hide what is wrong.
  if (answers.length === 0 && failures.length > 1) {
    const { requireStoreOpens } = await import("../../vault/store-opens.ts");
    await requireStoreOpens(timed, await needs.seeds());
  }
  if (options.json) {
    needs.stdout.write(`${printableJson(answers.map(({ answer }) => answer.json()))}\n`);
  } else {
    const longest = needs.stdout.isTTY ? undefined : LONGEST_NAME;
    const width = Math.max(0, ...answers.map(({ answer }) => answer.codes[0].length));
    const shown = toldApart(answers.map(({ account }) => account));
    for (const [i, { answer, account }] of answers.entries())
      needs.stdout.write(`${codeLine(answer.codes[0], width, (shown[i] ?? account).name, longest)}\n`);
  }
  if (!options.json && needs.stdout.isTTY)
    sayTimeLeft(
      answers.flatMap(({ answer }) => answer.left ?? []),
      needs,
    );
  const counterBased = accounts.length - timed.length;
  if (counterBased > 0) {
    note(
      needs,
      `skipped ${count(counterBased, "counter-based (HOTP) account")}: showing a code uses it up; run: twinseed code NAME`,
    );
  }
  for (const failure of failures.slice(1)) note(needs, `error: ${failure.message}`);
  if (failures[0] !== undefined) throw failures[0];
}

/** Codes with other periods end at other times. */
function sayTimeLeft(left: readonly number[], needs: Needs<"stderr">): void {
  const [first = 0] = left;
  if (left.length === 0) return;
  const isSame = left.every((seconds) => seconds === first);
  note(needs, isSame ? `valid for ${first} s` : `the first of them changes in ${Math.min(...left)} s`);
}

async function answerFor(
  account: Account,
  time: number | undefined,
  options: CodeOptions,
  needs: AllCodesNeeds,
): Promise<Answer> {
  const { secret, otp } = await seedOf(account, needs);
  if (otp.type === "hotp")
    throw new UserError("the ledger and the seed disagree on its type", ExitCode.failed);
  return timeAnswer(account, secret, otp, time ?? needs.clock.now(), options);
}
