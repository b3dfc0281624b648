/**
 * The life of two homes that share a bare repository: rounds of both at work, `sync` among it, and killed. Each account is
 * touched in one home only, so that what the two make of it together is known: what that one did.
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
import { checkVoices, type Ended, killsOf, leftovers, runAll, storyOf } from "./round.ts";
import { look, type View } from "./view.ts";
import { unexplained, type World } from "./world.ts";

const MOST_AT_ONCE = 4;
const MANY_ACCOUNTS = 16;
/** How often a home is killed while it joins, at most. */
const KILLS_WHILE_JOINING = 3;

interface Side {
  readonly computer: Computer;
  readonly here: Inside;
}

type Said = (problem: string) => void;

/** Gives what was wrong, in words. */
export async function shareThrough(options: HomeOptions): Promise<string[]> {
  const { folder, env, kills, random, age, tally } = options;
  const bare = join(folder, "bare.git");
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", bare]);
  const sides = ["one", "other"].map((name): Side => {
    const home = join(folder, name);
    mkdirSync(home);
    const computer = computerIn(home, env);
    return { computer, here: inside(computer.data, computer.env) };
  });
  let names = 0;
  const tools: Tools = { random, age, folder, fresh: (kind) => `${kind}-${++names}` };
  const problems: string[] = [];
  let left = kills;
  let story = "";
  const said: Said = (problem) => void problems.push(problem);

  await sides[0]?.here.run(["add", "-"], operations.add(some(tools, 4)).stdin);
  for (const side of sides) left -= await enter(side);
  let met = await meet(sides, tools, said);
  while (left > 0 && problems.length === 0) {
    const plans = await choose(met, tools);
    const chosen = plans.flatMap(({ side, list }) => list.map((one) => [one, side.computer] as const));
    const ended = await runAll(chosen.slice(0, Math.max(2, left)), options);
    const killed = killsOf(ended);
    left -= killed;
    tally.round(ended.length, false, sides.flatMap(({ computer }) => leftovers(computer)).length);
    story = storyOf(ended);
    checkVoices(ended, said);
    const expected = new Map(met.world);
    for (const [i, { side, list }] of plans.entries()) {
      const own = ended.filter(({ operation }) => list.includes(operation));
      await checkSide(side, own, met.views[i]?.world ?? new Map(), expected, said);
    }
    met = await meet(random() < 0.5 ? sides : sides.toReversed(), tools, said, expected);
  }
  if (problems.length === 0) await requireAgreement(sides, said);
  if (problems.length === 0) requireSound(bare, sides, said);
  if (problems.length > 0) problems.push(story);
  return problems.map((problem) => `${folder}, ${problem}`);

  /** Says how often it was killed at that. */
  async function enter({ computer, here }: Side): Promise<number> {
    const begin = operations.sync("--init", bare);
    let killed = 0;
    for (let i = 0; i < KILLS_WHILE_JOINING; i++) {
      const ended = await runAll([[begin, computer]], options);
      story = storyOf(ended);
      checkVoices(ended, said);
      await look(here, said);
      killed += killsOf(ended);
    }
    await requireSync(here, begin.args, said);
    return killed;
  }
}

interface Met {
  readonly sides: readonly Side[];
  /** What each has: the second everything, the first not yet what the second had to tell. */
  readonly views: readonly View[];
  /** Of both together. */
  readonly world: World;
}

/** One syncs, and then the other, which has got something new by then: the next sync of the first has something to fetch. */
async function meet(sides: readonly Side[], tools: Tools, said: Said, expected?: World): Promise<Met> {
  const news = operations.add(some(tools, 2));
  const views: View[] = [];
  for (const [i, { computer, here }] of sides.entries()) {
    if (i > 0) await here.run(news.args, news.stdin);
    await requireSync(here, ["sync"], said);
    views.push(await look(here, said));
    const remains = [...leftovers(computer), ...here.faults()];
    if (remains.length > 0) said(`sync left ${remains.join(", ")}`);
  }
  const world = views.at(-1)?.world ?? new Map();
  const strayed = expected && unexplained(expected, [{ step: news, ending: "done" }], world);
  if (strayed !== undefined) said(`after both have synced: ${strayed}`);
  return { sides, views, world };
}

interface Plan {
  readonly side: Side;
  readonly list: readonly Operation[];
}

/** Each account is one side's in this round; one that the two see differently is nobody's. */
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

/** What it has touched goes into `expected`, as it is found; of all others it knows what it knew, or what is newer. */
async function checkSide(
  { here }: Side,
  ended: readonly Ended[],
  before: World,
  expected: Map<string, string>,
  said: Said,
): Promise<void> {
  const { world } = await look(here, said);
  const touched = new Set(ended.flatMap(({ operation }) => operation.touches));
  const only = (all: World): World => new Map([...all].filter(([key]) => touched.has(key)));
  const fault = unexplained(only(before), ended, only(world));
  if (fault !== undefined) said(fault);
  for (const key of before.keys()) if (!world.has(key)) said(`${key} was lost`);
  for (const key of touched) {
    const state = world.get(key);
    if (state !== undefined) expected.set(key, state);
  }
}

async function requireAgreement(sides: readonly Side[], said: Said): Promise<void> {
  for (const { here } of [...sides, ...sides]) await requireSync(here, ["sync"], said);
  const [one, other] = await Promise.all(sides.map(({ here }) => look(here, said)));
  const fault = one && other && unexplained(one.world, [], other.world);
  if (fault !== undefined) said(`the two homes do not agree: ${fault}`);
}

/** In the place of the next command: whatever was killed, it does its work without a word of that. */
async function requireSync(here: Inside, args: readonly string[], said: Said): Promise<void> {
  const { exitCode, stderr } = await here.run(args);
  const heard = here.said().filter((text) => text !== "waiting for another twinseed to finish");
  if (exitCode !== 0 || /warning|\bbug\b/.test(stderr) || heard.length > 0)
    said(`the next sync (${args.join(" ")}): exit ${exitCode}, ${stderr} ${heard.join()}`);
}

/** Git's own files, to the last object. */
function requireSound(bare: string, sides: readonly Side[], said: Said): void {
  for (const folder of [bare, ...sides.map(({ computer }) => join(computer.data, ".git"))]) {
    const { status, stderr } = spawnSync("git", ["--git-dir", folder, "fsck", "--strict", "--no-dangling"]);
    if (status !== 0) said(`git fsck: ${stderr}`);
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    for (const name of names) if (name.endsWith(".lock")) said(`${folder} is locked: ${name}`);
  }
}
