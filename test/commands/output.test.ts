/** --output: what another user may have put there is not written into unasked, and stdout by another name is stdout. */
import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { userFiles } from "../../src/system/disk/user-files.ts";
import { aws, github } from "../helpers/accounts.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { everyCommand } from "../helpers/every-command.ts";
import { testCli } from "../helpers/test-cli.ts";

/** The command line for a file, by the command and what the file's name ends in. */
const WRITERS: readonly (readonly [command: string, ending: string, args: (file: string) => string[]])[] = [
  ["qr", ".png", (file) => ["qr", "github", "--output", file]],
  ["qr", ".svg", (file) => ["qr", "github", "--google", "--output", file]],
  ["export", ".json", (file) => ["export", "aegis", "--output", file]],
  ["export", ".png", (file) => ["export", "google", "--output", file]],
  ["sheet", ".html", (file) => ["sheet", "--output", file]],
];

const onDisk = () => testCli({ accounts: [github, aws], instead: () => ({ files: userFiles }) });

it("every command that has --output is tried", async () => {
  const having = (await everyCommand()).filter(({ options }) =>
    options.some(({ long }) => long === "--output"),
  );
  expect([...new Set(WRITERS.map(([command]) => command))].sort()).toEqual(
    having.map((command) => command.name()).sort(),
  );
});

describe.skipIf(process.platform === "win32").each(WRITERS)("%s --output x%s", (_, ending, args) => {
  it("asks for --force where there is a pipe, and a reader who waits for the seed", async () => {
    const file = join(temporaryFolder(), `x${ending}`);
    execFileSync("mkfifo", [file]);
    const reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const { exitCode, stdout, stderr } = await onDisk().run(args(file));
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(/already exists.*--force/s);
    expect(readFileSync(reader, "utf8")).toBe("");
    closeSync(reader);
  });

  it("asks for --force where there is a device, a file or a link to one", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, `file${ending}`), "theirs");
    symlinkSync(`file${ending}`, join(folder, `link${ending}`));
    symlinkSync("/dev/null", join(folder, `device${ending}`));
    symlinkSync("/dev/stdout", join(folder, `stdout${ending}`));
    for (const name of ["file", "link", "device"]) {
      const { exitCode, stderr } = await onDisk().run(args(join(folder, name + ending)));
      expect([name, exitCode, stderr]).toEqual([name, 1, expect.stringMatching(/already exists.*--force/s)]);
    }
    expect(readFileSync(join(folder, `file${ending}`), "utf8")).toBe("theirs");
    const { exitCode, stdout } = await onDisk().run(args(join(folder, `stdout${ending}`)));
    expect({ exitCode, stdout }).toEqual({ exitCode: expect.toBeOneOf([1, 2]), stdout: "" });
  });

  it("takes no name of stdout for a file", async () => {
    for (const name of ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/dev/tty"]) {
      const { exitCode, stdout } = await onDisk().run(args(name));
      expect([name, exitCode, stdout]).toEqual([name, 2, ""]);
    }
  });
});

it.skipIf(process.platform === "win32")("a backup is written to a file and to nothing else", async () => {
  const folder = temporaryFolder();
  const fifo = join(folder, "b.age");
  execFileSync("mkfifo", [fifo]);
  mkdirSync(join(folder, "d.age"));
  for (const file of [fifo, join(folder, "d.age"), "/dev/stdout", "/dev/null", "/dev/tty"])
    for (const force of [[], ["--force"]])
      expect(await onDisk().run(["backup", "create", file, "--split", "2-of-3", ...force])).toMatchObject({
        exitCode: 2,
        stdout: "",
        stderr: expect.stringContaining("is not a regular file"),
      });
});

describe("export to stdout by another name", () => {
  const withStream = () => {
    const cli = testCli({ accounts: [github] });
    cli.streams.add("/dev/stdout");
    return cli;
  };

  it("asks for what stdout asks for", async () => {
    const cli = withStream();
    for (const force of ["", " --force"])
      expect(await cli.run(`export uris --output /dev/stdout${force}`)).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining("or print it to stdout: --plaintext"),
      });
    expect(cli.files.size).toBe(0);
    expect(await cli.run("export uris --output /dev/stdout --plaintext")).toMatchObject({
      exitCode: 0,
      stderr: 'twinseed: warning: wrote 1 seed in the clear to "/dev/stdout"\n',
    });
    expect(cli.files.get("/dev/stdout")).toMatch(/^otpauth:/);
    expect(
      await cli.run("export aegis --output /dev/stdout --password", {
        answers: ["open sesame", "open sesame"],
      }),
    ).toMatchObject({ exitCode: 0 });
  });

  it("a file still excludes --plaintext", async () => {
    expect(await withStream().run("export uris --output x.txt --plaintext")).toMatchObject({ exitCode: 2 });
  });
});
