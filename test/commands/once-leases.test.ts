/** `code --once` with a lease: no code is given out twice, on whichever computer. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { OTP_LIMITS } from "../../src/base/limits.ts";
import { leaseKeyOf } from "../../src/leases/lease-key.ts";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { Secret } from "../../src/otp/secret.ts";
import { leaseCheck } from "../../src/spending/chosen-lease.ts";
import { connect } from "../../src/system/connect.ts";
import { scratchGit } from "../../src/system/programs/scratch-git.ts";
import type { World } from "../../src/world.ts";
import { aws, base32Of, counting, github } from "../helpers/accounts.ts";
import { FIRST, now, recordsOf } from "../helpers/once-codes.ts";
import { only } from "../helpers/only.ts";
import { PASSWORD, type RedisServer, startRedis } from "../helpers/redis-server.ts";
import { needs } from "../helpers/system-packages.ts";
import { testCli } from "../helpers/test-cli.ts";
import { times } from "../helpers/times.ts";

const ROUNDS = times(5);
const RACERS = 12;

/** Another seed for each round, whose step does not end while the test runs. */
function freshAccount(): Enrollment {
  return {
    issuer: "Race",
    label: "r",
    otp: { type: "totp", algorithm: "SHA1", digits: 10, period: OTP_LIMITS.period.most },
    secret: Secret.of(Uint8Array.from(randomBytes(20))),
  };
}

/** That many computers, each with its own data folder, ask at one moment. */
async function race(lease: string): Promise<void> {
  const account = freshAccount();
  const scratch = () => scratchGit(process.env);
  const today = new Date().toISOString();
  const computers = Array.from({ length: RACERS }, () =>
    testCli({ accounts: [account], now: today, scratchGit: scratch, connect }),
  );
  await Promise.all(computers.map((cli) => cli.start()));
  const all = await Promise.all(
    computers.map((cli) => cli.run(["code", "Race", "--once", "--no-wait", "--lease", lease])),
  );
  expect(all.map(({ exitCode }) => exitCode).sort()).toEqual([0, ...Array(RACERS - 1).fill(7)]);
  expect(all.filter(({ stdout }) => stdout !== "")).toHaveLength(1);
  // Who got it has it written down here too.
  for (const [i, cli] of computers.entries())
    expect(recordsOf(cli)).toHaveLength(all[i]?.exitCode === 0 ? 1 : 0);
}

const root = mkdtempSync(join(tmpdir(), "twinseed-once-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.skipIf(!needs("git"))("across computers, over a bare git repository", () => {
  let made = 0;
  /** Where nothing is spent yet. */
  function repository() {
    const path = join(root, `the codes ${++made}.git`);
    spawnSync("git", ["init", "--quiet", "--bare", path]);
    return {
      lease: pathToFileURL(path).href.replace("file:", "git+file:"),
      git: (...args: string[]) => spawnSync("git", ["-C", path, ...args], { encoding: "utf8" }).stdout,
    };
  }
  const scratch = () => scratchGit(process.env);

  it(`of ${RACERS} exactly one gets the code, in each of ${ROUNDS} rounds`, async () => {
    const { lease } = repository();
    for (let round = 0; round < ROUNDS; round++) await race(lease);
  });

  it("the ref says nothing of the seed, the account or the code", async () => {
    const { lease, git } = repository();
    const cli = testCli({ accounts: [github], now, scratchGit: scratch });
    await cli.run(["code", "github", "--once", "--lease", lease]);
    const key = leaseKeyOf(github);
    const ref = `refs/twinseed/${key}/37037036`;
    const content = git("cat-file", "-p", ref);
    expect(content).toMatch(
      /^tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor twinseed <twinseed@localhost> /,
    );
    expect(content).not.toMatch(new RegExp(`octocat|github|${base32Of(github)}|${FIRST}`, "i"));
  });

  it("deletes refs after an hour, and a counter goes on across computers", async () => {
    const { lease, git } = repository();
    const cli = testCli({ accounts: [github, counting], now, scratchGit: scratch });
    cli.clock.now += 86_400_000;
    const refs = () => git("for-each-ref", "--format=%(refname)", `refs/twinseed/${leaseKeyOf(github)}`);
    for (const wait of [0, 30_000, 3_700_000]) {
      cli.clock.now += wait;
      expect(await cli.run(["code", "github", "--once", "--lease", lease])).toMatchObject({ exitCode: 0 });
    }
    expect(refs().trim().split("\n")).toHaveLength(1);
    const other = testCli({ accounts: [counting], now, hostname: "other", scratchGit: scratch });
    expect(await cli.run(["code", "Token", "--once", "--lease", lease])).toMatchObject({
      stdout: "755224\n",
    });
    expect(await other.run(["code", "Token", "--once", "--lease", lease])).toMatchObject({
      stdout: "287082\n",
    });
    expect(await cli.run(["code", "Token", "--once", "--lease", lease])).toMatchObject({
      stdout: "359152\n",
    });
  });

  it("another computer's clock that is far ahead is said", async () => {
    const { lease } = repository();
    const ahead = testCli({ accounts: [aws], now: "2030-01-01T00:00:00Z", scratchGit: scratch });
    await ahead.run(["code", "Amazon", "--once", "--lease", lease]);
    const cli = testCli({ accounts: [aws], now, scratchGit: scratch });
    const { exitCode, stdout, stderr } = await cli.run(["code", "Amazon", "--once", "--lease", lease]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 7, stdout: "" });
    expect(stderr).toContain("a code for a later time than now was spent: a clock is or was wrong");
    expect(stderr).toContain(`--delete refs/twinseed/${leaseKeyOf(aws)}/`);
  });

  it("a code that is over by the time it is reserved is not given out, and nor is it waited for", async () => {
    const { lease } = repository();
    const commands = { slow: 0 };
    const cli = testCli({
      accounts: [github],
      now,
      async scratchGit() {
        const own = await scratch();
        return {
          ...own,
          run(args, input, settings) {
            if (args[0] === "push" && commands.slow-- > 0) cli.clock.now += 31_000;
            return own.run(args, input, settings);
          },
        };
      },
    });
    cli.clock.now += 10 * 86_400_000;
    commands.slow = 1;
    const slow = await cli.run(["code", "github", "--once", "--json", "--no-wait", "--lease", lease]);
    expect(slow).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(slow.stdout)).toMatchObject({ step: 37037036 + 10 * 2880 + 1, remaining: 19 });
    commands.slow = 99;
    expect(await cli.run(["code", "github", "--once", "--lease", lease])).toMatchObject({
      exitCode: 7,
      stdout: "",
      stderr: expect.stringContaining("takes longer than it is valid"),
    });
  });

  it("leaseCheck says whether it answers, and reserves nothing", async () => {
    const { lease, git } = repository();
    const ctx = only<World>({
      clock: { now: () => Date.parse(now), sleep: async () => {} },
      random: (bytes: number) => new Uint8Array(bytes),
      scratchGit: scratch,
    });
    const before = git("for-each-ref");
    expect(await leaseCheck(new URL(lease), ctx)).toBe(`${lease} answers`);
    expect(git("for-each-ref")).toBe(before);
    const nowhere = new URL(`git+file://${root}/nowhere.git`);
    await expect(leaseCheck(nowhere, ctx)).rejects.toMatchObject({ exitCode: ExitCode.noUnspentCode });
  });

  it("an engine that is not there is exit 7 with the reason, and nothing is given out here instead", async () => {
    const cli = testCli({ accounts: [github], now, scratchGit: scratch });
    const nowhere = `git+file://${root}/nowhere.git`;
    expect(await cli.run(["code", "github", "--once", "--lease", nowhere])).toMatchObject({
      exitCode: 7,
      stdout: "",
      stderr: expect.stringMatching(
        /can't reserve a code at git\+file:\/\/.*: '.*nowhere.git' does not appear/,
      ),
    });
    expect(recordsOf(cli)).toEqual([]);
  });
});

describe.skipIf(!needs("redis-server"))("across computers, over redis", () => {
  let server: RedisServer | undefined;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());
  const url = () => server?.url ?? "";

  it(`of ${RACERS} exactly one gets the code, in each of ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round++) await race(url());
  });

  it("the server's clock decides the step", async () => {
    const fast = new Date(Date.now() + 3 * 60_000).toISOString();
    const cli = testCli({ accounts: [github], now: fast, connect });
    const before = Math.floor(Date.now() / 30_000);
    const { stdout } = await cli.run(["code", "github", "--once", "--json", "--lease", url()]);
    const { step } = JSON.parse(stdout);
    expect(step).toBeGreaterThanOrEqual(before);
    expect(step).toBeLessThan(before + 3);
  });

  it("no password is ever shown", async () => {
    const cli = testCli({ accounts: [github], now, connect });
    cli.upkeep.env.TWINSEED_LEASE = url().replace(PASSWORD, "wrong-horse");
    const wrong = await cli.run("code github --once");
    expect(wrong).toMatchObject({ exitCode: 7, stdout: "" });
    expect(wrong.stderr).toMatch(/can't reserve a code at redis:\/\/127\.0\.0\.1:\d+: WRONGPASS/);
    const gone = await cli.run([
      "code",
      "github",
      "--once",
      "--lease",
      `redis://u:${PASSWORD}@127.0.0.1:1/0`,
    ]);
    expect(gone).toMatchObject({ exitCode: 7, stdout: "" });
    expect(wrong.stderr + gone.stderr).not.toMatch(new RegExp(`${PASSWORD}|wrong-horse`));
    expect(gone.stderr).toContain("ECONNREFUSED");
  });
});

describe("which lease", () => {
  const config = (lease: unknown) => JSON.stringify({ version: 1, store: "file", why: "", lease });

  it("--lease, else TWINSEED_LEASE, else config.json; none says that there is none", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.start();
    const reached = async (more = "") => (await cli.run(`code github --once ${more}`.trim())).stderr;
    cli.folder.files.set("config.json", config("redis://127.0.0.1:1/3"));
    expect(await reached()).toContain("at redis://127.0.0.1:1/3:");
    cli.upkeep.env.TWINSEED_LEASE = "redis://127.0.0.1:1/2";
    expect(await reached()).toContain("at redis://127.0.0.1:1/2:");
    expect(await reached("--lease redis://127.0.0.1:1/1")).toContain("at redis://127.0.0.1:1/1:");
    expect(await reached("--lease none")).toBe("");
  });

  it.each(["", "redis", "redis:", "http://h/x", "git+http://h/x", "redis://", "git+file:x", "redis://h/ x"])(
    "%j is none, and is not quoted",
    async (text) => {
      const cli = testCli({ accounts: [github], now });
      const { exitCode, stdout, stderr } = await cli.run(["code", "github", "--once", `--lease=${text}`]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toContain("--lease is not the URL of a lease engine\n");
    },
  );

  it.each([config(5), config(null), "{", ""])("config.json %j falls back to nothing", async (text) => {
    const cli = testCli({ now });
    cli.folder.files.set("config.json", text);
    cli.upkeep.env.TWINSEED_URI = formatOtpauthUri(github);
    expect(await cli.run("code --env --once")).toMatchObject({ exitCode: 1, stdout: "" });
  });
});

describe("the derived key", () => {
  it("is the same everywhere, and another one for other parameters", () => {
    // openssl dgst -sha256 -mac HMAC, of "twinseed lease 1 totp SHA1 6 30"
    expect(leaseKeyOf(github)).toBe("4aa20717f7f981ef5f05768202d6bca5");
    const plain = { type: "totp", algorithm: "SHA1", digits: 6, period: 30 } as const;
    const changes = [{ digits: 8 }, { period: 60 }, { algorithm: "SHA256" as const }];
    const others = [...changes.map((change) => ({ ...github, otp: { ...plain, ...change } })), counting, aws];
    const keys = [github, ...others].map((one) => leaseKeyOf(one));
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
    const elsewhere: Enrollment = { ...github, issuer: "x", label: "y" };
    expect(leaseKeyOf(elsewhere)).toBe(keys[0]);
  });
});
