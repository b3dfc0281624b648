/** Restores backups into new homes (`backup restore --into`), killing the command again and again until each home is complete. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { computerIn } from "../helpers/binary.ts";
import type { HomeOptions } from "./home.ts";
import { inside } from "./inside.ts";
import { nextCommand } from "./next-command.ts";
import type { Tools } from "./operations.ts";
import * as operations from "./operations.ts";
import { checkMessages, type Ended, killsOf, leftovers, runAll, storyOf } from "./round.ts";
import { readView } from "./view.ts";
import { unexplained } from "./world.ts";

const MOST_AT_ONCE = 2;
/** For one home, before the restore is allowed to finish. */
const ROUNDS = 4;

/** Returns descriptions of the problems found. */
export async function restoreThrough(options: HomeOptions): Promise<string[]> {
  const { folder, env, kills, random, age } = options;
  let names = 0;
  const tools: Tools = { random, age, folder, fresh: (kind) => `${kind}-${++names}` };
  const problems: string[] = [];
  let left = kills;
  while (left > 0 && problems.length === 0) left -= await oneHome(options, env, tools, problems);
  return problems.map((problem) => `${folder}, ${problem}`);
}

/** Returns how many kills there were. */
async function oneHome(
  options: HomeOptions,
  env: HomeOptions["env"],
  tools: Tools,
  problems: string[],
): Promise<number> {
  const { random, tally } = options;
  const addProblem = (problem: string): void => void problems.push(problem);
  const computer = computerIn(join(tools.folder, tools.fresh("home")), env);
  const here = inside(computer.data, env);
  const enrollments = Array.from({ length: 1 + Math.floor(random() * 4) }, () =>
    operations.newEnrollment(tools),
  );
  const restore = await operations.restoreInto(computer.data, enrollments, tools);
  let view = await readView(here, addProblem);
  let all: Ended[] = [];
  let killed = 0;
  for (let round = 0; round < ROUNDS && !all.some(({ ending }) => ending === "done"); round++) {
    const list = Array.from({ length: 1 + Math.floor(random() * MOST_AT_ONCE) }, () => restore);
    const ended = await runAll(
      list.map((one) => [one, computer]),
      options,
    );
    tally.round(list.length, false, leftovers(computer).length);
    checkMessages(
      ended.filter(({ end }) => !isTooLate(end.stderr)),
      addProblem,
    );
    const after = await readView(here, addProblem);
    // A restore that starts after another has finished finds the folder full.
    const counted = ended.map((one) =>
      isTooLate(one.end.stderr) ? { ...one, ending: "done" as const } : one,
    );
    const fault = unexplained(view.world, counted, after.world);
    if (fault !== undefined) addProblem(fault);
    killed += killsOf(ended);
    view = after;
    all = [...all, ...ended];
  }
  await finish();
  if (problems.length > 0) problems.push(storyOf(all));
  return killed;

  async function finish(): Promise<void> {
    const [last] = await runAll([[{ ...restore, isSpared: true }, computer]], options);
    const { exitCode = null, stderr = "" } = last?.end ?? {};
    if (exitCode !== 0 && !isTooLate(stderr)) addProblem(`the last restore: exit ${exitCode}, ${stderr}`);
    const complete = await readView(here, addProblem);
    const fault = unexplained(view.world, [{ step: restore, ending: "done" }], complete.world);
    if (fault !== undefined) addProblem(`after the last restore: ${fault}`);
    const remains = readdirSync(computer.data).filter((name) => name.startsWith("unfinished"));
    await nextCommand(here, complete, tools, addProblem);
    remains.push(...leftovers(computer), ...here.faults());
    if (remains.length > 0) addProblem(`the last restore left ${remains.join(", ")}`);
  }
}

function isTooLate(stderr: string): boolean {
  return /" is not empty$/m.test(stderr);
}
