/** The AWS CLI's stand-in is a shell script: what does it find, and what is left when it is gone? */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { passFile } from "../../src/system/disk/unlinked-file.ts";
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

it("has a 0600 file where the system knows no links to descriptors", () => {
  const folder = join(home, "folder");
  mkdirSync(folder, { recursive: true });
  const file = passFile(folder, "seed", 3, "in", () => false);
  expect(file.descriptor).toBeUndefined();
  if (process.platform !== "win32") expect(statSync(file.path).mode & 0o777).toBe(0o600);
  expect(readFileSync(file.path, "utf8")).toBe("in");
  // As the CLI does it.
  writeFileSync(file.path, "out");
  expect(Buffer.from(file.read(100)).toString()).toBe("out");
  file.close();
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
