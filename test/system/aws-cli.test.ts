/** The AWS CLI's stand-in is a shell script: what does it find, and what is left when it is gone? */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { awsCli } from "../../src/system/programs/run-aws.ts";

const home = mkdtempSync(join(tmpdir(), "twinseed-aws-cli-"));
const data = join(home, "data");
afterEach(() => rmSync(home, { recursive: true, force: true }));

function cliWith(script: string) {
  mkdirSync(join(home, "bin"), { recursive: true });
  writeFileSync(join(home, "bin", "aws"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const env = { PATH: `${join(home, "bin")}:/usr/bin:/bin`, XDG_RUNTIME_DIR: home, TWINSEED_KEY: "ours" };
  return awsCli(env, data, () => {});
}

/** Finds the values of --cli-input-json and --outfile. */
const READ = `
for word; do
  case $last in --cli-input-json) input=\${word#file://};; --outfile) outfile=$word;; esac
  last=$word
done`;

it.skipIf(process.platform === "win32")(
  "hands codes over and takes a seed back in files without a name",
  async () => {
    const cli = cliWith(`${READ}
    printf SEED > "$outfile"
    cat "$input" >/dev/null
    printf '{"args":"%s","input":%s,"files":"%s","key":"%s","tries":"%s"}' "$*" "$(cat "$input")" \\
      "$(find "$(dirname "$input")" -type f)" "$TWINSEED_KEY" "$AWS_MAX_ATTEMPTS"`);
    const end = await cli.run({
      command: ["iam", "create"],
      input: { TokenCode: "123456" },
      seed: true,
      patience: 10_000,
      unattended: true,
    });
    expect(end.stderr).toBe("");
    const { args, ...found } = JSON.parse(end.stdout);
    expect(found).toEqual({ input: { TokenCode: "123456" }, files: "", key: "", tries: "1" });
    expect(args).toMatch(/^iam create --cli-input-json file:\S+ --outfile \S+ --output json$/);
    expect(Buffer.from(end.seed ?? []).toString()).toBe("SEED");
    expect(readdirSync(home)).toEqual(["bin"]);
  },
);

it.skipIf(process.platform === "win32")(
  "gives what it says on stderr, and no seed where none came",
  async () => {
    const end = await cliWith("echo no >&2; exit 254").run({ command: ["x"], seed: true, patience: 10_000 });
    expect(end).toMatchObject({ ok: false, stderr: "no\n" });
    expect(end.seed).toHaveLength(0);
    expect(readdirSync(home)).toEqual(["bin"]);
  },
);

describe.skipIf(process.platform === "win32")("a script called aws", () => {
  const call = { command: ["iam"], input: { TokenCode: "123456" }, seed: true, patience: 10_000 };
  const EVERY = `${READ}\n[ "$outfile" ] && printf SEED > "$outfile"\nexec cat "$input" "$input"`;
  const both = '{"TokenCode":"123456"}{"TokenCode":"123456"}';

  it("gets the code where it closes every descriptor that it doesn't know", async () => {
    const cli = cliWith(`exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-\n${EVERY}`);
    await cli.checkHandover(10_000);
    const { ok, stdout, seed = [] } = await cli.run(call);
    expect({ ok, stdout, seed: Buffer.from(seed).toString() }).toEqual({
      ok: true,
      stdout: both,
      seed: "SEED",
    });
  });

  it("gets it where it sees the current folder only, as a container does", async () => {
    const cli = cliWith(`case "$*" in *file:///*) echo "no such file" >&2; exit 252;; esac\n${EVERY}`);
    await cli.checkHandover(10_000);
    const { stdout, seed = [] } = await cli.run(call);
    expect({ stdout, seed: Buffer.from(seed).toString() }).toEqual({ stdout: both, seed: "SEED" });
    expect(readdirSync(home)).toEqual(["bin"]);
  });

  it("is refused before anything depends on it where it can read neither", async () => {
    const cli = cliWith('echo "Unable to load paramfile" >&2; exit 252');
    await expect(cli.checkHandover(10_000)).rejects.toMatchObject({
      message: expect.stringMatching(/^".*\/bin\/aws" can't read the input .*: Unable to load paramfile$/),
      hints: [expect.stringContaining("no code was used"), expect.stringContaining("first on PATH")],
    });
  });

  it("is refused where it never opens its input, and hangs", async () => {
    const cli = cliWith("exec sleep 60");
    await expect(cli.checkHandover(200)).rejects.toThrow("did not answer within 0.1 seconds");
  });
});

it("says how to install a CLI that is not there", async () => {
  const cli = awsCli({ PATH: home }, data, () => {});
  await expect(cli.run({ command: [], patience: 1000 })).rejects.toThrow(
    'the AWS CLI ("aws") is not installed',
  );
});

it("lets one at a time work, and the next one as soon as that is over", async () => {
  const cli = awsCli({}, data, () => {});
  const order: string[] = [];
  const work = (name: string) => () =>
    cli.alone("cache/abc", 10_000, async (assertHeld) => {
      order.push(`${name} in`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      assertHeld();
      order.push(`${name} out`);
    });
  await Promise.all([work("a")(), work("b")(), work("c")()]);
  expect(order.filter((_, i) => i % 2 === 0).map((one) => one.replace("in", "out"))).toEqual(
    order.filter((_, i) => i % 2 === 1),
  );
  expect(statSync(join(data, "cache")).mode & 0o777).toBe(0o700);
});
