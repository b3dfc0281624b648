/**
 * The life of two homes that share a bare repository: rounds in which both run commands, including `sync`, and are killed. Each
 * account is changed in one home only, so the expected result after both have synced is known: what that home did.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Computer, computerIn } from "../helpers/binary.ts";
import { type Choices, weighted } from "./choices.ts";
import type { HomeOptions } from "./home.ts";
import { type Inside, inside } from "./inside.ts";
import type { Known, Operation, Tools } from "./operations.ts";
import * as operations from "./operations.ts";
import { checkMessages, type Ended, killsOf, leftovers, runAll, storyOf } from "./round.ts";
import { readView, type View } from "./view.ts";
import { unexplained, type World } from "./world.ts";

const MOST_AT_ONCE = 4;
const MANY_ACCOUNTS = 16;
/** How often a command is killed at most while a home joins. */
const KILLS_WHILE_JOINING = 2;

interface Side {
  readonly computer: Computer;
  readonly here: Inside;
}

type AddProblem = (problem: string) => void;

/** Returns descriptions of the problems found. */
export async function shareThrough(options: HomeOptions): Promise<string[]> {
  const { folder, env, kills, random, age, tally } = options;
  const bare = join(folder, "bare.git");
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", bare]);
  const sides = ["one", "other"].map((name): Side => {
    const home = join(folder, name);
    mkdirSync(home);
    const own = name === "one" ? {} : { TWINSEED_IDENTITY_FILE: age.identityFile };
    const computer = computerIn(home, { ...env, ...own });
    return { computer, here: inside(computer.data, computer.env) };
  });
  let names = 0;
  const tools: Tools = { random, age, folder, fresh: (kind) => `${kind}-${++names}` };
  const problems: string[] = [];
  let left = kills;
  let story = "";
  const addProblem: AddProblem = (problem) => void problems.push(problem);

  await sides[0]?.here.run(["add", "-"], operations.add(some(tools, 4)).stdin);
  for (const side of sides) left -= await enter(side, sides[0]);
  let met = await meet(sides, tools, addProblem);
  while (left > 0 && problems.length === 0) {
    const plans = await choose(met, tools);
    const chosen = plans.flatMap(({ side, list }) => list.map((one) => [one, side.computer] as const));
    const ended = await runAll(chosen.slice(0, Math.max(2, left)), options);
    const killed = killsOf(ended);
    left -= killed;
    tally.round(ended.length, false, sides.flatMap(({ computer }) => leftovers(computer)).length);
    story = storyOf(ended);
    checkMessages(ended, addProblem);
    const expected = new Map(met.world);
    for (const [i, { side, list }] of plans.entries()) {
      const own = ended.filter(({ operation }) => list.includes(operation));
      await checkSide(side, own, met.views[i]?.world ?? new Map(), expected, addProblem);
    }
    met = await meet(random() < 0.5 ? sides : sides.toReversed(), tools, addProblem, expected);
  }
  if (problems.length === 0) await requireAgreement(sides, addProblem);
  if (problems.length === 0) requireSound(bare, sides, addProblem);
  if (problems.length > 0) problems.push(story);
  return problems.map((problem) => `${folder}, ${problem}`);

  /** The first begins; the other joins with three commands. Returns how often they were killed meanwhile. */
  async function enter(side: Side, first: Side | undefined): Promise<number> {
    if (side === first || first === undefined)
      return (await insist(side, operations.sync("--init", bare))).killed;
    const asked = await insist(side, operations.sync("--join", bare, "--name", "other"));
    const added = await insist(first, operations.addMember(asked.stdout.trim()));
    const words = added.stdout.trim().split(" ").at(-1) ?? "";
    const joined = await insist(side, operations.sync("--join", bare, "--words", words));
    return asked.killed + added.killed + joined.killed;
  }

  /** Runs it until it is done, after some kills. */
  async function insist(
    { computer, here }: Side,
    operation: Operation,
  ): Promise<{ killed: number; stdout: string }> {
    let killed = 0;
    for (let i = 0; i < KILLS_WHILE_JOINING; i++) {
      const ended = await runAll([[operation, computer]], options);
      story = storyOf(ended);
      checkMessages(ended, addProblem);
      await readView(here, addProblem);
      killed += killsOf(ended);
    }
    return { killed, stdout: await requireSync(here, operation.args, addProblem) };
  }
}

interface Met {
  readonly sides: readonly Side[];
  /** What each home has. The second has everything; the first does not have the second's news yet. */
  readonly views: readonly View[];
  /** Both homes combined. */
  readonly world: World;
}

/** One home syncs, then the other, after adding something new, so that the first one's next sync has something to fetch. */
async function meet(
  sides: readonly Side[],
  tools: Tools,
  addProblem: AddProblem,
  expected?: World,
): Promise<Met> {
  const news = operations.add(some(tools, 2));
  const views: View[] = [];
  for (const [i, { computer, here }] of sides.entries()) {
    if (i > 0) await here.run(news.args, news.stdin);
    await requireSync(here, ["sync"], addProblem);
    views.push(await readView(here, addProblem));
    const remains = [...leftovers(computer), ...here.faults()];
    if (remains.length > 0) addProblem(`sync left ${remains.join(", ")}`);
  }
  const world = views.at(-1)?.world ?? new Map();
  const strayed = expected && unexplained(expected, [{ step: news, ending: "done" }], world);
  if (strayed !== undefined) addProblem(`after both have synced: ${strayed}`);
  return { sides, views, world };
}

interface Plan {
  readonly side: Side;
  readonly list: readonly Operation[];
}

/** Assigns each account to one side for this round. Accounts that the two see differently are not assigned. */
async function choose({ sides, views, world }: Met, tools: Tools): Promise<Plan[]> {
  const { random } = tools;
  const [first] = views;
  const same = (list: readonly Known[] = []): Known[] =>
    list.filter(({ key }) => views.every((one) => one.world.get(key) === world.get(key)));
  const [here, removed] = [
    share(same(first?.here), sides, random),
    share(same(first?.removed), sides, random),
  ];
  const plans = sides.map(async (side, i) => {
    const take = (list: Known[] | undefined, make: (one: Known, tools: Tools) => Operation): Operation[] => {
      const [one] = list?.splice(0, 1) ?? [];
      return one === undefined ? [] : [make(one, tools)];
    };
    const choices: Choices = [
      [8, () => [operations.sync()]],
      [world.size > MANY_ACCOUNTS ? 0 : 3, () => [operations.add(some(tools, 2))]],
      [2, () => [operations.addDevice(tools)]],
      [5, () => take(here[i], operations.rename)],
      [3, () => take(here[i], operations.remove)],
      [2, () => take(here[i], (one) => operations.replace(one, operations.newEnrollment(tools)))],
      [3, () => take(removed[i], operations.restore)],
    ];
    const wanted = 2 + Math.floor(random() * (MOST_AT_ONCE - 1));
    const list = [operations.sync()];
    while (list.length < wanted) list.push(...(await weighted(choices, random)()));
    return { side, list };
  });
  return Promise.all(plans);
}

function share(list: readonly Known[], sides: readonly Side[], random: () => number): Known[][] {
  const owners = list.map(() => Math.floor(random() * sides.length));
  return sides.map((_, side) => list.filter((_, i) => owners[i] === side));
}

function some(tools: Tools, amount: number) {
  return Array.from({ length: amount }, () => operations.newEnrollment(tools));
}

/** Puts the accounts that this side changed into `expected`, as found. It must still have all others, as before or newer. */
async function checkSide(
  { here }: Side,
  ended: readonly Ended[],
  before: World,
  expected: Map<string, string>,
  addProblem: AddProblem,
): Promise<void> {
  const { world } = await readView(here, addProblem);
  const touched = new Set(ended.flatMap(({ operation }) => operation.touches));
  const only = (all: World): World => new Map([...all].filter(([key]) => touched.has(key)));
  const fault = unexplained(only(before), ended, only(world));
  if (fault !== undefined) addProblem(fault);
  for (const key of before.keys()) if (!world.has(key)) addProblem(`${key} was lost`);
  for (const key of touched) {
    const state = world.get(key);
    if (state !== undefined) expected.set(key, state);
  }
}

async function requireAgreement(sides: readonly Side[], addProblem: AddProblem): Promise<void> {
  for (const { here } of [...sides, ...sides]) await requireSync(here, ["sync"], addProblem);
  const [one, other] = await Promise.all(sides.map(({ here }) => readView(here, addProblem)));
  const fault = one && other && unexplained(one.world, [], other.world);
  if (fault !== undefined) addProblem(`the two homes do not agree: ${fault}`);
}

/** Takes the place of the next command: whatever was killed, sync works without mentioning it. */
async function requireSync(here: Inside, args: readonly string[], addProblem: AddProblem): Promise<string> {
  const { exitCode, stdout, stderr } = await here.run(args);
  const heard = here.messages().filter((text) => text !== "waiting for another twinseed to finish");
  if (exitCode !== 0 || /warning|\bbug\b/.test(stderr) || heard.length > 0)
    addProblem(`the next sync (${args.join(" ")}): exit ${exitCode}, ${stderr} ${heard.join()}`);
  return stdout;
}

/** Checks git's own files, down to the last object. */
function requireSound(bare: string, sides: readonly Side[], addProblem: AddProblem): void {
  for (const folder of [bare, ...sides.map(({ computer }) => join(computer.data, ".git"))]) {
    const { status, stderr } = spawnSync("git", ["--git-dir", folder, "fsck", "--strict", "--no-dangling"]);
    if (status !== 0) addProblem(`git fsck: ${stderr}`);
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    for (const name of names) if (name.endsWith(".lock")) addProblem(`${folder} is locked: ${name}`);
  }
}
