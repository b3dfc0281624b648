/** `code --once` with the real program: many processes at one moment, killed processes, and the files that they leave. */
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OTP_LIMITS } from "../../src/base/limits.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { Secret } from "../../src/otp/secret.ts";
import { type Computer, computerIn, contentOf, type Ended, PROGRAM } from "../helpers/binary.ts";
import { type RedisServer, startRedis } from "../helpers/redis-server.ts";
import { needs } from "../helpers/system-packages.ts";
import { times } from "../helpers/times.ts";

const LONG = times(240_000);
const HERE = 40;
const ELSEWHERE = 8;
const ROUNDS = times(1);

const root = mkdtempSync(join(tmpdir(), "twinseed-once-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let homes = 0;
const newHome = () => join(root, `home${++homes}`);

/** An account whose step lasts longer than any test. */
function account() {
  const otp = { type: "totp", algorithm: "SHA1", digits: 10, period: OTP_LIMITS.period.most } as const;
  const secret = Secret.of(Uint8Array.from(randomBytes(20)));
  const code = codeOf(secret, otp, stepAt(otp, Date.now()));
  return { uri: formatOtpauthUri({ issuer: "Race", label: "r", otp, secret }), code };
}

/** Starts all of them, waits until each is ready to read its seed, and sends the seed to all at once. */
async function together(
  computers: readonly Computer[],
  args: readonly string[],
  seed: string,
): Promise<Ended[]> {
  const [command, ...words] = PROGRAM;
  const runs = computers.map(({ home, env }) => {
    const child = spawn(command, [...words, "code", "-", ...args], { cwd: home, env });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
      });
    child.stdin.on("error", () => {});
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode, signal) => resolve({ exitCode, signal, ...output, ms: 0 }));
    });
    return { child, ended };
  });
  await allWaiting(runs.map(({ child }) => child.pid ?? 0));
  for (const { child } of runs) child.stdin.end(seed);
  return Promise.all(runs.map(({ ended }) => ended));
}

/** Resolves when none of them uses the processor any longer; at once, if that can't be measured. */
async function allWaiting(pids: readonly number[]): Promise<void> {
  const use = () => pids.map((pid) => /\) (\S) (?:\S+ ){10}(\d+ \d+)/.exec(statOf(pid))?.slice(1).join(" "));
  const end = Date.now() + 60_000;
  for (let before = ""; Date.now() < end; ) {
    const now = use().join();
    if (now === before && !/\bR\b/.test(now)) return;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return "";
  }
}

function expectOneWinner(all: readonly Ended[], code: string): void {
  const outcomes = all.map(({ exitCode, stdout }) => `${exitCode} ${stdout.trim()}`.trim()).sort();
  expect(outcomes).toEqual([`0 ${code}`, ...Array(all.length - 1).fill("7")]);
  for (const { exitCode, stderr } of all)
    expect(stderr).toMatch(
      exitCode === 0 ? /^$/ : /^twinseed: error: no unspent code for "Race:r" now: [^\n]*\n$/,
    );
}

describe("on one computer", () => {
  it(`of ${HERE} processes that start at one moment, exactly one gets the code`, {
    timeout: LONG,
  }, async () => {
    const { uri, code } = account();
    const computer = computerIn(newHome());
    expectOneWinner(await together(Array(HERE).fill(computer), ["--once", "--no-wait"], uri), code);
  });

  it(`of ${ELSEWHERE} that open an enrolled account, too`, { timeout: LONG }, async () => {
    const { uri, code } = account();
    const env = { TWINSEED_STORE: "file", TWINSEED_KEY: randomBytes(32).toString("base64") };
    const computer = computerIn(newHome(), env);
    expect(await computer.run(["add", "-"], { stdin: { text: uri } })).toMatchObject({ exitCode: 0 });
    const runs = Array.from({ length: ELSEWHERE }, () =>
      computer.run(["code", "Race", "--once", "--no-wait"], { timeout: LONG }),
    );
    expectOneWinner(await Promise.all(runs), code);
  });

  it("one that is killed with the step in its hands takes it along", { timeout: LONG }, async () => {
    for (let i = 0; i < 3; i++) {
      const { uri } = account();
      const computer = computerIn(newHome());
      const steps = join(computer.data, "steps");
      const running = computer.start(["code", "-", "--once"], { stdin: { text: uri } });
      let isOver = false;
      void running.ended.finally(() => {
        isOver = true;
      });
      // Kills it as soon as the record is there, which is usually before the code is printed.
      while (!isOver && recordsIn(steps).length === 0) await new Promise((resolve) => setImmediate(resolve));
      running.kill();
      await running.ended;
      expect(recordsIn(steps)).toHaveLength(1);
      const next = await computer.run(["code", "-", "--once", "--no-wait"], { stdin: { text: uri } });
      expect(next).toMatchObject({ exitCode: 7, stdout: "" });
    }
  });

  it("--env writes nothing anywhere", async () => {
    const { uri, code } = account();
    const home = newHome();
    const temporary = join(home, "tmp");
    mkdirSync(temporary, { recursive: true });
    const computer = computerIn(home, { TWINSEED_URI: uri, TMPDIR: temporary });
    const before = contentOf(home);
    expect(await computer.run(["code", "--env"])).toMatchObject({
      exitCode: 0,
      stdout: `${code}\n`,
      stderr: "",
    });
    expect(await computer.run(["code", "--env", "--json", "--mask"])).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/^(::add-mask::\d+\n){2}$/),
    });
    const gone = ["--once", "--lease", "git+file:///nowhere", "--no-wait"];
    expect(await computer.run(["code", "--env", ...gone])).toMatchObject({ exitCode: 7, stdout: "" });
    expect(contentOf(home)).toEqual(before);
  });
});

function recordsIn(steps: string): string[] {
  if (!existsSync(steps)) return [];
  return readdirSync(steps, { recursive: true, encoding: "utf8" }).filter((name) => /\/\d+$/.test(name));
}

async function raceAcross(lease: string): Promise<void> {
  const { uri, code } = account();
  const computers = Array.from({ length: ELSEWHERE }, () => computerIn(newHome(), { TWINSEED_LEASE: lease }));
  expectOneWinner(await together(computers, ["--once", "--no-wait"], uri), code);
}

describe.skipIf(!needs("git"))("across computers, over a bare git repository (needs git)", () => {
  const repository = join(root, "codes.git");
  const lease = `git+file://${repository}`;
  beforeAll(() => void spawnSync("git", ["init", "--quiet", "--bare", repository]));

  it(`of ${ELSEWHERE} exactly one gets the code, in each of ${ROUNDS} rounds`, {
    timeout: LONG,
  }, async () => {
    for (let round = 0; round < ROUNDS; round++) await raceAcross(lease);
  });

  it("one that is killed with the step in its hands takes it along", { timeout: LONG }, async () => {
    const { uri } = account();
    const [one, other] = [0, 1].map(() =>
      computerIn(newHome(), { TWINSEED_LEASE: lease, TWINSEED_URI: uri }),
    );
    const refs = () => spawnSync("git", ["-C", repository, "for-each-ref"], { encoding: "utf8" }).stdout;
    const before = refs();
    const running = one?.start(["code", "--env", "--once"]);
    while (refs() === before) await new Promise((resolve) => setImmediate(resolve));
    running?.kill();
    await running?.ended;
    expect(await other?.run(["code", "--env", "--once", "--no-wait"])).toMatchObject({
      exitCode: 7,
      stdout: "",
    });
  });

  it("a password in the URL gets neither onto git's command line nor into what is said", async () => {
    const home = newHome();
    const log = join(home, "log");
    mkdirSync(join(home, "bin"), { recursive: true });
    const fake = join(home, "bin", "git");
    const words = '{ echo "args: $*"; env; cat "$GIT_DIR/config" 2>/dev/null; } | sed "s/^/$1 /"';
    writeFileSync(
      fake,
      `#!/bin/sh\n${words} >>"${log}"\n[ "$1" = push ] && { echo "fatal: no" >&2; exit 1; }\nexit 0\n`,
    );
    chmodSync(fake, 0o755);
    const computer = computerIn(home, {
      TWINSEED_URI: account().uri,
      TWINSEED_LEASE: "git+https://robot:geheim@127.0.0.1:1/codes.git",
      PATH: `${join(home, "bin")}:${process.env.PATH}`,
    });
    const { exitCode, stdout, stderr } = await computer.run(["code", "--env", "--once"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 7, stdout: "" });
    expect(stderr).toContain("can't reserve a code at git+https://127.0.0.1:1/codes.git: no");
    const said = readFileSync(log, "utf8");
    expect(stderr + said).not.toMatch(/geheim|TWINSEED/);
    expect(said).toMatch(/args: push .* https:\/\/127\.0\.0\.1:1\/codes\.git refs\/heads/);
    expect(said).not.toMatch(/args: .*robot/);
    const header = Buffer.from("robot:geheim").toString("base64");
    expect(said).toMatch(new RegExp(`GIT_CONFIG_VALUE_\\d=Authorization: Basic ${header}`));
  });
});

describe.skipIf(!needs("redis-server"))("across computers, over redis (needs redis-server)", () => {
  let server: RedisServer | undefined;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());

  it(`of ${ELSEWHERE} exactly one gets the code, in each of ${ROUNDS} rounds`, {
    timeout: LONG,
  }, async () => {
    for (let round = 0; round < ROUNDS; round++) await raceAcross(server?.url ?? "");
  });
});
