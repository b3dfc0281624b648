/**
 * An older copy of the data folder is put back: by hand from a backup, by a program that synchronizes folders, or by someone who
 * wants a code a second time. No code is handed out twice, and it is said.
 */
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode, ForeignFolder, UserError } from "../../src/base/errors.ts";
import { codeOf } from "../../src/otp/one-time-code.ts";
import { counting, github } from "../helpers/accounts.ts";
import { computerIn } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { memoryFolder } from "../helpers/memory-folder.ts";
import { testCli } from "../helpers/test-cli.ts";

/** 10 s into its step. */
const now = "2005-03-18T01:58:10Z";
const [FIRST, SECOND] = [37037036, 37037037].map((step) => codeOf(github.secret, github.otp, step));
const counted = (counter: number) => codeOf(counting.secret, counting.otp, counter);
const START = counting.otp.type === "hotp" ? counting.otp.counter : 0;

function remembered(cli: ReturnType<typeof testCli>): string[] {
  const spent = [...cli.state.files.keys()].filter((name) => name.startsWith("spent/"));
  return spent.map((name) => name.replace(/^spent\/[0-9a-f]{32}\//, ""));
}

/** A copy of the data folder, and a function that puts it back. */
function copied(cli: ReturnType<typeof testCli>): () => void {
  const before = new Map(cli.folder.files);
  return () => {
    cli.folder.files.clear();
    for (const [name, text] of before) cli.folder.files.set(name, text);
  };
}

describe("code --once, time-based", () => {
  it("a step that was spent stays spent, and there is one warning", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("list");
    const putBack = copied(cli);
    expect(await cli.run("code github --once")).toMatchObject({ stdout: `${FIRST}\n`, stderr: "" });
    expect(remembered(cli)).toEqual(["37037036"]);
    putBack();
    const refused = await cli.run("code github --once --no-wait");
    expect(refused).toMatchObject({ exitCode: 7, stdout: "" });
    expect(refused.stderr).toBe(
      'twinseed: warning: the data folder went back: it has no record of the last code of "GitHub:octocat" that was ' +
        "handed out here, which stays spent; if you did not put an older copy back, look at who can write to " +
        '"/memory/twinseed"\n' +
        'twinseed: error: no unspent code for "GitHub:octocat" now: the next one comes in 20 s\n',
    );
    const next = await cli.run("code github --once");
    expect(next.stdout).toBe(`${SECOND}\n`);
    expect(next.stderr.match(/went back/g)).toHaveLength(1);
    expect(remembered(cli)).toEqual(["37037037"]);
    expect((await cli.run("code github --once")).stderr).not.toContain("went back");
  });

  it("what was recorded with a wrong clock is forgotten in both places, which the error names", async () => {
    const cli = testCli({ accounts: [github], now: "2035-01-01T00:00:00Z" });
    await cli.run("code github --once");
    cli.clock.now = Date.parse(now);
    const { stderr, exitCode } = await cli.run("code github --once");
    expect(exitCode).toBe(7);
    const [, here = "", memory = ""] =
      /remove the folder \/memory\/twinseed\/(steps\/\S+) and the folder \/memory\/twinseed\/(spent\/\S+)/.exec(
        stderr,
      ) ?? [];
    expect(here).not.toBe("");
    for (const [files, folder] of [
      [cli.folder.files, here],
      [cli.state.files, memory],
    ] as const)
      for (const name of [...files.keys()]) if (name.startsWith(`${folder}/`)) files.delete(name);
    expect(await cli.run("code github --once")).toMatchObject({
      exitCode: 0,
      stdout: `${FIRST}\n`,
      stderr: "",
    });
  });

  it("many at once are no older copy", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("list");
    const runs = await Promise.all(Array.from({ length: 8 }, () => cli.run("code github --once --no-wait")));
    expect(runs.filter(({ exitCode }) => exitCode === 0)).toHaveLength(1);
    expect(runs.map(({ stderr }) => stderr).join("")).not.toContain("went back");
  });

  it("one that another process records between two looks is no older copy", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("code github --once");
    const records = [cli.folder, cli.state].flatMap(({ files }) =>
      [...files].flatMap(([name, text]) => (/^(steps|spent)\//.test(name) ? [{ files, name, text }] : [])),
    );
    expect(records).toHaveLength(2);
    for (const { files, name } of records) files.delete(name);
    for (const folder of [cli.folder, cli.state]) {
      const { list } = folder;
      folder.list = (name) => {
        const seen = list(name);
        if (/^(steps|spent)\//.test(name)) for (const { files, name, text } of records) files.set(name, text);
        return seen;
      };
    }
    const { exitCode, stderr } = await cli.run("code github --once --no-wait");
    expect(stderr).toBe(
      'twinseed: error: no unspent code for "GitHub:octocat" now: the next one comes in 20 s\n',
    );
    expect(exitCode).toBe(7);
  });
});

describe("counter-based", () => {
  it.each(["code counting", "code counting --once"])(
    "%s goes on from the larger counter, and says so",
    async (line) => {
      const cli = testCli({ accounts: [{ ...counting, label: "counting" }], now });
      await cli.run("list");
      const putBack = copied(cli);
      for (const counter of [START, START + 1, START + 2])
        expect(await cli.run(line)).toMatchObject({ stdout: `${counted(counter)}\n`, stderr: "" });
      expect(remembered(cli)).toEqual([`${START + 2}`]);
      putBack();
      const { stdout, stderr } = await cli.run(line);
      expect(stdout).toBe(`${counted(START + 3)}\n`);
      expect(stderr.match(/the data folder went back: .* which stays spent; if you did not/g)).toHaveLength(
        1,
      );
      expect(await cli.run(line)).toMatchObject({ stdout: `${counted(START + 4)}\n`, stderr: "" });
    },
  );

  it("--pair is remembered by its second code", async () => {
    const cli = testCli({ accounts: [{ ...counting, label: "counting" }], now });
    await cli.run("list");
    const putBack = copied(cli);
    await cli.run("code counting --pair");
    putBack();
    expect((await cli.run("code counting")).stdout).toBe(`${counted(START + 2)}\n`);
  });

  it("a counter that another computer advanced is no older copy", async () => {
    const cli = testCli({ accounts: [{ ...counting, label: "counting" }], now });
    await cli.run("code counting");
    const [file = ""] = [...cli.folder.files.keys()].filter((name) => name.startsWith("accounts/"));
    const text = cli.folder.files.get(file) ?? "";
    cli.folder.files.set(file, text.replace(`"counter": ${START + 1}`, `"counter": ${START + 50}`));
    expect(await cli.run("code counting")).toMatchObject({ stdout: `${counted(START + 50)}\n`, stderr: "" });
  });
});

describe("another data folder of this computer with the same seed, such as a backup restored into one", () => {
  const twoFolders = (...accounts: (typeof github)[]) => {
    const [first, second] = [
      testCli({ accounts, now }),
      testCli({ accounts, now, instead: () => ({ stateFolder }) }),
    ];
    const stateFolder = async () => first.state;
    Object.assign(second.folder, { path: "/memory/other" });
    return [first, second] as const;
  };

  it("gets no time-based code with --once that was handed out already, and nothing went back", async () => {
    const [first, second] = twoFolders(github);
    expect(await first.run("code github --once")).toMatchObject({ stdout: `${FIRST}\n`, stderr: "" });
    const refused = await second.run("code github --once --no-wait");
    expect([refused.exitCode, refused.stdout]).toEqual([7, ""]);
    expect(refused.stderr).not.toContain("went back");
    expect((await second.run("code github --once")).stdout).toBe(`${SECOND}\n`);
    first.clock.now = second.clock.now;
    expect((await first.run("code github --once --no-wait")).stderr).not.toContain("went back");
  });

  it("at the same moment: one of the two gets it", async () => {
    const [first, second] = twoFolders(github);
    await Promise.all([first.run("list"), second.run("list")]);
    const runs = await Promise.all(
      [first, second, first, second].map((cli) => cli.run("code github --once --no-wait")),
    );
    expect(runs.filter(({ exitCode }) => exitCode === 0)).toHaveLength(1);
  });

  it.each(["code counting", "code counting --once"])("%s goes on after what was handed out", async (line) => {
    const [first, second] = twoFolders({ ...counting, label: "counting" });
    await first.run(line);
    await first.run(line);
    expect(await second.run(line)).toMatchObject({ stdout: `${counted(START + 2)}\n`, stderr: "" });
    expect(await first.run(line)).toMatchObject({ stdout: `${counted(START + 3)}\n`, stderr: "" });
  });
});

describe("the memory", () => {
  it("costs time-based codes without --once nothing", async () => {
    let isWatched = false;
    const cli = testCli({
      accounts: [github],
      now,
      instead: () => ({
        ...(isWatched && {
          stateFolder: async () => {
            throw new Error("the state folder was opened");
          },
        }),
      }),
    });
    await cli.start();
    isWatched = true;
    expect(await cli.run("code github")).toMatchObject({ exitCode: 0, stdout: `${FIRST}\n` });
  });

  const none = async () => {
    throw new UserError("there is no place for what this computer alone knows", ExitCode.failed);
  };
  const readOnly = async () => ({
    ...memoryFolder(),
    create: () => {
      throw new UserError("the file system is read-only", ExitCode.failed);
    },
  });
  const unreadable = async () => ({
    ...memoryFolder(),
    list: () => {
      throw new UserError("permission denied", ExitCode.failed);
    },
  });
  it.each([
    ["no home directory", none],
    ["a read-only disk", readOnly],
    ["a folder that can't be listed", unreadable],
  ])("is not there with %s, and nothing is said", async (_, stateFolder) => {
    const accounts = [github, { ...counting, label: "counting" }];
    const cli = testCli({ accounts, now, instead: () => ({ stateFolder }) });
    expect(await cli.run("code github --once")).toMatchObject({ stdout: `${FIRST}\n`, stderr: "" });
    expect(await cli.run("code counting")).toMatchObject({ stdout: `${counted(START)}\n`, stderr: "" });
    expect(await cli.run("code counting --once")).toMatchObject({
      stdout: `${counted(START + 1)}\n`,
      stderr: "",
    });
  });

  it("is not believed where others can write, and that is said once", async () => {
    const cli = testCli({
      accounts: [{ ...counting, label: "counting" }],
      now,
      instead: () => ({
        stateFolder: async () => {
          throw new ForeignFolder('"/state" can be written by others', ExitCode.failed, [
            "chmod go-w /state",
          ]);
        },
      }),
    });
    const { stdout, stderr } = await cli.run("code counting --once");
    expect(stdout).toBe(`${counted(START)}\n`);
    expect(stderr).toBe(
      'twinseed: warning: spent codes are not remembered: "/state" can be written by others: chmod go-w /state\n',
    );
  });

  it("notices nothing if it went back, too: docs/limits.md says so", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("list");
    const putBack = copied(cli);
    await cli.run("code github --once");
    putBack();
    cli.state.files.clear();
    expect(await cli.run("code github --once")).toMatchObject({ stdout: `${FIRST}\n`, stderr: "" });
  });
});

describe.skipIf(process.platform === "win32")("on a real disk", () => {
  const uri = "otpauth://hotp/a:b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=a&counter=5";
  async function ready() {
    const root = temporaryFolder();
    const state = join(root, "state");
    const computer = computerIn(join(root, "home"), {
      TWINSEED_STORE: "file",
      TWINSEED_KEY: Buffer.alloc(32, 1).toString("base64"),
      TWINSEED_STATE: state,
    });
    expect(await computer.run(["add", "-"], { stdin: { text: uri } })).toMatchObject({ exitCode: 0 });
    cpSync(computer.data, join(root, "older"), { recursive: true, preserveTimestamps: true });
    const putBack = () => {
      rmSync(computer.data, { recursive: true });
      cpSync(join(root, "older"), computer.data, { recursive: true });
    };
    return { computer, state, putBack };
  }

  it("the counter goes on, and what is remembered is for this user alone", async () => {
    const { computer, state, putBack } = await ready();
    const { stdout: first } = await computer.run(["code", "a"]);
    putBack();
    const { stdout, stderr } = await computer.run(["code", "a"]);
    expect(stdout).not.toBe(first);
    expect(stderr).toContain("the data folder went back");
    for (const entry of readdirSync(state, { recursive: true, withFileTypes: true }))
      expect(statSync(join(entry.parentPath, entry.name)).mode & 0o777).toBe(
        entry.isDirectory() ? 0o700 : 0o600,
      );
  });

  it("another path has its own memory", async () => {
    const { computer } = await ready();
    await computer.run(["code", "a"]);
    const other = join(computer.home, "other");
    cpSync(computer.data, other, { recursive: true });
    expect((await computer.run(["code", "a"], { env: { TWINSEED_HOME: other } })).stderr).toBe("");
  });

  it("a state folder that others can write to is not believed", async () => {
    const { computer, state, putBack } = await ready();
    mkdirSync(state, { recursive: true });
    const { stdout: first } = await computer.run(["code", "a"]);
    putBack();
    chmodSync(state, 0o777);
    const { stdout, stderr } = await computer.run(["code", "a"]);
    expect(stdout).toBe(first);
    expect(stderr).toContain("spent codes are not remembered");
  });

  it("no HOME, and a disk that is read-only: the code comes, and nothing is said", async () => {
    const { computer } = await ready();
    for (const env of [
      { TWINSEED_STATE: undefined, HOME: "/dev/null" },
      { TWINSEED_STATE: "/proc/nowhere" },
      { TWINSEED_STATE: join(computer.data, "inside") },
    ])
      expect(await computer.run(["code", "a"], { env })).toMatchObject({ exitCode: 0, stderr: "" });
  });
});
