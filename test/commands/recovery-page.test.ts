/** Recovery pages in memory: backup create --page, --account, viewer; verify and restore of pages, also of changed ones. */
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { viewer } from "../../packaging/viewer.mjs";
import { aws, bank, github } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";

const PASSPHRASE = "an old song";
type Cli = ReturnType<typeof testCli>;

let html = "";
let sha256 = "";
beforeAll(async () => ({ html, sha256 } = await viewer()));

function computer(): Cli {
  return testCli({ accounts: [github, aws, bank], files: { words: PASSPHRASE } });
}

async function create(cli: Cli, file: string, ...more: readonly string[]) {
  return cli.run(["backup", "create", file, "--page", "--passphrase-file", "words", ...more]);
}

const textOf = (cli: Cli, file: string) => Buffer.from(cli.files.get(file) ?? "").toString();
const open = (cli: Cli, ...args: readonly string[]) =>
  cli.run(["backup", ...args, "--passphrase-file", "words"]);

describe("a page", () => {
  it("is the viewer, with an armored backup between two lines", async () => {
    const cli = computer();
    const { exitCode, stderr } = await create(cli, "page.html");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringContaining(sha256) });
    const lines = textOf(cli, "page.html").split("\n");
    const begin = lines.indexOf("-----BEGIN AGE ENCRYPTED FILE-----");
    const end = lines.indexOf("-----END AGE ENCRYPTED FILE-----");
    expect(lines.toSpliced(begin, end - begin + 1).join("\n")).toBe(html);
    expect(createHash("sha256").update(html).digest("hex")).toBe(sha256);
  });

  it("is verified and restored like any backup, and proved by a code read off it", async () => {
    const cli = computer();
    await create(cli, "page.html");
    const { stdout: code } = await cli.run("code octocat");
    expect(await cli.run(["verify", "octocat", code.trim(), "--device", "page"])).toMatchObject({
      exitCode: 0,
    });
    expect((await cli.run("device list")).stdout).toMatch(
      /^page +backup +3 accounts, 2 unconfirmed, last confirmed/m,
    );
    const verified = await open(cli, "verify", "page.html", "--place", "bank box");
    expect(verified).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("has 3 of your 3 accounts"),
    });
    const other = testCli({ files: { words: PASSPHRASE, "page.html": textOf(cli, "page.html") } });
    expect(await open(other, "restore", "page.html", "--yes")).toMatchObject({ exitCode: 0 });
    expect(JSON.parse((await other.run("list --json")).stdout)).toHaveLength(3);
  });

  it("needs a name that browsers open", async () => {
    const cli = computer();
    expect(await create(cli, "page.age")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(".html"),
    });
    expect(cli.files.has("page.age")).toBe(false);
  });
});

describe("--account", () => {
  it("holds these accounts and no other, and lacks none for verify and audit", async () => {
    const cli = computer();
    expect(await create(cli, "few.html", "--account", "octocat", "zoë")).toMatchObject({ exitCode: 0 });
    const { exitCode, stdout, stderr } = await open(cli, "verify", "few.html");
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: "the backup of 2026-01-31 (2 accounts) has 2 of your 3 accounts\n",
    });
    expect(stderr).toContain("it was made for chosen accounts: 1 other account is not in it");
    expect((await cli.run("audit")).stdout).not.toContain("older than");
    const { devices } = JSON.parse(cli.folder.files.get("devices.json") ?? "");
    expect(devices).toContainEqual(expect.objectContaining({ name: "few", part: expect.any(String) }));
    const other = testCli({ files: { words: PASSPHRASE, "few.html": textOf(cli, "few.html") } });
    await open(other, "restore", "few.html", "--yes");
    expect(JSON.parse((await other.run("list --json")).stdout)).toHaveLength(2);
  });

  it("a later backup of that name with everything lacks what is missing again", async () => {
    const cli = computer();
    await create(cli, "b.html", "--account", "octocat");
    await create(cli, "b.html", "--force");
    await cli.run("add -", { stdin: "otpauth://totp/Shop:me?secret=MFRGGZDFMZTWQ2LK&issuer=Shop" });
    expect((await cli.run("audit")).stdout).toContain("the backup b is older than 1 of 4 accounts");
    expect(await open(cli, "verify", "b.html")).toMatchObject({ exitCode: 1 });
  });

  it("an unknown account: nothing is written", async () => {
    const cli = computer();
    expect(await create(cli, "few.html", "--account", "octocatt")).toMatchObject({ exitCode: 3 });
    expect(cli.files.has("few.html")).toBe(false);
  });
});

describe("a page from elsewhere", () => {
  it("with another viewer: the backup opens, but verify does not call it well", async () => {
    const cli = computer();
    await create(cli, "page.html");
    cli.files.set("page.html", textOf(cli, "page.html").replace("<script>", "<script>/* sends it away */"));
    const { exitCode, stdout, stderr } = await open(cli, "verify", "page.html");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("has 3 of your 3 accounts");
    expect(stderr).toMatch(/warning: the viewer in "page.html" is not one that this twinseed knows/);
    expect(await open(cli, "restore", "page.html", "--dry-run")).toMatchObject({
      stderr: expect.stringContaining("knows"),
    });
  });

  it("without a backup, or with two", async () => {
    const cli = computer();
    await cli.run("backup viewer v.html");
    expect(textOf(cli, "v.html")).toBe(html);
    expect(await open(cli, "verify", "v.html")).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining("a viewer alone"),
    });
    await create(cli, "page.html");
    cli.files.set("two.html", textOf(cli, "page.html").repeat(2));
    expect(await open(cli, "verify", "two.html")).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining("more than one"),
    });
  });
});

it("backup viewer overwrites nothing without --force", async () => {
  const cli = computer();
  cli.files.set("v.html", "mine");
  expect(await cli.run("backup viewer v.html")).toMatchObject({ exitCode: 1 });
  expect(textOf(cli, "v.html")).toBe("mine");
  expect(await cli.run("backup viewer v.html --force")).toMatchObject({ exitCode: 0 });
  expect(textOf(cli, "v.html")).toBe(html);
});

it("the viewer's hash stands on printed sheets", async () => {
  const cli = computer();
  expect((await cli.run("sheet")).stdout).toContain(`<samp>${sha256}</samp>`);
});
