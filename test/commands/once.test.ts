/** `code --once` on this computer: no code is given out twice, whatever happens; and the seeds that come with the command. */
import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { leaseKeyOf } from "../../src/leases/lease-key.ts";
import { createLedger } from "../../src/ledger/ledger.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { unspentCode } from "../../src/spending/unspent.ts";
import type { World } from "../../src/world.ts";
import { base32Of, counting, github } from "../helpers/accounts.ts";
import { memoryFolder } from "../helpers/memory-folder.ts";
import { memoryOutput } from "../helpers/memory-output.ts";
import { FIRST, now, recordsOf, SECOND, THIRD } from "../helpers/once-codes.ts";
import { only } from "../helpers/only.ts";
import { testCli } from "../helpers/test-cli.ts";

describe("on this computer", () => {
  it("gives a code once, and then waits for the next one, and says so", async () => {
    const cli = testCli({ accounts: [github], now });
    expect(await cli.run("code github --once")).toMatchObject({
      exitCode: 0,
      stdout: `${FIRST}\n`,
      stderr: "",
    });
    expect(await cli.run("code github --once")).toMatchObject({
      exitCode: 0,
      stdout: `${SECOND}\n`,
      stderr: "twinseed: waiting 20 s for an unspent code\n",
    });
    expect(cli.slept).toEqual([20_000]);
    expect(recordsOf(cli)).toHaveLength(2);
  });

  it("--no-wait is exit 7, and writes nothing", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("code github --once");
    expect(await cli.run("code github --once --no-wait")).toMatchObject({
      exitCode: 7,
      stdout: "",
      stderr: 'twinseed: error: no unspent code for "GitHub:octocat" now: the next one comes in 20 s\n',
    });
    expect(recordsOf(cli)).toHaveLength(1);
    expect(cli.slept).toEqual([]);
  });

  it("--max-wait bounds all waits together", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("code github --once --pair");
    expect(await cli.run("code github --once --max-wait 49")).toMatchObject({ exitCode: 7, stdout: "" });
    expect(cli.slept).toEqual([]);
    expect(await cli.run("code github --once --max-wait 50")).toMatchObject({
      exitCode: 0,
      stdout: `${THIRD}\n`,
    });
  });

  it("--pair reserves both", async () => {
    const cli = testCli({ accounts: [github], now });
    expect(await cli.run("code github --once --pair")).toMatchObject({ stdout: `${FIRST}\n${SECOND}\n` });
    expect(await cli.run("code github --once --no-wait")).toMatchObject({ exitCode: 7 });
    cli.clock.now += 30_000;
    expect(await cli.run("code github --once --no-wait")).toMatchObject({ exitCode: 7 });
    cli.clock.now += 30_000;
    expect(await cli.run("code github --once --no-wait")).toMatchObject({
      exitCode: 0,
      stdout: `${THIRD}\n`,
    });
  });

  it("--pair waits where the second one is spent", async () => {
    const cli = testCli({ accounts: [github], now });
    cli.clock.now += 30_000;
    await cli.run("code github --once");
    cli.clock.now -= 30_000;
    expect(await cli.run("code github --once --pair --no-wait")).toMatchObject({ exitCode: 7, stdout: "" });
  });

  it("--min-remaining asks for a fresh one, and leaves the old one unspent", async () => {
    const cli = testCli({ accounts: [github], now });
    expect(await cli.run("code github --once --min-remaining 21")).toMatchObject({
      stdout: `${SECOND}\n`,
      stderr: "twinseed: waiting 20 s for a fresh code\n",
    });
    expect(recordsOf(cli).map((name) => name.split("/").at(-1))).toEqual(["37037037"]);
  });

  it("--min-remaining takes one that has just as much left", async () => {
    const cli = testCli({ accounts: [github], now });
    expect(await cli.run("code github --once --min-remaining 20")).toMatchObject({ stdout: `${FIRST}\n` });
    expect(cli.slept).toEqual([]);
  });

  it("--json says which step it is", async () => {
    const cli = testCli({ accounts: [github], now });
    const { stdout } = await cli.run("code github --once --json");
    expect(JSON.parse(stdout)).toMatchObject({ code: FIRST, step: 37037036, remaining: 20, next: SECOND });
  });

  it("plain code, --next and --at spend nothing", async () => {
    const cli = testCli({ accounts: [github], now });
    for (const more of ["", "--next", "--pair", "--at 0"]) await cli.run(`code github ${more}`.trim());
    expect(recordsOf(cli)).toEqual([]);
  });

  it("a counter is taken once anyway", async () => {
    const cli = testCli({ accounts: [counting], now });
    expect(await cli.run("code Token --once")).toMatchObject({ exitCode: 0, stdout: "755224\n" });
    expect(await cli.run("code Token --once --pair --no-wait")).toMatchObject({ stdout: "287082\n359152\n" });
    expect(await cli.run("code Token --once --json")).toMatchObject({
      stdout: expect.stringContaining('"counter":3'),
    });
    expect(await cli.run("code Token --once --min-remaining 3")).toMatchObject({ exitCode: 2 });
  });

  it("sweeps records after an hour, but for the last one", async () => {
    const cli = testCli({ accounts: [github], now });
    for (let i = 0; i < 3; i++) await cli.run("code github --once");
    cli.clock.now += 59 * 60_000;
    await cli.run("code github --once");
    expect(recordsOf(cli)).toHaveLength(4);
    cli.clock.now += 3_700_000;
    await cli.run("code github --once");
    expect(recordsOf(cli)).toHaveLength(1);
    cli.clock.now += 365 * 86_400_000;
    expect(await cli.run("code github --once --no-wait")).toMatchObject({ exitCode: 0 });
    expect(recordsOf(cli)).toHaveLength(1);
  });

  it("what was reserved by a process that was killed before it printed is not handed out again", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.start();
    const { create } = cli.folder;
    Object.assign(cli.folder, {
      create(name: string, text: string) {
        create(name, text);
        throw new Error("killed");
      },
    });
    expect(await cli.run("code github --once")).toMatchObject({ exitCode: 1, stdout: "" });
    Object.assign(cli.folder, { create });
    expect(await cli.run("code github --once --no-wait")).toMatchObject({ exitCode: 7, stdout: "" });
    expect(await cli.run("code github --once")).toMatchObject({ stdout: `${SECOND}\n` });
  });

  it("gives nothing where the record can't be written", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.start();
    Object.assign(cli.folder, {
      create() {
        throw new Error("disk full");
      },
    });
    expect(await cli.run("code github --once")).toMatchObject({ exitCode: 1, stdout: "" });
  });
});

describe("the clock", () => {
  it("set back a little: says so, and waits until a code comes that was never given", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("code github --once");
    cli.clock.now -= 45_000;
    expect(await cli.run("code github --once")).toMatchObject({
      exitCode: 0,
      stdout: `${SECOND}\n`,
      stderr: [
        "twinseed: warning: the clock went backwards: it is 45 s behind the last code spent here",
        "twinseed: waiting 65 s for an unspent code",
        "",
      ].join("\n"),
    });
  });

  it.each([
    [1000, "nothing"],
    [1001, "that it went back"],
  ])("set back by %i ms, as clocks are corrected: says %s", async (milliseconds, said) => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("code github --once");
    cli.clock.now -= milliseconds;
    const { stderr } = await cli.run("code github --once");
    expect(stderr.includes("warning")).toBe(said !== "nothing");
  });

  it("set back far: exit 7 with the reason and the way out, unless told to wait", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("code github --once");
    cli.clock.now -= 86_400_000;
    const { exitCode, stdout, stderr } = await cli.run("code github --once");
    expect({ exitCode, stdout }).toEqual({ exitCode: 7, stdout: "" });
    expect(stderr).toContain(
      "warning: the clock went backwards: it is 86400 s behind the last code spent here",
    );
    expect(stderr).toContain("for 86420 s: the last one spent is for a later time than now");
    expect(stderr).toMatch(
      /if it is correct now and was wrong then: remove the folder .*\/steps\/[0-9a-f]{32} and the folder .*\/spent\/[0-9a-f]{32}\n/,
    );
    expect(await cli.run("code github --once --max-wait 90000")).toMatchObject({
      exitCode: 0,
      stdout: `${SECOND}\n`,
    });
  });

  it("waits in pieces where a timer can't count that far", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("code github --once");
    cli.clock.now -= 30 * 86_400_000;
    expect(await cli.run("code github --once --max-wait 99999999")).toMatchObject({ stdout: `${SECOND}\n` });
    expect(Math.max(...cli.slept)).toBeLessThan(2 ** 31);
  });

  it("that jumps while we wait gives no code twice", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("code github --once");
    const given = [FIRST];
    for (const jump of [-20_000, 5000, -31_000, 61_000, -1]) {
      cli.clock.now += jump;
      given.push((await cli.run("code github --once")).stdout.trim());
    }
    expect(new Set(given).size).toBe(6);
  });

  it("records that say nothing of the time count all the same", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("code github --once");
    for (const name of recordsOf(cli)) cli.folder.files.set(name, "");
    expect(await cli.run("code github --once --no-wait")).toMatchObject({ exitCode: 7 });
  });
});

/** A clock for many at once: when all of them sleep, it goes on to when the first one wakes. */
function sharedClock(start: number) {
  let time = start;
  const sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => time,
    sleep: (milliseconds: number) =>
      new Promise<void>((wake) => sleepers.push({ at: time + milliseconds, wake })),
    async run<T>(work: readonly Promise<T>[]): Promise<T[]> {
      let isDone = false;
      const all = Promise.all(work).finally(() => {
        isDone = true;
      });
      while (!isDone) {
        await new Promise((resolve) => setImmediate(resolve));
        const next = Math.min(...sleepers.map(({ at }) => at));
        if (next === Number.POSITIVE_INFINITY) continue;
        time = next;
        for (const one of sleepers.splice(0))
          if (one.at <= next) one.wake();
          else sleepers.push(one);
      }
      return all;
    },
  };
}

it("4 that wait get 4 different codes", async () => {
  const clock = sharedClock(Date.parse(now));
  const folder = memoryFolder();
  const state = memoryFolder();
  const stderr = memoryOutput(false, false);
  const ctx = only<World>({
    clock,
    folder,
    stateFolder: async () => state,
    stderr,
    env: {},
    ledger: createLedger(folder, () => {}),
    random: (bytes: number) => Uint8Array.from(randomBytes(bytes)),
  });
  const account = { id: "aaaaaaaaaaaaaaaa", name: "github" };
  const got = await clock.run(Array.from({ length: 4 }, () => unspentCode(account, github, {}, ctx)));
  expect(new Set(got.map(({ code }) => code)).size).toBe(4);
  expect(got.map(({ step }) => step).sort()).toEqual([0, 1, 2, 3].map((i) => 37037036 + i));
  for (const { at, from, until } of got) expect(from <= at && at < until).toBe(true);
  expect(stderr.written().split("\n").filter(Boolean)).toHaveLength(3 + 2 + 1);
});

it("three consecutive steps can be had together", async () => {
  const cli = testCli({ accounts: [github], now });
  await cli.start();
  const stderr = memoryOutput(false, false);
  const ledger = createLedger(cli.folder, () => {});
  const account = ledger.accounts()[0];
  if (account === undefined) throw new Error("no account");
  const clock = { now: () => cli.clock.now, sleep: async () => {} };
  const all = only<World>({
    clock,
    folder: cli.folder,
    stateFolder: async () => cli.state,
    ledger,
    env: {},
    stderr,
  });
  const unspent = await unspentCode(account, github, { amount: 3 }, all);
  expect(unspent).toMatchObject({ code: FIRST, next: SECOND, step: 37037036 });
  await expect(unspentCode(account, github, { noWait: true }, all)).rejects.toMatchObject({
    exitCode: ExitCode.noUnspentCode,
    message: expect.stringContaining("in 80 s"),
  });
});

describe("a seed that comes with the command", () => {
  const uri = formatOtpauthUri(github);
  const headless = (text = uri) => {
    const cli = testCli({ now });
    cli.upkeep.env.TWINSEED_URI = text;
    return cli;
  };

  it("--env takes it from TWINSEED_URI, and writes nothing", async () => {
    const cli = headless();
    expect(await cli.run("code --env")).toMatchObject({ exitCode: 0, stdout: `${FIRST}\n`, stderr: "" });
    expect(await cli.run("code --env --next")).toMatchObject({ stdout: `${SECOND}\n` });
    expect(await cli.run("code --env --pair")).toMatchObject({ stdout: `${FIRST}\n${SECOND}\n` });
    expect(await cli.run("code --env --at 59")).toMatchObject({ exitCode: 0, stdout: "287082\n" });
    expect(await cli.run("code --env --min-remaining 25")).toMatchObject({ stdout: `${SECOND}\n` });
    expect(cli.folder.files.size).toBe(0);
  });

  it("--json has no id", async () => {
    const { stdout } = await headless().run("code --env --json");
    expect(JSON.parse(stdout)).toMatchObject({
      account: { id: null, name: "GitHub:octocat", issuer: "GitHub", label: "octocat" },
      code: FIRST,
    });
  });

  it("- takes a URI or a bare key from stdin", async () => {
    const cli = testCli({ now });
    for (const stdin of [uri, `${uri}\n`, base32Of(github), `${base32Of(github)}\n`])
      expect(await cli.run("code -", { stdin })).toMatchObject({
        exitCode: 0,
        stdout: `${FIRST}\n`,
        stderr: "",
      });
    expect(cli.folder.files.size).toBe(0);
  });

  it("--once writes records under the derived key, and nothing else", async () => {
    const cli = headless();
    expect(await cli.run("code --env --once")).toMatchObject({ stdout: `${FIRST}\n` });
    expect(await cli.run("code --env --once --no-wait")).toMatchObject({ exitCode: 7 });
    expect(await cli.run("code - --once --no-wait", { stdin: uri })).toMatchObject({ exitCode: 7 });
    expect([...cli.folder.files.keys()]).toEqual([`steps/${leaseKeyOf(github)}/37037036`]);
  });

  it("a counter stays where it is without --once, which is said, and moves on with it", async () => {
    const cli = headless(formatOtpauthUri(counting));
    for (let i = 0; i < 2; i++)
      expect(await cli.run("code --env")).toMatchObject({
        stdout: "755224\n",
        stderr: expect.stringContaining("does not advance"),
      });
    expect(await cli.run("code --env --once")).toMatchObject({ stdout: "755224\n", stderr: "" });
    expect(await cli.run("code --env --once --pair")).toMatchObject({ stdout: "287082\n359152\n" });
    expect(await cli.run("code --env --once")).toMatchObject({ stdout: "969429\n" });
  });

  it.each([
    ["code --env", "", 2],
    ["code --env", "otpauth://totp/x?secret=1", 5],
    ["code --env", "not a key at all!", 5],
    ["code --env", `${uri}\n${uri}`, 5],
    ["code --env github", uri, 2],
  ])("%s with %j is an error that quotes nothing", async (command, text, exitCode) => {
    const session = await headless(text).run(command);
    expect(session).toMatchObject({ exitCode, stdout: "" });
    expect(session.stderr).not.toMatch(/secret=|not a key at all|GEZDG/);
  });

  it("stdin with nothing in it is unreadable", async () => {
    expect(await testCli().run("code -")).toMatchObject({ exitCode: 5, stdout: "" });
  });
});

describe("--mask", () => {
  it("comes first, for each code that is printed", async () => {
    const cli = testCli({ accounts: [github], now });
    const mask = (...codes: (string | undefined)[]) => codes.map((code) => `::add-mask::${code}\n`).join("");
    const outcome = { stdout: `${FIRST}\n`, stderr: mask(FIRST) };
    expect(await cli.run("code github --mask")).toMatchObject(outcome);
    expect((await cli.run("code github --pair --mask")).stderr).toBe(mask(FIRST, SECOND));
    const { stdout, stderr } = await cli.run("code github --json --mask");
    expect(stderr).toBe(mask(FIRST, SECOND));
    expect(JSON.parse(stdout)).toMatchObject({ code: FIRST });
  });
});

it.each([
  "--once",
  "github --no-wait",
  "github --max-wait 3",
  "github --lease none",
  "github --once --next",
  "github --once --at 0",
  "github --once --no-wait --max-wait 1",
  "github --once --max-wait soon",
  "github --once --min-remaining 31",
  "github --copy --mask",
  "--mask",
])("code %s is a wrong command line", async (args) => {
  const cli = testCli({ accounts: [github], now });
  expect(await cli.run(`code ${args}`)).toMatchObject({ exitCode: 2, stdout: "" });
  expect(recordsOf(cli)).toEqual([]);
});
