/**
 * Kills the real program (SIGKILL) while it writes, and looks at what it left. A home lives through some kills; after
 * each of them the rig compares everything that twinseed says about the home with what it said before, and with what it
 * would say had the command ended: it must be the one or the other, and the other if the command had said that it is done.
 */
import { existsSync, type FSWatcher, mkdirSync, readdirSync, watch } from "node:fs";
import { join } from "node:path";
import { run as runInProcess } from "../../src/cli.ts";
import type { Context } from "../../src/context.ts";
import { createLedger } from "../../src/ledger/ledger.ts";
import { formatBase32 } from "../../src/otp/base32.ts";
import { codeOf, stepAt } from "../../src/otp/code.ts";
import { Secret } from "../../src/otp/secret.ts";
import { openSeedStore } from "../../src/seeds/open.ts";
import { dataFolder } from "../../src/system/data-folder.ts";
import { type Computer, computerIn, type Ended, foreignLines } from "./binary.ts";
import { randomFrom } from "./parallel.ts";
import { testDeps } from "./seed-store-deps.ts";

const AT = 1_700_000_000;
const OTP = { type: "totp", algorithm: "SHA1", digits: 9, period: 30 } as const;

export interface Entry {
  readonly id: string;
  readonly name: string;
  readonly code: string;
}

/** What twinseed says about a home. */
interface View {
  readonly accounts: readonly Entry[];
  readonly removed: readonly Entry[];
}

interface Operation {
  readonly args: readonly string[];
  readonly stdin?: string;
  /** stderr says this once it is done. */
  readonly report: RegExp;
  /** What may be there after a kill: untouched first, done last. */
  readonly states: readonly View[];
  /** Adds can be said again; then they must be there once. */
  readonly repeatable: boolean;
}

/** When to kill: somewhere in the run, or somewhere in the part of it that holds the lock. Milliseconds. */
export interface Typical {
  readonly run: number;
  readonly locked: number;
}

export interface Tally {
  /** It ended before the kill came. */
  ended: number;
  /** Killed with nothing done yet, and no lock taken. */
  early: number;
  /** Killed with the lock in its hands: with nothing, a part, or all of it to be seen. */
  lockedUntouched: number;
  lockedPart: number;
  lockedDone: number;
  /** Killed after the lock: done, and reported or not. */
  doneUnreported: number;
  doneReported: number;
  /** How many left a ".tmp-" file. */
  temporary: number;
  /** How long the next command took where it found the lock of the dead. */
  waits: number[];
}

export const emptyTally = (): Tally => ({
  ended: 0,
  early: 0,
  lockedUntouched: 0,
  lockedPart: 0,
  lockedDone: 0,
  doneUnreported: 0,
  doneReported: 0,
  temporary: 0,
  waits: [],
});

export interface RigOptions {
  readonly home: string;
  readonly key: string;
  readonly seed: number;
  readonly kills: number;
  readonly typical: Typical;
  readonly tally: Tally;
  /** Keeps the computer from being so busy that "typical" means nothing. */
  readonly gate: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Makes a home with one account in it, and measures an add: the whole run, and from taking the lock to giving it back. */
export async function beginHome({ home, key, seed, gate }: Omit<RigOptions, "typical">): Promise<Typical> {
  const computer = computerIn(home, { TWINSEED_STORE: "file", TWINSEED_KEY: key });
  const text = uriOf(newAccount("first", randomFrom(seed + 1_000_000)));
  mkdirSync(computer.data, { mode: 0o700 });
  const moments: number[] = [];
  const watcher = watchLock(computer.data, () => moments.push(performance.now()));
  const { exitCode, stderr, ms } = await gate(() => computer.run(["add", "-"], { stdin: { text } }));
  watcher.close();
  if (exitCode !== 0) throw new Error(`a plain add failed: ${stderr}`);
  // On first use it is taken twice: to make the store, and to add. The second time is as in any other command.
  const [taken = 0, given = taken + 20] = moments.slice(-2);
  return { run: ms, locked: given - taken };
}

/** Lives through the kills. Gives what was wrong, in words; nothing if nothing was. */
export async function surviveKills(options: RigOptions): Promise<string[]> {
  const { home, key, seed, kills, tally } = options;
  const random = randomFrom(seed);
  const computer = computerIn(home, { TWINSEED_STORE: "file", TWINSEED_KEY: key });
  const problems: string[] = [];
  // The home of a first use is not there yet, or begun.
  let before = (await look(computer, key, (problem) => problems.push(problem))) ?? {
    accounts: [],
    removed: [],
  };
  for (let kill = 1; kill <= kills; kill++) {
    const operation = chooseOperation(before, random, `${seed}-${kill}`);
    const says = (problem: string): void => {
      problems.push(`home ${seed}, kill ${kill} (${operation.args.join(" ")}): ${problem}`);
    };
    const ended = await options.gate(() => runAndKill(computer, operation, options.typical, random));
    const isLocked = existsSync(join(computer.data, ".lock"));
    const temporary = temporaryIn(computer.data).length;
    const killed = ended.signal !== null;
    if (!killed && ended.exitCode !== 0) says(`exit ${ended.exitCode}: ${ended.stderr}`);

    const after = await look(computer, key, says);
    if (after === undefined) return problems;
    // Now and then what a person would type, and a process of its own.
    if (kill % 5 === 1) await lookFromOutside(computer, after, says);
    const reached = operation.states.map((state) => sameView(after, state, before)).lastIndexOf(true);
    if (reached === -1) {
      says(`neither before nor after: ${JSON.stringify(after)}, and it was ${JSON.stringify(before)}`);
      return problems;
    }
    const last = operation.states.length - 1;
    const isReported = ended.exitCode === 0 || operation.report.test(ended.stderr);
    if (isReported && reached !== last) says("reported as done, and it is not there");
    count(tally, { killed, isLocked, isReported, temporary, reached, last });
    let now = after;
    if (isLocked || temporary > 0 || kill % 4 === 0 || kill === kills) {
      const next = nextCommand(operation, after, random, `${seed}-${kill}`);
      // One that waits for a dead one's lock needs no place in the queue.
      const { exitCode, stderr, ms } = await (isLocked
        ? runWhole(computer, next)
        : options.gate(() => runWhole(computer, next)));
      if (isLocked) tally.waits.push(ms);
      const complain = (problem: string): void =>
        says(`the next command (${next.args.join(" ")}) ${problem}`);
      if (exitCode !== 0) complain(`failed with ${exitCode}: ${stderr}`);
      if (foreignLines(stderr).length > 0 || /warning|bug/.test(stderr)) complain(`says ${stderr}`);
      const found = await look(computer, key, says);
      if (found === undefined) return problems;
      const expected = next.states.at(-1) ?? after;
      if (!sameView(found, expected, before)) {
        complain(`left ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
        return problems;
      }
      const left = temporaryIn(computer.data);
      if (left.length > 0) complain(`did not sweep ${left.join(", ")}`);
      now = found;
    }
    before = now;
  }
  return problems;
}

function count(
  tally: Tally,
  was: {
    killed: boolean;
    isLocked: boolean;
    isReported: boolean;
    temporary: number;
    reached: number;
    last: number;
  },
): void {
  if (was.temporary > 0) tally.temporary += 1;
  if (!was.killed) tally.ended += 1;
  else if (was.isLocked && was.reached === 0) tally.lockedUntouched += 1;
  else if (was.isLocked && was.reached < was.last) tally.lockedPart += 1;
  else if (was.isLocked) tally.lockedDone += 1;
  else if (was.reached === 0) tally.early += 1;
  else if (was.isReported) tally.doneReported += 1;
  else tally.doneUnreported += 1;
}

async function runAndKill(
  computer: Computer,
  { args, stdin = "" }: Operation,
  typical: Typical,
  random: () => number,
): Promise<Ended> {
  const delay = 1.2 * random();
  // Half of the kills go where the writing is. A folder that is not there yet can't be watched.
  const whenLocked = random() < 0.5 && existsSync(computer.data);
  let timer: NodeJS.Timeout | undefined;
  const killLater = (milliseconds: number): void => {
    timer ??= setTimeout(() => running.kill(), milliseconds);
  };
  const watcher = whenLocked ? watchLock(computer.data, () => killLater(delay * typical.locked)) : undefined;
  const running = computer.start(args, { stdin: { text: stdin } });
  if (!whenLocked) killLater(delay * typical.run);
  try {
    return await running.ended;
  } finally {
    clearTimeout(timer);
    watcher?.close();
  }
}

function watchLock(folder: string, changed: () => void): FSWatcher {
  return watch(folder, (_, name) => {
    if (name === ".lock") changed();
  });
}

/** An add that was killed is said again; else an account gets a new name. */
function nextCommand(killed: Operation, view: View, random: () => number, mark: string): Operation {
  if (killed.repeatable) return killed;
  const [account] = view.accounts;
  return account === undefined
    ? add(view, [newAccount(`next-${mark}`, random)])
    : rename(view, account, `next-${mark}`);
}

function runWhole(computer: Computer, { args, stdin = "" }: Operation): Promise<Ended> {
  return computer.run(args, { stdin: { text: stdin } });
}

function chooseOperation(view: View, random: () => number, mark: string): Operation {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const account = pick(view.accounts);
  const removed = pick(view.removed);
  const choices = [
    () => add(view, [newAccount(`one-${mark}`, random)]),
    () =>
      add(
        view,
        ["a", "b", "c"].map((letter) => newAccount(`${letter}-${mark}`, random)),
      ),
    ...(account === undefined
      ? []
      : [
          () => rename(view, account, `renamed-${mark}`),
          () => remove(view, account),
          () => replace(view, account, newAccount(account.name, random)),
        ]),
    ...(removed === undefined ? [] : [() => restore(view, removed, `restored-${mark}`)]),
  ];
  const choice = pick(choices);
  if (choice === undefined) throw new Error("there is always something to add");
  return choice();
}

interface New {
  readonly name: string;
  readonly secret: Secret;
}

function newAccount(name: string, random: () => number): New {
  return { name, secret: Secret.of(Uint8Array.from({ length: 20 }, () => Math.floor(random() * 256))) };
}

function uriOf({ name, secret }: New): string {
  return `otpauth://totp/${name}?secret=${formatBase32(secret)}&digits=${OTP.digits}`;
}

/** Its id is not known before it is there. */
function entryOf({ name, secret }: New): Entry {
  return { id: "new", name, code: codeOf(secret, OTP, stepAt(OTP, AT * 1000)) };
}

function add(view: View, wanted: readonly New[]): Operation {
  const upTo = (count: number): View => ({
    ...view,
    accounts: [...view.accounts, ...wanted.slice(0, count).map(entryOf)],
  });
  return {
    args: ["add", "-"],
    stdin: wanted.map(uriOf).join("\n"),
    report: new RegExp(`added "${wanted.at(-1)?.name}"`),
    states: [0, ...wanted.map((_, i) => i + 1)].map(upTo),
    repeatable: true,
  };
}

function replace(view: View, old: Entry, wanted: New): Operation {
  const others = view.accounts.filter(({ id }) => id !== old.id);
  return {
    args: ["add", "-", "--replace", "--name", old.name],
    stdin: uriOf(wanted),
    report: /replaced "/,
    states: [view, { accounts: [...others, entryOf(wanted)], removed: [...view.removed, old] }],
    repeatable: true,
  };
}

function rename(view: View, account: Entry, name: string): Operation {
  const others = view.accounts.filter(({ id }) => id !== account.id);
  return {
    args: ["rename", account.id, name],
    report: /renamed "/,
    states: [view, { ...view, accounts: [...others, { ...account, name }] }],
    repeatable: false,
  };
}

function remove(view: View, account: Entry): Operation {
  const others = view.accounts.filter(({ id }) => id !== account.id);
  return {
    args: ["remove", account.id, "--yes"],
    report: /removed "/,
    states: [view, { accounts: others, removed: [...view.removed, account] }],
    repeatable: false,
  };
}

/** In between it may already have its new name among the removed ones. */
function restore(view: View, account: Entry, name: string): Operation {
  const others = view.removed.filter(({ id }) => id !== account.id);
  return {
    args: ["restore", account.id, "--name", name],
    report: /restored "/,
    states: [
      view,
      { ...view, removed: [...others, { ...account, name }] },
      { accounts: [...view.accounts, { ...account, name }], removed: others },
    ],
    repeatable: false,
  };
}

/** Entries that were not there before have ids that nobody could know. */
function sameView(found: View, wanted: View, before: View): boolean {
  const known = new Set([...before.accounts, ...before.removed].map(({ id }) => id));
  const text = ({ id, name, code }: Entry): string => `${known.has(id) ? id : "new"} ${name} ${code}`;
  const lines = ({ accounts, removed }: View): string =>
    JSON.stringify([accounts.map(text).sort(), removed.map(text).sort()]);
  return lines(found) === lines(wanted);
}

function temporaryIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.includes(".tmp-"));
}

/** Everything that the program says about the home, the same code in this process: `list`, `list --removed`, `code`. */
async function look(
  { data }: Computer,
  key: string,
  says: (problem: string) => void,
): Promise<View | undefined> {
  const ledgerOnly = await ask(data, key, ["list", "--json"], says);
  const codes = await ask(data, key, ["code", "--json", "--at", String(AT)], says);
  const gone = await ask(data, key, ["list", "--removed", "--json"], says);
  if (ledgerOnly === undefined || codes === undefined || gone === undefined) return undefined;
  const accounts = codes.map(({ account, code = "" }) => ({
    id: account?.id ?? "",
    name: account?.name ?? "",
    code,
  }));
  const names = (list: readonly { id?: string; name?: string }[]): string =>
    list
      .map(({ id, name }) => `${id} ${name}`)
      .sort()
      .join();
  if (names(ledgerOnly) !== names(accounts)) says("list and code disagree");
  const removed: Entry[] = [];
  for (const { id = "", name = "" } of gone) {
    const store = await openSeedStore(depsOf(data, key), { create: false });
    const { secret } = await store.get(id);
    removed.push({ id, name, code: codeOf(secret, OTP, stepAt(OTP, AT * 1000)) });
  }
  const seeds = [...accounts, ...removed].map(({ code }) => code);
  if (new Set(seeds).size < seeds.length) says(`one seed twice: ${JSON.stringify({ accounts, removed })}`);
  const ids = [...accounts, ...removed].map(({ id }) => id);
  if (new Set(ids).size < ids.length) says(`one id twice: ${ids}`);
  return { accounts, removed };
}

async function lookFromOutside(
  computer: Computer,
  view: View,
  says: (problem: string) => void,
): Promise<void> {
  const [list, codes] = await Promise.all([
    computer.run(["list", "--json"]),
    computer.run(["code", "--json", "--at", String(AT)]),
  ]);
  for (const { exitCode, stderr } of [list, codes])
    if (exitCode !== 0 || stderr !== "") says(`from outside: exit ${exitCode}, ${stderr}`);
  const wanted = view.accounts.map(({ id, code }) => `${id} ${code}`);
  const answers: Answer[] = parseList(codes.stdout);
  const found = answers.map(({ account, code }) => `${account?.id} ${code}`);
  if (found.join() !== wanted.join()) says(`from outside: ${found}, not ${wanted}`);
  if (parseList(list.stdout).length !== wanted.length) says(`from outside: ${list.stdout}`);
}

interface Answer {
  readonly id?: string;
  readonly name?: string;
  readonly account?: { readonly id: string; readonly name: string };
  readonly code?: string;
}

function parseList(text: string): Answer[] {
  const value: unknown = JSON.parse(text === "" ? "[]" : text);
  return Array.isArray(value) ? value : [];
}

function depsOf(data: string, key: string) {
  const { folder: _, ...deps } = testDeps({ env: { TWINSEED_KEY: key } });
  return { ...deps, folder: dataFolder(data, () => {}) };
}

async function ask(
  data: string,
  key: string,
  args: readonly string[],
  says: (problem: string) => void,
): Promise<Answer[] | undefined> {
  const written = { stdout: "", stderr: "" };
  const none = (): never => {
    throw new Error("reading commands need none of this");
  };
  const deps = depsOf(data, key);
  const output = (name: "stdout" | "stderr") => ({
    write: (text: string): void => {
      written[name] += text;
    },
    isOpen: true,
    isTTY: false,
    color: false,
  });
  const stderr = output("stderr");
  const ctx: Context = {
    stdout: output("stdout"),
    stderr,
    stdin: { isTTY: false, readAll: none },
    env: {},
    hostname: "rig",
    now: () => AT * 1000,
    sleep: none,
    random: none,
    terminal: () => undefined,
    folder: deps.folder,
    files: {
      read: none,
      write: none,
      kind: none,
      demandWritable: none,
      remove: none,
      expand: none,
      folder: none,
    },
    gpg: { decrypt: none },
    clipboard: { copy: none, picture: none, text: none },
    screen: { canSelect: none, capture: none },
    printer: { print: none },
    ledger: createLedger(deps.folder, (text) => stderr.write(`warning: ${text}\n`)),
    seeds: () => openSeedStore(deps, { create: false }),
    prepareStore: none,
    addRawKey: none,
    sharedKeys: { add: none, rekey: none, reseal: none, check: none },
    workTree: { isThere: () => false, git: none },
    scratchGit: none,
    nodeVersion: process.versions.node,
    networkTime: { http: none, ntp: none },
    upkeep: { fileFaults: none, setModes: none, storedIds: none, idsElsewhere: none },
    aws: none,
    elsewhere: none,
  };
  const exitCode = await runInProcess(args, ctx);
  if (exitCode === 0 && written.stderr === "") return parseList(written.stdout);
  says(`twinseed ${args.join(" ")}: exit ${exitCode}, ${written.stderr}`);
  return undefined;
}
