/**
 * The life of one home: rounds of up to eight processes at once, most of which are killed. After each round, what the commands
 * reported must explain everything that is there, the next command must work as if nothing had happened, and no code may have
 * been given out twice.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Hotp, Totp } from "../../src/otp/enrollment.ts";
import { computerIn } from "../helpers/binary.ts";
import { choose } from "./choices.ts";
import { checkCodes } from "./codes.ts";
import { inside } from "./inside.ts";
import { finishMove } from "./moving.ts";
import { nextCommand } from "./next-command.ts";
import type { Operation, Tools } from "./operations.ts";
import * as operations from "./operations.ts";
import { checkMessages, killsOf, leftovers, runAll, storyOf } from "./round.ts";
import type { Tally } from "./tally.ts";
import { readView, type View } from "./view.ts";
import { unexplained } from "./world.ts";

const COUNTING: Hotp = { type: "hotp", algorithm: "SHA1", digits: 9, counter: 0 };
/** A new code each second. */
const HASTY: Totp = { type: "totp", algorithm: "SHA1", digits: 9, period: 1 };

export interface HomeOptions {
  readonly folder: string;
  /** In addition to a bare computer's environment: the store, its key, the session bus. */
  readonly env: Readonly<Record<string, string>>;
  readonly kills: number;
  readonly random: () => number;
  readonly age: Tools["age"];
  readonly tally: Tally;
  /** Both stores can be opened, so `store move` is one of the commands. */
  readonly canMove?: boolean;
}

/** Runs rounds until there were enough kills. Returns descriptions of the problems found. */
export async function liveThrough(options: HomeOptions): Promise<string[]> {
  const { folder, env, kills, random, age, tally, canMove = false } = options;
  const computer = computerIn(folder, env);
  const here = inside(computer.data, env);
  let names = 0;
  const tools: Tools = { random, age, folder, fresh: (kind) => `${kind}-${++names}` };
  const problems: string[] = [];
  /** The accounts whose codes are requested, and the codes seen so far. */
  const codeAccounts = [operations.newEnrollment(tools, COUNTING), operations.newEnrollment(tools, HASTY)];
  const seen = new Map<string, Set<string>>();
  let left = kills;
  let again: Operation[] = [];
  // Half of the homes do not exist yet when the first command is killed. A home must exist to be moved.
  let view = await readView(here, () => {});
  if (canMove || random() < 0.5) view = await begin();

  async function begin(): Promise<View> {
    const some = Array.from({ length: 4 }, () => operations.newEnrollment(tools));
    const { exitCode, stderr } = await here.run(
      ["add", "-"],
      operations.add([...codeAccounts, ...some]).stdin,
    );
    if (exitCode !== 0) problems.push(`a plain add failed: ${stderr}`);
    return readView(here, (problem) => problems.push(problem));
  }

  for (let round = 1; left > 0 && problems.length === 0; round++) {
    const choice = await choose({ view, codeAccounts, again, canMove }, tools);
    const some = choice.slice(0, Math.max(1, left));
    // Otherwise the first of them would end before the last one checks where the seeds are.
    const chosen = canMove && random() < 0.5 ? operations.meeting("/", some, tools) : some;
    const addProblem = (problem: string): void => void problems.push(`round ${round}: ${problem}`);
    const ended = await runAll(
      chosen.map((operation) => [operation, computer]),
      options,
    );
    const killed = killsOf(ended);
    left -= killed;
    const locked = existsSync(join(computer.data, ".lock"));
    tally.round(chosen.length, killed > 0 && locked, leftovers(computer).length);

    checkMessages(ended, addProblem);
    const after = await readView(here, addProblem);
    const changes = ended.filter(({ operation }) => operation.codes === undefined);
    const fault = unexplained(view.world, changes, after.world);
    if (fault !== undefined) addProblem(fault);
    checkCodes(ended, codeAccounts, seen, view, after, addProblem);

    const start = performance.now();
    const next = await nextCommand(here, after, tools, addProblem);
    tally.wait(locked ? performance.now() - start : undefined);
    view = random() < 0.7 ? await finishMove(ended, computer, here, next, addProblem) : next;
    const remains = [...leftovers(computer), ...here.faults()];
    if (remains.length > 0) addProblem(`the next command left ${remains.join(", ")}`);
    again = ended
      .filter(({ operation, ending }) => operation.isRepeatable && ["killed", "put off"].includes(ending))
      .map(({ operation: { meeting: _, ...operation } }) => operation);
    if (problems.length > 0) problems.push(storyOf(ended));
    const isBegun = view.here.some(({ key }) => codeAccounts.some((one) => operations.keyOf(one) === key));
    if (!isBegun && problems.length === 0) view = await begin();
  }
  return problems.map((problem) => `${folder}, ${problem}`);
}
