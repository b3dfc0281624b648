import { describe, expect, it } from "vitest";
import { passPaths } from "../../src/formats/pass-entry.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, github } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";

const files = {
  "store/.gpg-id": "# ours\n0x1234 # Alice\n\n-Bob <bob@example.org>\n",
  "store/web/x.gpg": "",
};

const paths = (...accounts: readonly (readonly [string, string, string])[]) =>
  passPaths(accounts.map(([issuer, label, name]) => ({ enrollment: { ...github, issuer, label }, name })));

describe("paths of entries", () => {
  it.each([
    ["GitHub", "octocat", "GitHub/octocat"],
    ["", "octocat", "octocat"],
    ["GitHub", "", "GitHub"],
    ["", "", "mine"],
    ["../..", "/etc/passwd", "account/etc-passwd"],
    [".git", "hooks", "git/hooks"],
    ["a\nb\u202e", "c\\d:e", "a-b-/c-d-e"],
    ["-rf", " . ", "rf/account"],
    ["本番", "😀".repeat(100), `本番/${"😀".repeat(50)}`],
  ])("%j, %j", (issuer, label, path) => {
    expect(paths([issuer, label, "mine"])).toEqual([path]);
  });

  it("no two are the same, also where a disk ignores case", () => {
    expect(paths(["A", "b", ""], ["a", "B", ""], ["A", "b", ""], ["A", "b 2", ""])).toEqual([
      "A/b",
      "a/B 2",
      "A/b 3",
      "A/b 2 2",
    ]);
  });
});

describe("export pass", () => {
  const cli = () => testCli({ files, accounts: [github, aws] });

  it("an entry for each account, encrypted to the keys of .gpg-id, and read back", async () => {
    const { run, files: disk } = cli();
    const { exitCode, stderr, stdout } = await run("export pass --output store --device vault");
    expect(stderr).toContain('encrypting to "0x1234", "-Bob <bob@example.org>", as .gpg-id says');
    expect(stderr).toContain('wrote 2 entries into "store"');
    expect(stderr).toContain('recorded 2 copies on "vault"');
    expect([exitCode, stdout]).toEqual([0, ""]);
    const [path] = paths([github.issuer, github.label, ""]);
    expect(Buffer.from(disk.get(`store/${path}.gpg`) ?? "").toString()).toBe(
      `sealed:${formatOtpauthUri(github)}\n`,
    );
  });

  it("an entry that exists is not touched, and then none is written", async () => {
    const { run, files: disk } = cli();
    const [path] = paths([github.issuer, github.label, ""]);
    disk.set(`store/${path}.gpg`, "a password");
    const before = new Map(disk);
    const { exitCode, stderr } = await run("export pass --output store");
    expect(stderr).toContain("already exists; nothing was written");
    expect(exitCode).toBe(1);
    expect(disk).toEqual(before);
    expect((await run("export pass --output store --force")).exitCode).toBe(0);
  });

  it.each([
    ["export pass", "export pass needs to know where the store is"],
    ["export pass --output nowhere", '"nowhere" is not a folder'],
    ["export pass --output other", '"other" is not in a password store'],
    ["export pass --output store --password", "an export to pass is always locked, by gpg"],
    ["export pass --output store --plaintext", "an export to pass is always locked, by gpg"],
  ])("%s: exit 2", async (command, message) => {
    const { run, files: disk } = cli();
    disk.set("other/x", "");
    const { exitCode, stderr } = await run(command);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });

  it.each(["PASSWORD_STORE_KEY", "PASSWORD_STORE_SIGNING_KEY"])("%s is left to pass", async (name) => {
    const { run, upkeep } = cli();
    upkeep.env[name] = "0xABCD";
    const { exitCode, stderr } = await run("export pass --output store");
    expect(stderr).toContain("twinseed uri NAME | pass otp insert ENTRY");
    expect(exitCode).toBe(2);
  });
});
