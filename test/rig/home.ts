/**
 * The life of one home: rounds of up to eight processes at once, most of which are killed. After each round everything that
 * is there must be explained by what was said, the next command must work as if nothing had been, and no code may have been
 * given out twice.
 */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { codeOf, stepAt } from "../../src/otp/code.ts";
import type { Enrolment, Hotp, Totp } from "../../src/otp/enrolment.ts";
import { type Computer, computerIn, foreignLines } from "../helpers/binary.ts";
import { type Inside, inside } from "./inside.ts";
import type { Known, Operation, Tools } from "./operations.ts";
import * as operations from "./operations.ts";
import { type Death, type Died, runUntil } from "./process.ts";
import type { Tally } from "./tally.ts";
import { type Ending, unexplained, type World } from "./world.ts";

const MOST_AT_ONCE = 8;
const MANY_ACCOUNTS = 24;
/** Of those who are to die at a change; the others die at some moment. */
const AT_A_CHANGE = 0.8;
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
}

export interface View {
  readonly world: World;
  readonly here: readonly Known[];
  readonly removed: readonly Known[];
  readonly counters: ReadonlyMap<string, number>;
}

/** Lives through the kills. Gives what was wrong, in words; nothing if nothing was. */
export async function liveThrough(options: HomeOptions): Promise<string[]> {
  const { folder, env, kills, random, age, tally } = options;
  const computer = computerIn(folder, env);
  const here = inside(computer.data, env);
  let names = 0;
  const tools: Tools = { random, age, folder, fresh: (kind) => `${kind}-${++names}` };
  const problems: string[] = [];
  /** The accounts that codes are asked of, and the codes that were seen. */
  const spenders = [operations.newEnrolment(tools, COUNTING), operations.newEnrolment(tools, HASTY)];
  const seen = new Map<string, Set<string>>();
  let left = kills;
  let again: Operation[] = [];
  // Half of the homes are not there when the first of them dies.
  let view = await look(here, () => {});
  if (random() < 0.5) view = await begin();

  async function begin(): Promise<View> {
    const some = Array.from({ length: 4 }, () => operations.newEnrolment(tools));
    const { exitCode, stderr } = await here.run(["add", "-"], operations.add([...spenders, ...some]).stdin);
    if (exitCode !== 0) problems.push(`a plain add failed: ${stderr}`);
    return look(here, (problem) => problems.push(problem));
  }

  for (let round = 1; left > 0 && problems.length === 0; round++) {
    const chosen = [...(await choose(view, spenders, again, tools))].slice(0, Math.max(1, left));
    const said = (problem: string): void => void problems.push(`round ${round}: ${problem}`);
    const died = await Promise.all(
      chosen.map((operation) => {
        const death = deathFor(operation, options);
        return runUntil(death, computer, operation.args, operation.stdin);
      }),
    );
    const ended = chosen.map((operation, i) => {
      const end = died[i];
      if (end === undefined) throw new Error("each of them ends");
      return { operation, end, step: operation, ending: endingOf(operation, end) };
    });
    const story = (): string =>
      ended
        .map(
          ({ operation, end, ending }) =>
            `  ${operation.args.join(" ")}: ${ending}, exit ${end.exitCode}, ${end.trace} ${end.stderr.trim()}`,
        )
        .join("\n");
    const killed = died.filter(({ wasKilled }) => wasKilled);
    left -= killed.length;
    const locked = existsSync(join(computer.data, ".lock"));
    for (const { operation, end } of ended) tally.count(operation.args, end);
    tally.round(chosen.length, killed.length > 0 && locked, leftovers(computer).length);

    for (const { operation, end } of ended) checkVoice(operation, end, said);
    const after = await look(here, said);
    const changes = ended.filter(({ operation }) => operation.codes === undefined);
    const fault = unexplained(view.world, changes, after.world);
    if (fault !== undefined) said(fault);
    checkCodes(ended, spenders, seen, view, after, said);

    const start = performance.now();
    const next = await nextCommand(here, after, tools, said);
    tally.wait(locked ? performance.now() - start : undefined);
    const remains = [...leftovers(computer), ...here.faults()];
    if (remains.length > 0) said(`the next command left ${remains.join(", ")}`);
    again = ended
      .filter(({ operation, ending }) => operation.isRepeatable && ending === "killed")
      .map(({ operation }) => operation);
    if (problems.length > 0) problems.push(story());
    view = next;
    const isBegun = view.here.some(({ key }) => spenders.some((one) => operations.keyOf(one) === key));
    if (!isBegun && problems.length === 0) view = await begin();
  }
  return problems.map((problem) => `${folder}, ${problem}`);
}

function deathFor({ args }: Operation, { random, tally }: HomeOptions): Death {
  if (random() < 0.04) return "none";
  const { changes, ms } = tally.typical(args);
  if (random() > AT_A_CHANGE) return { milliseconds: ms * (0.2 + 0.7 * random()) };
  const at = 1 + Math.floor(random() * changes);
  return random() < 0.2 ? { torn: at } : { after: at };
}

function endingOf({ report }: Operation, { wasKilled, exitCode, stdout, stderr }: Died): Ending {
  if (report.test(stderr) || report.test(stdout) || exitCode === 0) return "done";
  return wasKilled ? "killed" : "refused";
}

/** What refusals there are is said by the exit code: not found, and no code of this step left. */
const REFUSALS = [0, 3, 7, null];

/** A refusal is an answer; a bug, a warning or a lock that nobody holds is not. */
function checkVoice({ args }: Operation, { stderr, exitCode }: Died, said: (problem: string) => void): void {
  const isOurs = foreignLines(stderr.slice(0, stderr.lastIndexOf("\n") + 1)).length === 0;
  const isFine = REFUSALS.includes(exitCode) && !/warning|\bbug\b|at work for|took over|damaged/.test(stderr);
  if (!isOurs || !isFine) said(`${args.join(" ")}: exit ${exitCode}, ${stderr}`);
}

/** For one round: one to eight. */
async function choose(
  view: View,
  spenders: readonly Enrolment[],
  again: readonly Operation[],
  tools: Tools,
): Promise<Operation[]> {
  const { random } = tools;
  const keys = spenders.map(operations.keyOf);
  const [counting, hasty] = keys.map((key) => view.here.find((one) => one.key === key));
  // A seed that was removed may be added anew: then it is there twice, as asked.
  const chosen: Operation[] = again.filter(
    ({ touches }) => random() < 0.7 && !view.removed.some(({ key }) => touches.includes(key)),
  );
  const repeated = chosen.flatMap(({ touches }) => touches);
  const free = view.here.filter(({ key }) => ![...keys, ...repeated].includes(key));

  const some = (amount: number) => Array.from({ length: amount }, () => operations.newEnrolment(tools));
  const pick = (list: readonly Known[]): Known | undefined => list[Math.floor(random() * list.length)];
  const of = (account: Known | undefined, make: (account: Known, tools: Tools) => Operation): Operation[] =>
    account === undefined ? [] : [make(account, tools)];
  /** Two that take one name are refused for reasons that the world does not know. */
  const replaced = (): Operation[] => {
    const old = pick(free);
    if (old === undefined || chosen.some(({ touches }) => touches.includes(old.key))) return [];
    free.splice(free.indexOf(old), 1);
    return [operations.replace(old, operations.newEnrolment(tools))];
  };
  const twice = (operation: Operation): Operation[] => [operation, operation];
  const newOnes: Choices = [
    [3, () => [operations.add(some(1))]],
    [2, () => [operations.add(some(3))]],
    [2, () => twice(operations.add(some(2)))],
    [3, () => [operations.importFile(some(5), tools)]],
    [3, async () => [await operations.restoreBackup(some(4), tools)]],
  ];
  const choices: Choices = [
    ...(free.length > MANY_ACCOUNTS ? [] : newOnes),
    [3, () => [operations.addDevice(tools)]],
    [8, () => of(pick(free), operations.rename)],
    [6, () => of(pick(free), operations.remove)],
    [6, () => of(pick(view.removed), operations.restore)],
    [3, replaced],
    [6, () => of(counting, (one) => operations.code(one))],
    [6, () => of(counting, (one) => operations.code(one, "--once"))],
    [3, () => of(counting, (one) => operations.code(one, "--once", "--pair"))],
    [6, () => of(hasty, (one) => operations.code(one, "--once", "--no-wait"))],
  ];
  if (view.here.length === 0) chosen.push(operations.add(spenders));
  const wanted = 1 + Math.floor(random() * MOST_AT_ONCE);
  while (chosen.length < wanted) chosen.push(...(await weighted(choices, random)()));
  return chosen.slice(0, MOST_AT_ONCE);
}

type Choices = readonly (readonly [weight: number, make: () => Operation[] | Promise<Operation[]>])[];

function weighted(choices: Choices, random: () => number): Choices[number][1] {
  let left = random() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, make] of choices) {
    left -= weight;
    if (left < 0) return make;
  }
  return () => [];
}

/** Everything that is there, seeds included. Whatever can't be read, or is said about it, is a problem. */
export async function look(here: Inside, said: (problem: string) => void): Promise<View> {
  const world = new Map<string, string>();
  const lists = { here: [] as Known[], removed: [] as Known[] };
  const counters = new Map<string, number>();
  const { ledger } = here;
  const all = [
    ...ledger.accounts().map((account) => ({ account, isRemoved: false })),
    ...ledger.removed().map((account) => ({ account, isRemoved: true })),
  ];
  const store = all.length === 0 ? undefined : await here.seeds();
  for (const { account, isRemoved } of all) {
    const { id, name, otp } = account;
    const enrolment = await store?.get(id).catch((error: unknown) => said(`"${name}" has no seed: ${error}`));
    if (!enrolment) continue;
    const key = operations.keyOf(enrolment);
    if (world.has(key)) said(`"${name}" is there twice`);
    world.set(key, operations.stateOf(name, isRemoved));
    lists[isRemoved ? "removed" : "here"].push({ id, key, name });
    if (otp.type === "hotp") counters.set(id, otp.counter);
  }
  for (const { name, state, kind } of ledger.devices())
    if (kind !== "computer") world.set(operations.deviceKey(name), state);
  if (ledger.devices().filter(({ kind }) => kind === "computer").length > 1)
    said("this computer is there twice");
  for (const text of here.said()) said(`it says: ${text}`);
  return { world, ...lists, counters };
}

interface Spent {
  readonly operation: Operation;
  readonly end: Died;
}

function checkCodes(
  ended: readonly Spent[],
  spenders: readonly Enrolment[],
  seen: Map<string, Set<string>>,
  before: View,
  after: View,
  said: (problem: string) => void,
): void {
  const asked = ended.flatMap(({ operation, end }) =>
    operation.codes === undefined ? [] : [{ ...operation.codes, end }],
  );
  for (const { of, end } of asked) {
    const enrolment = spenders.find((one) =>
      after.here.some(({ id, key }) => id === of && key === operations.keyOf(one)),
    );
    if (enrolment === undefined) {
      said(`the account of ${of} is gone`);
      continue;
    }
    const known = seen.get(of) ?? new Set();
    seen.set(of, known);
    for (const [code = ""] of end.stdout.matchAll(/^\d{9}$(?=\n)/gm)) {
      if (known.has(code)) said(`the code ${code} was given out twice`);
      known.add(code);
      const counter = after.counters.get(of);
      if (!isRight(code, enrolment, counter))
        said(`${code} is no code, or one that will come again (${counter})`);
    }
  }
  for (const [id, counter] of after.counters) {
    const was = before.counters.get(id);
    const takers = asked.filter((one) => one.of === id);
    const most = takers.reduce((sum, { amount }) => sum + amount, 0);
    const moved = counter - (was ?? counter);
    if (moved < 0 || moved > most)
      said(`the counter went from ${was} to ${counter} with ${takers.length} takers`);
  }
}

function isRight(code: string, { secret, otp }: Enrolment, next: number | undefined): boolean {
  if (otp.type === "hotp") {
    for (let counter = 0; counter < (next ?? 0); counter++)
      if (codeOf(secret, otp, counter) === code) return true;
    return false;
  }
  const now = stepAt(otp, Date.now());
  for (let step = now - 120; step <= now; step++) if (codeOf(secret, otp, step) === code) return true;
  return false;
}

/** Must do as it is told, without a word of what has been, and leave nothing behind. */
async function nextCommand(
  here: Inside,
  view: View,
  tools: Tools,
  said: (problem: string) => void,
): Promise<View> {
  const [account] = view.here;
  const next =
    account === undefined
      ? operations.add([operations.newEnrolment(tools)])
      : operations.rename(account, tools);
  const { exitCode, stdout, stderr } = await here.run(next.args, next.stdin);
  const heard = here.said().filter((text) => text !== "waiting for another twinseed to finish");
  if (exitCode !== 0 || !next.report.test(stderr) || /warning|bug/.test(stderr) || heard.length > 0)
    said(`the next command (${next.args.join(" ")}): exit ${exitCode}, ${stdout} ${stderr} ${heard.join()}`);
  const after = await look(here, said);
  const fault = unexplained(view.world, [{ step: next, ending: "done" }], after.world);
  if (fault !== undefined) said(`after the next command: ${fault}`);
  return after;
}

/** What a kill may leave for a moment, and the next writer takes away. */
function leftovers({ data }: Computer): string[] {
  if (!existsSync(data)) mkdirSync(data, { recursive: true, mode: 0o700 });
  const names = readdirSync(data, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.includes(".tmp-") || name === ".lock" || name === "incoming.json");
}
