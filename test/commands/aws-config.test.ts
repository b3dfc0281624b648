/** `aws config`, which writes what the AWS CLI reads. */
import { describe, expect, it } from "vitest";
import type { Mac } from "../../src/ports/mac.ts";
import { ROLE, SERIAL, withDevice } from "../helpers/aws-device.ts";
import { only } from "../helpers/only.ts";

describe("aws config", () => {
  it("prints the lines for sh and for Windows", async () => {
    const { cli } = await withDevice();
    const { stdout } = await cli.run("aws config work --profile work");
    expect(stdout).toMatch(
      /^\[profile work-mfa\]\ncredential_process = twinseed aws credentials \w{16} --profile work\n\n\[profile work\]\nmfa_serial = arn:aws:iam::123456789012:mfa\/alice\nmfa_process = twinseed code \w{16} --once\n$/,
    );
    const windows = await cli.run("aws config work --profile work --windows");
    expect(windows.stdout).toContain("credential_process = twinseed.cmd aws credentials");
  });

  it("has absolute paths on macOS, where apps have no PATH, unless one can't be quoted", async () => {
    const { cli } = await withDevice();
    for (const [words, expected] of [
      [
        ["/opt/homebrew/bin/node", "/Users/a b/bin/twinseed"],
        '/opt/homebrew/bin/node "/Users/a b/bin/twinseed" aws',
      ],
      [["/Users/$(id)/node", "/x/twinseed"], "twinseed aws"],
      [[], "twinseed aws"],
    ] as const) {
      cli.desktop.mac = only<Mac>({ startWords: async () => words });
      const { stdout } = await cli.run("aws config work --profile work");
      expect(stdout).toContain(`\ncredential_process = ${expected} credentials `);
    }
  });

  it("adds them once, and leaves everything else as it is", async () => {
    const { cli } = await withDevice();
    const before = "[default]\nregion = eu-west-1 # mine\n";
    cli.files.set(cli.aws.configPath, before);
    const command = "aws config work --profile work --duration 8h --write -- --region us-east-1";
    expect((await cli.run(command)).stderr).toContain("credential_process");
    const after = String(cli.files.get(cli.aws.configPath));
    expect(after.startsWith(before)).toBe(true);
    expect(after).toMatch(/--profile work --duration 8h -- --region us-east-1\n$/);
    expect((await cli.run(command)).stderr).toContain("already has these lines");
    expect(String(cli.files.get(cli.aws.configPath))).toBe(after);
    await cli.run("aws config work --profile work --mfa-process --write");
    expect(String(cli.files.get(cli.aws.configPath))).toContain(`mfa_serial = ${SERIAL}\nmfa_process = `);
    const other = await cli.run("aws config work --profile work --write --duration 1h");
    expect(other).toMatchObject({ exitCode: 1 });
    expect(other.stderr).toContain("already has its own credential_process line; nothing was changed");
  });

  it("keeps a serial that is given", async () => {
    const { cli } = await withDevice("x");
    const serial = "arn:aws-cn:iam::123456789012:mfa/path/alice";
    await cli.run(`aws config work --profile work --serial ${serial}`);
    expect((await cli.run("aws config work --profile work --mfa-process")).stdout).toContain(serial);
    expect(cli.aws.commands).toEqual([]);
  });

  it("refuses names that no config file can hold", async () => {
    const { cli } = await withDevice();
    for (const name of ["a]b", "-x", "a%b"])
      expect((await cli.run(["aws", "config", "work", `--profile=${name}`])).exitCode).toBe(2);
  });
});

describe("aws config --roles", () => {
  const PROFILES = Array.from({ length: 100 }, (_, i) =>
    [
      `# about ${i}`,
      i % 3 === 0 ? `[profile "role ${i}"]` : `[profile 役割${i}]`,
      `role_arn=arn:aws:iam::123456789012:role/r${i}`,
      `${i % 2 ? "source_profile : work" : "SOURCE_PROFILE=work  "}`,
      "s3 =",
      "  max_concurrent_requests = 20",
      `mfa_serial   = ${SERIAL}`,
      "",
    ].join(i % 5 ? "\n" : "\r\n"),
  );
  const TEXT = `\ufeff[default]\nregion = eu-west-1\n\n${PROFILES.join("\n")}\n[profile other]\nrole_arn = x\nsource_profile = elsewhere\nmfa_serial = ${SERIAL}`;

  it("turns a hundred over and back: the file differs where it was said, and is then what it was", async () => {
    const { cli } = await withDevice();
    cli.files.set(cli.aws.configPath, TEXT);
    const preview = await cli.run("aws config work --profile work --roles");
    const command = "aws config work --profile work --roles --write";
    expect(await cli.run(command)).toMatchObject({ exitCode: 2 });
    expect(String(cli.files.get(cli.aws.configPath))).toBe(TEXT);
    const refused = await cli.run(command, { answers: ["n"] });
    expect(refused.terminal).toContain("Change 100 role profiles in this way?");
    expect(String(cli.files.get(cli.aws.configPath))).toBe(TEXT);
    expect((await cli.run(command, { answers: ["y"] })).stderr).toContain("changed 100 role profiles");
    const turned = String(cli.files.get(cli.aws.configPath));
    const lines = (text: string): string[] => text.split(/\r?\n/);
    const had = new Set(lines(TEXT));
    expect(lines(turned).filter((line) => line === "source_profile = work-mfa")).toHaveLength(100);
    const added = preview.stdout.split("\n").filter((line) => line.startsWith("+"));
    for (const line of lines(turned)) if (!had.has(line)) expect(added).toContain(`+${line.trimEnd()}`);
    expect((await cli.run(command)).stderr).toContain("no role profile needs a change");
    const back = await cli.run("aws config work --profile work --undo-roles --write --yes");
    expect(back.stderr).toContain("changed 100 role profiles");
    const after = String(cli.files.get(cli.aws.configPath));
    // The new profile itself stays, at the end.
    expect(after.startsWith(`${TEXT}\r\n\r\n[profile work-mfa]\r\n`)).toBe(true);
  });

  it("leaves those that would not work", async () => {
    const { cli } = await withDevice();
    await cli.run(`aws config work --profile work --serial ${SERIAL}`);
    const of = (name: string, ...more: string[]) =>
      [`[profile ${name}]`, `role_arn = ${ROLE}`, "source_profile = work", ...more, ""].join("\n");
    const text = `${of("long", "duration_seconds = 7200", `mfa_serial = ${SERIAL}`)}${of("other", "mfa_serial = arn:aws:iam::123456789012:mfa/bob")}${of("plain")}`;
    cli.files.set(cli.aws.configPath, text);
    const session = await cli.run("aws config work --profile work --roles --write --yes");
    expect(session.stderr).toContain('"long" stays as it is: its duration_seconds is more than the 3600');
    expect(session.stderr).toContain('"other" stays as it is: its mfa_serial is another device');
    expect(String(cli.files.get(cli.aws.configPath))).toBe(text);
  });

  it("is suggested where it would help", async () => {
    const { cli } = await withDevice();
    cli.files.set(cli.aws.configPath, TEXT);
    const session = await cli.run("aws config work --profile work --write");
    expect(session.stderr).toContain("hint: 100 role profiles could use it");
  });

  it("has names as people in Japan have them", async () => {
    const { cli } = await withDevice();
    for (const name of ["本番", "o'neil", "prod(1)"]) {
      cli.files.set(cli.aws.configPath, "");
      expect(await cli.run(["aws", "config", "work", "--profile", name, "--write"])).toMatchObject({
        exitCode: 0,
      });
      expect(String(cli.files.get(cli.aws.configPath))).toContain(`--profile "${name}"\n`);
    }
    const refused = await cli.run(["aws", "config", "work", "--profile", "a#b"]);
    expect(refused.stderr).toContain('"#" means something else to a shell');
  });
});
