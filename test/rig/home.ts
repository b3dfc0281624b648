/**
 * The life of one home: rounds of up to eight processes at once, most of which are killed. After each round everything that
 * is there must be explained by what was said, the next command must work as if nothing had been, and no code may have been
 * given out twice.
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
import { checkVoices, killsOf, leftovers, runAll, storyOf } from "./round.ts";
import type { Tally } from "./tally.ts";
import { look, type View } from "./view.ts";
import { unexplained } from "./world.ts";

const COUNTING: Hotp = { type: "hotp", algorithm: "SHA1", digits: 9, counter: 0 };
/** A new code each second. */
const HASTY: Totp = { type: "totp", algorithm: "SHA1", digits: 9, period: 1 };

export interface HomeOptions {
  readonly folder: string;
  /** On top of a bare computer's: the store, what opens it, the session bus. */
  readonly env: Readonly<Record<string, string>>;
  readonly kills: number;
  readonly random: () => number;
  readonly age: Tools["age"];
  readonly tally: Tally;
  /** Both stores can be opened: `store move` is among what is done. */
  readonly canMove?: boolean;
}

/** Lives through the kills. Gives what was wrong, in words; nothing if nothing was. */
export async function liveThrough(options: HomeOptions): Promise<string[]> {
  const { folder, env, kills, random, age, tally, canMove = false } = options;
  const computer = computerIn(folder, env);
  const here = inside(computer.data, env);
  let names = 0;
  const tools: Tools = { random, age, folder, fresh: (kind) => `${kind}-${++names}` };
  const problems: string[] = [];
  /** The accounts that codes are asked of, and the codes that were seen. */
  const spenders = [operations.newEnrollment(tools, COUNTING), operations.newEnrollment(tools, HASTY)];
  const seen = new Map<string, Set<string>>();
  let left = kills;
  let again: Operation[] = [];
  // Half of the homes are not there when the first of them dies; what is not there can't be moved.
  let view = await look(here, () => {});
  if (canMove || random() < 0.5) view = await begin();

  async function begin(): Promise<View> {
    const some = Array.from({ length: 4 }, () => operations.newEnrollment(tools));
    const { exitCode, stderr } = await here.run(["add", "-"], operations.add([...spenders, ...some]).stdin);
    if (exitCode !== 0) problems.push(`a plain add failed: ${stderr}`);
    return look(here, (problem) => problems.push(problem));
  }

  for (let round = 1; left > 0 && problems.length === 0; round++) {
    const choice = await choose({ view, spenders, again, canMove }, tools);
    const some = choice.slice(0, Math.max(1, left));
    // Else the first of them has ended before the last one looks where the seeds are.
    const chosen = canMove && random() < 0.5 ? operations.meeting("/", some, tools) : some;
    const said = (problem: string): void => void problems.push(`round ${round}: ${problem}`);
    const ended = await runAll(
      chosen.map((operation) => [operation, computer]),
      options,
    );
    const killed = killsOf(ended);
    left -= killed;
    const locked = existsSync(join(computer.data, ".lock"));
    tally.round(chosen.length, killed > 0 && locked, leftovers(computer).length);

    checkVoices(ended, said);
    const after = await look(here, said);
    const changes = ended.filter(({ operation }) => operation.codes === undefined);
    const fault = unexplained(view.world, changes, after.world);
    if (fault !== undefined) said(fault);
    checkCodes(ended, spenders, seen, view, after, said);

    const start = performance.now();
    const next = await nextCommand(here, after, tools, said);
    tally.wait(locked ? performance.now() - start : undefined);
    view = random() < 0.7 ? await finishMove(ended, computer, here, next, said) : next;
    const remains = [...leftovers(computer), ...here.faults()];
    if (remains.length > 0) said(`the next command left ${remains.join(", ")}`);
    again = ended
      .filter(({ operation, ending }) => operation.isRepeatable && ["killed", "put off"].includes(ending))
      .map(({ operation: { meeting: _, ...operation } }) => operation);
    if (problems.length > 0) problems.push(storyOf(ended));
    const isBegun = view.here.some(({ key }) => spenders.some((one) => operations.keyOf(one) === key));
    if (!isBegun && problems.length === 0) view = await begin();
  }
  return problems.map((problem) => `${folder}, ${problem}`);
}
