/**
 * Every command with no one to answer: no terminal, stdin closed, empty or junk. Each ends on its own with the documented exit
 * code, prints nothing on stdout if it fails, starts each line on stderr with "twinseed:", and a failure changes nothing in the
 * data folder. All command lines of test/commands-table.ts run in all situations in this process, with the real seed stores on a
 * data folder in memory; each command also runs once as a separate process.
 */
import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pathOf } from "../../src/cli/shown-commands.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { COMMANDS_TABLE, SITUATIONS, type Situation, type Unattended } from "../commands-table.ts";
import { aws, github, steam } from "../helpers/accounts.ts";
import {
  type Computer,
  computerIn,
  contentOf,
  type Ended,
  EXAMPLE,
  foreignLines,
  type RunOptions,
} from "../helpers/binary.ts";
import { everyCommand, isGroup } from "../helpers/every-command.ts";
import { onFolder } from "../helpers/inside.ts";
import { type MemoryFolder, memoryFolder } from "../helpers/memory-folder.ts";
import { gate } from "../helpers/parallel.ts";
import { testDeps } from "../helpers/seed-store-deps.ts";
import { testCli } from "../helpers/test-cli.ts";

const BOUND = 60_000;
const LONG = 120_000;
const KEY = randomBytes(32).toString("base64");
const PASSPHRASE = "correct horse battery staple";

const ENVIRONMENT: Record<Situation, Record<string, string>> = {
  "nothing yet": {},
  locked: {},
  "wrong passphrase": { TWINSEED_PASSPHRASE: "incorrect horse" },
  open: { TWINSEED_KEY: KEY },
};
const KEY_IN_MEMORY = { TWINSEED_KEY: KEY };

/** commander adds a "help" to every command that groups others. */
const HELP: readonly Unattended[] = (await everyCommand())
  .filter(isGroup)
  .map((group) => ({ args: [...pathOf(group).split(" "), "help"], exits: 0 }));
const BY_COMMAND: readonly (readonly Unattended[])[] = [
  ...Object.values(COMMANDS_TABLE).map(({ unattended }) => unattended),
  ...HELP.map((line) => [line]),
];

function exitCode({ exits }: Unattended, situation: Situation): number | undefined {
  return typeof exits === "number" ? exits : exits[SITUATIONS.indexOf(situation)];
}

const JUNK = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 151 + 7) % 256));
const STDIN: Record<string, NonNullable<RunOptions["stdin"]>> = {
  closed: "closed",
  empty: "empty",
  junk: { text: JUNK },
};

const root = mkdtempSync(join(tmpdir(), "twinseed-e2e-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let homes = 0;
const freshHome = (): string => join(root, `home${++homes}`);
const someAtATime = gate(4);

/** File stores with two accounts, a removed account and a tablet; a passphrase and a raw key open them. */
const filled = join(root, "filled");
const filledMemory = memoryFolder();
/** The same computer each time: its state folder goes with it. */
const state = join(root, "state");
const stateInMemory = memoryFolder();
const freshState = () => memoryFolder({ "computer.json": stateInMemory.files.get("computer.json") ?? "" });
const MAKING = { TWINSEED_STORE: "file", TWINSEED_PASSPHRASE: PASSPHRASE };

/** A separate computer for each run, set up for the situation. */
function computer(situation: Situation): Computer {
  const home = freshHome();
  const made = computerIn(home, ENVIRONMENT[situation]);
  if (situation === "nothing yet") return made;
  cpSync(filled, made.data, { recursive: true });
  cpSync(state, join(home, ".local/state"), { recursive: true });
  return made;
}

/** A picture that is read in a tenth of the time. */
const SMALL = readFileSync(new URL("../fixtures/qr/crop-tight.png", import.meta.url));

/** The same in memory. */
function inMemory(folder: MemoryFolder, env: Readonly<Record<string, string>>, own = freshState()) {
  const cli = testCli({
    files: { [EXAMPLE]: SMALL },
    instead: (note) => onFolder(testDeps({ folder, env, note, stateFolder: async () => own })),
    hostname: hostname(),
  });
  cli.key.state.isPlugged = false;
  return cli;
}

beforeAll(async () => {
  const maker = computerIn(freshHome(), MAKING);
  const memory = inMemory(filledMemory, MAKING, stateInMemory);
  ENVIRONMENT.open.TWINSEED_KEY = await fill((args, text = "") => maker.run(args, { stdin: { text } }));
  KEY_IN_MEMORY.TWINSEED_KEY = await fill((args, text = "") => memory.run(args, { stdin: text }));
  cpSync(maker.data, filled, { recursive: true });
  cpSync(join(maker.home, ".local/state"), state, { recursive: true });
}, LONG);

/** Returns the raw key. */
async function fill(
  run: (args: readonly string[], text?: string) => Promise<{ exitCode: number | null; stdout: string }>,
): Promise<string> {
  const text = [github, steam, { ...steam, label: "old", secret: aws.secret }]
    .map((one) => formatOtpauthUri(one))
    .join("\n");
  expect(await run(["add", "-"], text)).toMatchObject({ exitCode: 0 });
  expect(await run(["remove", "old", "--yes"])).toMatchObject({ exitCode: 0 });
  expect(await run(["device", "add", "tablet", "--kind", "tablet"])).toMatchObject({ exitCode: 0 });
  const { exitCode, stdout } = await run(["store", "key"]);
  expect(exitCode).toBe(0);
  return stdout.trim();
}

describe("without a terminal", { timeout: LONG }, () => {
  it.for(SITUATIONS)("every command line, %s", async (situation) => {
    const lines = BY_COMMAND.flat().filter(({ onMachine }) => !onMachine);
    const problems: string[] = [];
    for (const [i, line] of lines.entries()) {
      // A command that doesn't read stdin must ignore it.
      const isTheirTurn = SITUATIONS[i % SITUATIONS.length] === situation;
      const stdin = isTheirTurn && !line.args.includes("-") ? JUNK : "";
      problems.push(...(await trialInMemory(situation, line, stdin)));
    }
    expect(problems).toEqual([]);
  });

  it("every command as a process", async () => {
    // Situations and kinds of stdin alternate.
    const inTurn = BY_COMMAND.flatMap(([line], i) =>
      line === undefined ? [] : [{ line, situation: SITUATIONS[i % SITUATIONS.length] ?? "open" }],
    );
    const onMachine = BY_COMMAND.flat()
      .filter((line) => line.onMachine)
      .map((line) => ({ line, situation: "open" as const }));
    const found = await Promise.all(
      [...inTurn, ...onMachine].map(({ line, situation }, i) => {
        const stdin = Object.keys(STDIN)[i % 3] ?? "";
        return someAtATime(() => trial(situation, line, stdin));
      }),
    );
    expect(found.flat()).toEqual([]);
  });

  it.for(Object.keys(STDIN))("a command that reads stdin, which is %s", async (stdin) => {
    const runs: Unattended[] = [
      { args: ["add", "-"], exits: 5 },
      { args: ["code", "-"], exits: 5 },
      { args: ["import", "-", "--yes"], exits: 5 },
    ];
    const found = await Promise.all(runs.map((line) => someAtATime(() => trial("open", line, stdin))));
    expect(found.flat()).toEqual([]);
  });

  it("no command at all is a question for help", async () => {
    const nothing = await computerIn(freshHome()).run([]);
    expect(nothing).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^Usage: twinseed/),
      stderr: "",
    });
  });
});

/** The problems of one run; [] if there are none. */
async function trial(situation: Situation, line: Unattended, stdin: string): Promise<string[]> {
  const { args } = line;
  const { data, run } = computer(situation);
  const before = contentOf(data);
  const ended = await run(args, { stdin: STDIN[stdin] ?? "closed", timeout: BOUND });
  const problems = problemsOf(args, ended, exitCode(line, situation), before, contentOf(data));
  return problems.map((problem) => `twinseed ${args.join(" ")} (${situation}, stdin ${stdin}): ${problem}`);
}

async function trialInMemory(
  situation: Situation,
  line: Unattended,
  stdin: string | Uint8Array,
): Promise<string[]> {
  const { args } = line;
  const folder = memoryFolder(situation === "nothing yet" ? {} : Object.fromEntries(filledMemory.files));
  const before = Object.fromEntries(folder.files);
  const env = situation === "open" ? KEY_IN_MEMORY : ENVIRONMENT[situation];
  const ended = await inMemory(folder, env).run(args, { stdin });
  const problems = problemsOf(
    args,
    ended,
    exitCode(line, situation),
    before,
    Object.fromEntries(folder.files),
  );
  const said = stdin === "" ? "empty" : "junk";
  return problems.map((problem) => `twinseed ${args.join(" ")} (stdin ${said}, in memory): ${problem}`);
}

function problemsOf(
  args: readonly string[],
  { exitCode, signal, stdout, stderr }: Pick<Ended, "exitCode" | "stdout" | "stderr"> & Partial<Ended>,
  expected: number | undefined,
  before: Record<string, string>,
  after: Record<string, string>,
): string[] {
  const problems: string[] = [];
  // Findings are an answer, not a failure, and so are the problems that doctor reports.
  const failed = exitCode !== 0 && exitCode !== 8 && args[0] !== "doctor";
  if (exitCode !== expected) problems.push(`exit ${exitCode ?? signal}, not ${expected}`);
  if (failed && stdout !== "") problems.push(`failed, with stdout ${JSON.stringify(stdout)}`);
  if (failed && stderr === "") problems.push("failed without a word");
  const foreign = foreignLines(stderr);
  if (foreign.length > 0) problems.push(`not in our voice: ${foreign[0]}`);
  if (/bug in twinseed/.test(stderr)) problems.push(stderr);
  const changed = differences(before, after);
  if (exitCode !== 0 && changed !== "") problems.push(`failed, and changed the data folder: ${changed}`);
  return problems;
}

function differences(before: Record<string, string>, after: Record<string, string>): string {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).join(", ");
}

describe("stdout without a reader", { timeout: LONG }, () => {
  const RUNS: readonly (readonly string[])[] = [
    ["--help"],
    ["--version"],
    ["list", "--json"],
    ["code", "github"],
    ["code"],
    ["qr", "github"],
    ["uri", "github"],
    ["add", EXAMPLE, "--json"],
  ];

  it.for(["| head -c 0", ">&-"])("%s is no error, and what is to be done is done", async (redirect) => {
    const ended = await Promise.all(
      RUNS.map((args) =>
        someAtATime(async () => {
          const { data, run } = computer("open");
          const { exitCode, stderr } = await run(args, { redirect, timeout: BOUND });
          const accounts = Object.keys(contentOf(data)).filter((name) => name.startsWith("accounts/")).length;
          return { args, exitCode, foreign: foreignLines(stderr), accounts };
        }),
      ),
    );
    for (const { args, ...rest } of ended) {
      expect({ args, ...rest }).toEqual({
        args,
        exitCode: 0,
        foreign: [],
        accounts: args[0] === "add" ? 3 : 2,
      });
    }
  });
});

describe("hostile input", { timeout: LONG }, () => {
  it("33 MB of it on stdin are refused (exit 5), whatever they are", async () => {
    const png = readFileSync(EXAMPLE);
    for (const start of [Buffer.from("otpauth://totp/"), png]) {
      const { data, run } = computer("open");
      const text = Buffer.concat([start, Buffer.alloc(33 * 1024 * 1024, 65)]);
      const before = contentOf(data);
      const { exitCode, stdout, stderr } = await run(["add", "-"], { stdin: { text }, timeout: BOUND });
      expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: "" });
      expect(stderr).toMatch(/^twinseed: error: stdin has more than \d+ bytes\n/);
      expect(contentOf(data)).toEqual(before);
    }
  });

  it("a small PNG that claims to be 65535x65535 is refused (exit 5), in less than 300 MB", async () => {
    const picture = hugePng(65_535, 65_535);
    expect(picture.length).toBeLessThan(1200);
    for (const stdin of [true, false]) {
      const { home, run } = computer("open");
      writeFileSync(join(home, "huge.png"), picture);
      writeFileSync(join(home, "memory.cjs"), MEMORY);
      const { exitCode, stdout, stderr } = await run(["add", stdin ? "-" : "huge.png"], {
        stdin: stdin ? { text: picture } : "closed",
        env: {
          NODE_OPTIONS: `--require ${join(home, "memory.cjs")}`,
          BUN_OPTIONS: `--preload ${join(home, "memory.cjs")}`,
        },
        timeout: BOUND,
      });
      expect({ exitCode, stdout, foreign: foreignLines(stderr) }).toEqual({
        exitCode: 5,
        stdout: "",
        foreign: [],
      });
      expect(Number(readFileSync(join(home, "memory"), "utf8"))).toBeLessThan(300 * 1024);
    }
  });
});

/** Writes the peak memory of the process, in KiB, to the file "memory" next to the script. */
const MEMORY = `process.on("exit", () =>
  require("fs").writeFileSync(__dirname + "/memory", String(process.resourceUsage().maxRSS)));`;

function hugePng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.alloc(1_000_000)).subarray(0, 1024);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    chunk("IDAT", pixels),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, body: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type), body]);
  const frame = Buffer.alloc(content.length + 8);
  frame.writeUInt32BE(body.length, 0);
  frame.set(content, 4);
  frame.writeUInt32BE(crc32(content), content.length + 4);
  return frame;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

describe("two processes at once", { timeout: LONG }, () => {
  it("both add their account to a new file store, which has one data key", async () => {
    const both = computerIn(freshHome(), { TWINSEED_STORE: "file", TWINSEED_PASSPHRASE: PASSPHRASE });
    const added = await Promise.all([
      both.run(["add", "-"], uriOf(github)),
      both.run(["add", "-"], uriOf(aws)),
    ]);
    expect(added.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const { exitCode, stdout } = await both.run(["code", "--json", "--at", "1111111109"]);
    expect({ exitCode, accounts: JSON.parse(stdout).length }).toEqual({ exitCode: 0, accounts: 2 });
    expect(Object.keys(contentOf(join(both.data, "keys")))).toHaveLength(1);
  });

  it("one seed added by both is there once", async () => {
    const both = computerIn(freshHome(), { TWINSEED_STORE: "file", TWINSEED_KEY: KEY });
    const added = await Promise.all([1, 2, 3].map(() => both.run(["add", "-", "--json"], uriOf(github))));
    const statuses = added.map(({ stdout }) => JSON.parse(stdout)[0].status);
    expect(statuses.sort()).toEqual(["added", "exists", "exists"]);
    expect(JSON.parse((await both.run(["list", "--json"])).stdout)).toHaveLength(1);
  });
});

function uriOf(enrollment: typeof github): RunOptions {
  return { stdin: { text: formatOtpauthUri(enrollment) } };
}
