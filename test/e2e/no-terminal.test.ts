/**
 * Every command where nobody is there to answer: no terminal, stdin closed, empty or junk. Each ends by itself with the
 * documented exit code, says nothing on stdout when it fails, speaks in our voice on stderr, and a failure changes
 * nothing in the data folder. All command lines in all situations in this process, with the real seed stores on a data folder
 * in memory; each command as a process of its own.
 */
import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
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
import { onFolder } from "../helpers/inside.ts";
import { type MemoryFolder, memoryFolder } from "../helpers/memory-folder.ts";
import { gate } from "../helpers/parallel.ts";
import { testDeps } from "../helpers/seed-store-deps.ts";
import { testCli } from "../helpers/test-cli.ts";

const BOUND = 60_000;
const LONG = 120_000;
const KEY = randomBytes(32).toString("base64");
const PASSPHRASE = "correct horse battery staple";

/** What lies in the data folder, and what is at hand to open it. */
const SITUATIONS = ["nothing yet", "locked", "wrong passphrase", "open"] as const;
type Situation = (typeof SITUATIONS)[number];

const ENVIRONMENT: Record<Situation, Record<string, string>> = {
  "nothing yet": {},
  locked: {},
  "wrong passphrase": { TWINSEED_PASSPHRASE: "incorrect horse" },
  open: { TWINSEED_KEY: KEY },
};
const KEY_IN_MEMORY = { TWINSEED_KEY: KEY };

type Row = readonly [
  args: readonly string[],
  ...exitCodes: [empty: number, locked: number, wrong: number, open: number],
];

/** For each command its command lines, and the exit code in each situation. A command without a row fails the test. */
const ROWS: Record<string, readonly Row[]> = {
  add: [
    [["add"], 2, 2, 2, 2],
    [["add", "-"], 5, 5, 5, 5],
    [["add", EXAMPLE], 6, 6, 6, 0],
    [["add", EXAMPLE, "--json"], 6, 6, 6, 0],
    [["add", EXAMPLE, "--dry-run"], 0, 0, 0, 0],
    [["add", formatOtpauthUri(aws)], 6, 6, 6, 0],
    [["add", "no-such-file.png"], 5, 5, 5, 5],
    [["add", "/"], 5, 5, 5, 5],
    [["add", "--clipboard"], 1, 1, 1, 1],
    [["add", "--screen"], 1, 1, 1, 1],
  ],
  code: [
    [["code"], 0, 6, 6, 0],
    [["code", "github"], 3, 6, 6, 0],
    [["code", "github", "--json"], 3, 6, 6, 0],
    [["code", "github", "--copy"], 3, 6, 6, 1],
    [["code", "github", "--once", "--no-wait"], 3, 6, 6, 0],
    [["code", "github", "--once", "--lease", "git+file:///nowhere"], 3, 6, 6, 7],
    [["code", "--env"], 2, 2, 2, 2],
    [["code", "-"], 5, 5, 5, 5],
    [["code", "nobody"], 3, 3, 3, 3],
    [["code", "t"], 3, 4, 4, 4],
  ],
  list: [
    [["list"], 0, 0, 0, 0],
    [["list", "--json"], 0, 0, 0, 0],
    [["list", "--removed"], 0, 0, 0, 0],
  ],
  qr: [
    [["qr"], 2, 2, 2, 2],
    [["qr", "github"], 3, 6, 6, 0],
    [["qr", "github", "--output", "qr.png"], 3, 6, 6, 0],
    [["qr", "github", "--output", "qr.gif"], 3, 2, 2, 2],
  ],
  uri: [[["uri", "github"], 3, 6, 6, 0]],
  verify: [
    [["verify", "github"], 2, 2, 2, 2],
    [["verify", "github", "12345", "--device", "phone"], 3, 6, 6, 1],
    [["verify", "nobody", "--device", "phone"], 3, 3, 3, 3],
  ],
  device: [[["device"], 0, 0, 0, 0]],
  "device list": [
    [["device", "list"], 0, 0, 0, 0],
    [["device", "list", "--json"], 0, 0, 0, 0],
  ],
  "device add": [
    [["device", "add", "phone", "--kind", "phone"], 0, 0, 0, 0],
    [["device", "add", "phone", "--kind", "fridge"], 2, 2, 2, 2],
    [["device", "add", "phone"], 2, 2, 2, 2],
  ],
  "device rename": [
    [["device", "rename", "tablet", "slate"], 3, 0, 0, 0],
    [["device", "rename", "nobody", "laptop"], 3, 3, 3, 3],
  ],
  "device replace": [
    [["device", "replace", hostname(), "new", "--kind", "computer"], 3, 2, 2, 2],
    [["device", "replace", "nobody", "new"], 3, 3, 3, 3],
  ],
  "device lost": [
    [["device", "lost", "tablet"], 3, 0, 0, 0],
    [["device", "lost", hostname()], 3, 2, 2, 2],
    [["device", "lost", "nobody"], 3, 3, 3, 3],
  ],
  "device retire": [
    [["device", "retire", "tablet"], 3, 0, 0, 0],
    [["device", "retire", "nobody"], 3, 3, 3, 3],
  ],
  "device help": [[["device", "help"], 0, 0, 0, 0]],
  audit: [
    [["audit"], 0, 8, 8, 8],
    [["audit", "--json"], 0, 8, 8, 8],
    [["audit", "--min-copies", "1"], 0, 0, 0, 0],
    [["audit", "--min-copies", "some"], 2, 2, 2, 2],
  ],
  import: [
    [["import"], 2, 2, 2, 2],
    [["import", "-", "--yes"], 5, 5, 5, 5],
    [["import", EXAMPLE], 2, 2, 2, 2],
    [["import", EXAMPLE, "--dry-run"], 0, 0, 0, 0],
    [["import", EXAMPLE, "--yes", "--json"], 6, 6, 6, 0],
    [["import", "no-such-file"], 2, 2, 2, 2],
    [["import", "no-such-file", "--yes"], 5, 5, 5, 5],
    [["import", EXAMPLE, "--json"], 2, 2, 2, 2],
  ],
  export: [
    [["export"], 2, 2, 2, 2],
    [["export", "uris"], 3, 2, 2, 2],
    [["export", "uris", "--plaintext"], 3, 6, 6, 0],
    [["export", "aegis", "--password", "--output", "x.json"], 3, 6, 6, 2],
    [["export", "google", "--output", "x.png", "--accounts", "github"], 3, 6, 6, 0],
    [["export", "nonsense"], 2, 2, 2, 2],
  ],
  backup: [[["backup"], 2, 2, 2, 2]],
  "backup create": [
    [["backup", "create", "b.age"], 3, 6, 6, 2],
    [["backup", "create", "b.age", "--split", "2-of-3"], 3, 6, 6, 0],
  ],
  "backup verify": [
    [["backup", "verify", "no-such-file"], 5, 5, 5, 5],
    [["backup", "verify", EXAMPLE], 5, 5, 5, 5],
  ],
  "backup restore": [
    [["backup", "restore", "no-such-file"], 2, 2, 2, 2],
    [["backup", "restore", "no-such-file", "--yes"], 5, 5, 5, 5],
  ],
  "backup help": [[["backup", "help"], 0, 0, 0, 0]],
  sheet: [
    [["sheet"], 3, 6, 6, 0],
    [["sheet", "--output", "sheet.html"], 3, 6, 6, 0],
    [["sheet", "nobody"], 3, 3, 3, 3],
    [["sheet", "--paper", "a0"], 2, 2, 2, 2],
  ],
  watch: [
    [["watch"], 2, 2, 2, 2],
    [["watch", "nobody", "--plain"], 3, 3, 3, 3],
  ],
  doctor: [
    [["doctor"], 0, 6, 6, 0],
    [["doctor", "--json"], 0, 6, 6, 0],
  ],
  rename: [
    [["rename", "github", "hub"], 3, 0, 0, 0],
    [["rename", "github"], 2, 2, 2, 2],
  ],
  remove: [
    [["remove", "github"], 3, 2, 2, 2],
    [["remove", "github", "--yes"], 3, 0, 0, 0],
  ],
  restore: [
    [["restore", "old"], 3, 0, 0, 0],
    [["restore", "nobody"], 3, 3, 3, 3],
  ],
  store: [
    [["store"], 0, 0, 0, 0],
    [["store", "bogus"], 2, 2, 2, 2],
  ],
  "store show": [
    [["store", "show"], 0, 0, 0, 0],
    [["store", "show", "--json"], 0, 0, 0, 0],
  ],
  "store move": [
    [["store", "move", "keyring"], 3, 6, 6, 6],
    [["store", "move", "file"], 3, 0, 0, 0],
    [["store", "move", "floppy"], 2, 2, 2, 2],
  ],
  "store key": [[["store", "key"], 1, 6, 6, 0]],
  "store recipients": [
    [["store", "recipients", "list"], 0, 0, 0, 0],
    [["store", "recipients", "add", "nonsense"], 1, 2, 2, 2],
    [["store", "recipients", "remove", "nobody"], 1, 3, 3, 3],
  ],
  // With the passphrase's slot, which a new key would leave out.
  "store rekey": [
    [["store", "rekey"], 1, 6, 6, 1],
    [["store", "rekey", "--drop-keys"], 1, 6, 6, 0],
  ],
  sync: [
    [["sync"], 1, 1, 1, 1],
    [["sync", "--json"], 1, 1, 1, 1],
  ],
  aws: [[["aws"], 2, 2, 2, 2]],
  "aws enroll": [[["aws", "enroll", "--root"], 0, 0, 0, 0]],
  "aws resync": [[["aws", "resync", "nobody"], 3, 3, 3, 3]],
  "aws session": [
    [["aws", "session", "nobody", "--profile", "work"], 3, 3, 3, 3],
    [["aws", "session"], 2, 2, 2, 2],
  ],
  "aws credentials": [[["aws", "credentials", "nobody", "--profile", "work"], 3, 3, 3, 3]],
  "aws config": [[["aws", "config", "nobody", "--profile", "work"], 3, 3, 3, 3]],
  "aws help": [[["aws", "help"], 0, 0, 0, 0]],
  completion: [
    [["completion"], 2, 2, 2, 2],
    [["completion", "bash"], 0, 0, 0, 0],
    [["completion", "ksh"], 2, 2, 2, 2],
  ],
  help: [[["help"], 0, 0, 0, 0]],
  "store help": [[["store", "help"], 0, 0, 0, 0]],
};

/** What these ask is not there in memory, or not as on a real computer. */
const MACHINE = ["add --clipboard", "add --screen", "code github --copy", "doctor", "doctor --json"];

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

/** File stores with two accounts, a removed one and a tablet, that a passphrase and a raw key open. */
const filled = join(root, "filled");
const filledMemory = memoryFolder();
const MAKING = { TWINSEED_STORE: "file", TWINSEED_PASSPHRASE: PASSPHRASE };

/** A computer of its own for each run, as the situation has it. */
function computer(situation: Situation): Computer {
  const home = freshHome();
  const made = computerIn(home, ENVIRONMENT[situation]);
  if (situation !== "nothing yet") cpSync(filled, made.data, { recursive: true });
  return made;
}

/** Read in a tenth of the time. */
const SMALL = readFileSync(new URL("../fixtures/qr/crop-tight.png", import.meta.url));

/** The same in memory. */
function inMemory(folder: MemoryFolder, env: Readonly<Record<string, string>>) {
  return testCli({
    files: { [EXAMPLE]: SMALL },
    instead: (note) => onFolder(testDeps({ folder, env, note })),
    hostname: hostname(),
  });
}

beforeAll(async () => {
  const maker = computerIn(freshHome(), MAKING);
  const memory = inMemory(filledMemory, MAKING);
  ENVIRONMENT.open.TWINSEED_KEY = await fill((args, text = "") => maker.run(args, { stdin: { text } }));
  KEY_IN_MEMORY.TWINSEED_KEY = await fill((args, text = "") => memory.run(args, { stdin: text }));
  cpSync(maker.data, filled, { recursive: true });
}, LONG);

/** Gives the raw key. */
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
  it("there is a row for every command that --help lists", async () => {
    const { run } = inMemory(memoryFolder(), {});
    const { stdout } = await run(["--help"]);
    const commands = commandsIn(stdout);
    expect(commands).toContain("add");
    const nested = await Promise.all(
      commands
        .filter((command) => command !== "help")
        .map(async (command) => {
          const help = await run([command, "--help"]);
          return commandsIn(help.stdout).map((subcommand) => `${command} ${subcommand}`);
        }),
    );
    expect(Object.keys(ROWS).sort()).toEqual([...commands, ...nested.flat()].sort());
  });

  it.for(SITUATIONS)("every command line, %s", async (situation) => {
    const column = SITUATIONS.indexOf(situation);
    const rows = Object.values(ROWS)
      .flat()
      .filter(([args]) => !MACHINE.includes(args.join(" ")));
    const problems: string[] = [];
    for (const [row, [args, ...exitCodes]] of rows.entries()) {
      // Nobody should care for what comes in unasked.
      const stdin = args.includes("-") || row % SITUATIONS.length !== column ? "" : JUNK;
      problems.push(...(await trialInMemory(situation, args, stdin, exitCodes[column])));
    }
    expect(problems).toEqual([]);
  });

  it("every command as a process", async () => {
    // Situations and kinds of stdin take turns.
    const inTurn = Object.values(ROWS).flatMap(([row], command) =>
      row === undefined ? [] : [{ row, column: command % SITUATIONS.length }],
    );
    const onMachine = Object.values(ROWS)
      .flat()
      .filter(([args]) => MACHINE.includes(args.join(" ")))
      .map((row) => ({ row, column: SITUATIONS.indexOf("open") }));
    const found = await Promise.all(
      [...inTurn, ...onMachine].map(({ row: [args, ...exitCodes], column }, i) => {
        const stdin = Object.keys(STDIN)[i % 3] ?? "";
        return someAtATime(() => trial(SITUATIONS[column] ?? "open", args, stdin, exitCodes[column]));
      }),
    );
    expect(found.flat()).toEqual([]);
  });

  it.for(Object.keys(STDIN))("a command that reads stdin, which is %s", async (stdin) => {
    const runs: [string[], number][] = [
      [["add", "-"], 5],
      [["code", "-"], 5],
      // Bytes without any mark may be a locked file: then a password is missing.
      [["import", "-", "--yes"], stdin === "junk" ? 2 : 5],
    ];
    const found = await Promise.all(
      runs.map(([args, exitCode]) => someAtATime(() => trial("open", args, stdin, exitCode))),
    );
    expect(found.flat()).toEqual([]);
  });

  it("no command at all is a question for help; help for no command of ours is a mistake", async () => {
    const nothing = await computerIn(freshHome()).run([]);
    expect(nothing).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^Usage: twinseed/),
      stderr: "",
    });
    const { exitCode, stdout, stderr } = await computerIn(freshHome()).run(["help", "bogus"]);
    expect({ exitCode, stdout, foreign: foreignLines(stderr) }).toEqual({
      exitCode: 2,
      stdout: "",
      foreign: [],
    });
  });
});

/** What is wrong with one run; [] if nothing is. */
async function trial(
  situation: Situation,
  args: readonly string[],
  stdin: string,
  expected: number | undefined,
): Promise<string[]> {
  const { data, run } = computer(situation);
  const before = contentOf(data);
  const ended = await run(args, { stdin: STDIN[stdin] ?? "closed", timeout: BOUND });
  const problems = problemsOf(args, ended, expected, before, contentOf(data));
  return problems.map((problem) => `twinseed ${args.join(" ")} (${situation}, stdin ${stdin}): ${problem}`);
}

async function trialInMemory(
  situation: Situation,
  args: readonly string[],
  stdin: string | Uint8Array,
  expected: number | undefined,
): Promise<string[]> {
  const folder = memoryFolder(situation === "nothing yet" ? {} : Object.fromEntries(filledMemory.files));
  const before = Object.fromEntries(folder.files);
  const env = situation === "open" ? KEY_IN_MEMORY : ENVIRONMENT[situation];
  const ended = await inMemory(folder, env).run(args, { stdin });
  const problems = problemsOf(args, ended, expected, before, Object.fromEntries(folder.files));
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
  // Findings are an answer, and so is what doctor found.
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

/** The names under "Commands:", without their aliases. */
function commandsIn(help: string): string[] {
  const [, list = ""] = help.split("Commands:\n");
  return Array.from(list.matchAll(/^ {2}([a-z][a-z-]*)/gm), ([, name = ""]) => name);
}

describe("stdout that nobody reads", { timeout: LONG }, () => {
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
      expect(stderr).toMatch(/^twinseed: error: stdin holds more than \d+ bytes\n/);
      expect(contentOf(data)).toEqual(before);
    }
  });

  it("a small PNG that says it is 65535x65535 is refused (exit 5), in less than 300 MB", async () => {
    const picture = hugePng(65_535, 65_535);
    expect(picture.length).toBeLessThan(1200);
    for (const stdin of [true, false]) {
      const { home, run } = computer("open");
      writeFileSync(join(home, "huge.png"), picture);
      writeFileSync(join(home, "memory.cjs"), MEMORY);
      const { exitCode, stdout, stderr } = await run(["add", stdin ? "-" : "huge.png"], {
        stdin: stdin ? { text: picture } : "closed",
        env: { NODE_OPTIONS: `--require ${join(home, "memory.cjs")}` },
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

/** Leaves the most memory that the process ever held, in KiB, in the file "memory" beside it. */
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

function uriOf(enrolment: typeof github): RunOptions {
  return { stdin: { text: formatOtpauthUri(enrolment) } };
}
