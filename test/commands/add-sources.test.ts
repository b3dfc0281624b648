import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { bank, base32Of, github } from "../helpers/accounts.ts";
import { EXAMPLE_URI } from "../helpers/example.ts";
import { memorySeedStore } from "../helpers/memory-seed-store.ts";
import { testCli } from "../helpers/test-cli.ts";
import { drawPng, RGBA, writePng } from "../qr/write-png.ts";

const picture = (name: string) => readFileSync(new URL(`../fixtures/qr/${name}`, import.meta.url));
const screenshot = await drawPng(EXAMPLE_URI);
const covered = writePng(20, () => false, RGBA);
const uri = formatOtpauthUri(github);
const names = async (cli: ReturnType<typeof testCli>) =>
  JSON.parse((await cli.run("list --json")).stdout).map(({ name }: { name: string }) => name);
const AWS = "Amazon Web Services:root-account-mfa-device@123456789012";

describe("--clipboard", () => {
  it.each([
    ["a picture", { picture: screenshot }, AWS],
    ["a picture rather than the text beside it", { picture: screenshot, text: uri }, AWS],
    ["an otpauth URI", { text: `${uri}\n` }, "GitHub:octocat"],
    ["a URI beside a picture without a code", { picture: covered, text: uri }, "GitHub:octocat"],
    [
      "a key beside its own picture, as tables give it",
      { picture: covered, text: `${base32Of(github)}\n` },
      "x",
    ],
  ])("takes %s", async (_, desktop, name) => {
    const cli = testCli({ desktop });
    expect(await cli.run(`add --clipboard${name === "x" ? " --name x" : ""}`)).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("the clipboard still holds the seed"),
    });
    expect(await names(cli)).toEqual([name]);
  });

  it("takes a bare key, with issuer and label from options or questions", async () => {
    const cli = testCli({ desktop: { text: base32Of(github) }, now: "2005-03-18T01:58:29Z" });
    expect(await cli.run("add --clipboard")).toMatchObject({ exitCode: 2 });
    const { exitCode, terminal } = await cli.run("add --clipboard", { answers: ["GitHub", "octocat", "n"] });
    expect(exitCode).toBe(0);
    expect(terminal).not.toContain(base32Of(github).slice(0, 8));
    expect(await cli.run("code octocat")).toMatchObject({ stdout: "081804\n" });
  });

  it.each([
    ["nothing", {}, /neither a picture nor text/],
    ["a picture without a code", { picture: covered }, /no QR code found in the clipboard/],
    ["the same, and a text of no use", { picture: covered, text: "Untitled" }, /no QR code found/],
    ["a file that is no picture", { picture: Buffer.from("<svg/>") }, /not an image that twinseed can read/],
    ["some other text", { text: "WRONGSECRET01!" }, /can't use the key in the clipboard/],
    ["a bad URI", { text: "otpauth://totp/x?secret=WRONGSECRET01" }, /in the clipboard, line 1/],
    ["white space", { text: " \n" }, /the clipboard holds only white space/],
  ])("%s is exit 5, and is not quoted", async (_, desktop, message) => {
    const cli = testCli({ desktop });
    const { exitCode, stderr } = await cli.run("add --clipboard --name x");
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("WRONGSECRET");
    expect(cli.folder.files.size).toBe(0);
  });

  it("two codes in the picture are a choice", async () => {
    const cli = testCli({ desktop: { picture: picture("page-two-codes.png") } });
    expect(await cli.run("add --clipboard")).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining("the clipboard holds 2 otpauth codes"),
    });
    expect(await cli.run("add --clipboard", { answers: ["2", "n"] })).toMatchObject({ exitCode: 0 });
    expect(await cli.run("add --clipboard --all")).toMatchObject({ exitCode: 0 });
    expect(await names(cli)).toHaveLength(2);
  });
});

describe("--screen", () => {
  it.each([
    ["--screen", undefined, true, "full"],
    ["--screen", ["n"], true, "region"],
    ["--screen", ["n"], false, "full"],
    ["--screen full", ["n"], true, "full"],
    ["--screen region", undefined, true, "region"],
  ] as const)(
    "add %s with answers %j where a region can be selected (%j) takes: %s",
    async (command, answers, canSelect, kind) => {
      const cli = testCli({ desktop: { screen: screenshot, canSelect } });
      expect(await cli.run(`add ${command}`, answers && { answers })).toMatchObject({ exitCode: 0 });
      expect(cli.desktop.captured).toEqual([kind]);
      expect(await names(cli)).toEqual([AWS]);
    },
  );

  it("without a code in view is exit 5, and says what may be in the way", async () => {
    const cli = testCli({ desktop: { screen: covered } });
    const { exitCode, stderr } = await cli.run("add --screen");
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(/no QR code found in the picture of the screen[\s\S]*not covered/);
  });

  it("looks at each display", async () => {
    const cli = testCli({ desktop: { screen: covered, moreScreens: [covered, screenshot] } });
    expect(await cli.run("add --screen full")).toMatchObject({ exitCode: 0 });
    expect(await names(cli)).toEqual([AWS]);
  });

  it("recognizes the wallpaper, which is all that macOS shows without its permission", async () => {
    const cli = testCli({ desktop: { screen: covered, showsWindows: false } });
    const { exitCode, stderr } = await cli.run("add --screen");
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(
      /shows only the wallpaper[\s\S]*Privacy & Security, Screen & System Audio Recording/,
    );
  });
});

it.each([
  "--clipboard --screen",
  "--clipboard shot.png",
  "shot.png --screen full",
  "- --clipboard",
  "--screen shot.png",
  "--screen=everything",
  "--clipboard --delete-image",
  "- --delete-image",
])("add %s is a wrong command line, and looks at nothing", async (command) => {
  const cli = testCli({
    files: { "shot.png": screenshot },
    desktop: { screen: screenshot, picture: screenshot },
  });
  expect(await cli.run(`add ${command}`)).toMatchObject({ exitCode: 2, stdout: "" });
  expect(cli.desktop.captured).toEqual([]);
  expect(cli.folder.files.size).toBe(0);
});

describe("the picture afterwards", () => {
  const files = { "shot.png": screenshot };

  it("is kept, with a word about it, unless asked for", async () => {
    const cli = testCli({ files });
    expect((await cli.run("add shot.png")).stderr).toMatch(/can read the seed in "shot.png".*--delete-image/);
    expect((await cli.run("add shot.png --json")).stderr).not.toContain("--delete-image");
    expect((await cli.run("add shot.png", { answers: ["", "n"] })).terminal).toMatch(
      /Delete "shot.png"\?.*\[y\/N\]/,
    );
    expect((await cli.run("add shot.png --dry-run --delete-image")).stderr).toContain(
      'would have deleted "shot.png"',
    );
    expect(cli.files.has("shot.png")).toBe(true);
  });

  it("goes with --delete-image, also when the seed was there already, and with --json", async () => {
    const cli = testCli({ files });
    expect(await cli.run("add shot.png --delete-image")).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('deleted "shot.png" (not overwritten); backups'),
    });
    expect(cli.files.size).toBe(0);
    cli.files.set("shot.png", screenshot);
    const again = await cli.run("add shot.png --delete-image --json");
    expect(JSON.parse(again.stdout)).toMatchObject([{ status: "exists" }]);
    expect([again.exitCode, cli.files.size]).toEqual([0, 0]);
  });

  it("goes when the person says so, asked once for several, after the codes and before the QR code", async () => {
    const cli = testCli({ files: { "a.png": screenshot, "b.png": picture("kind-rgb16.png") } });
    const { terminal } = await cli.run("add a.png b.png a.png", { answers: ["y", "n"] });
    expect(terminal).toMatch(/MFA code 1[\s\S]*Delete "a.png", "b.png"\?.*seeds in them/);
    expect(cli.files.size).toBe(0);
  });

  it("stays where it holds another code, which was not enrolled", async () => {
    const cli = testCli({ files: { "shot.png": picture("page-two-codes.png") } });
    const { exitCode, stderr, terminal } = await cli.run("add shot.png --delete-image", {
      answers: ["1", "n"],
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('kept "shot.png", which holds a seed: not every code in it was enrolled');
    expect(terminal).not.toContain("Delete");
    expect(cli.files.size).toBe(1);
    expect(await cli.run("add shot.png --delete-image --all")).toMatchObject({ exitCode: 0 });
    expect(cli.files.size).toBe(0);
  });

  it("stays where it is a link, or can't be deleted: enrolled, said, and exit 1", async () => {
    const cli = testCli({ files });
    cli.links.add("shot.png");
    expect(await cli.run("add shot.png --delete-image")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/added "Amazon[\s\S]*it is a link to the picture/),
    });
    cli.links.clear();
    cli.faults.remove = new UserError(`can't delete "shot.png": permission denied`, 1);
    expect(await cli.run("add shot.png --delete-image")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("permission denied"),
    });
    expect(cli.files.size).toBe(1);
    expect(await names(cli)).toHaveLength(1);
  });

  it("stays where another picture has taken its place in the meantime", async () => {
    const cli = testCli({ files });
    const other = picture("kind-rgb16.png");
    const store = memorySeedStore(cli.uris, "file");
    cli.faults.store = {
      ...store,
      async get(id) {
        cli.files.set("shot.png", other);
        return store.get(id);
      },
    };
    const { stderr } = await cli.run("add shot.png --delete-image");
    expect(stderr).toContain("it is a different picture by now");
    expect(cli.files.get("shot.png")).toBe(other);
  });

  it("is never deleted where anything failed", async () => {
    const cli = testCli({ files: { ...files, "bad.png": "not a picture" }, accounts: [] });
    expect(await cli.run("add shot.png bad.png --delete-image")).toMatchObject({ exitCode: 5 });
    cli.faults.store = { ...memorySeedStore(new Map(), "file"), get: async () => bank };
    expect(await cli.run("add shot.png --delete-image")).toMatchObject({ exitCode: 1 });
    cli.faults.seeds = new UserError("locked", 6);
    expect(await cli.run("add shot.png --delete-image")).toMatchObject({ exitCode: 6 });
    expect(cli.files.size).toBe(2);
  });

  it("a missing seed that is put back is read back too, before its picture goes", async () => {
    const cli = testCli({ files });
    await cli.run("add shot.png");
    cli.uris.clear();
    const store = memorySeedStore(cli.uris, "file");
    cli.faults.store = { ...store, putAll: async () => {} };
    expect(await cli.run("add shot.png --delete-image")).toMatchObject({ exitCode: 6 });
    expect(cli.files.size).toBe(1);
    delete cli.faults.store;
    expect(await cli.run("add shot.png --delete-image")).toMatchObject({ exitCode: 0 });
    expect([cli.uris.size, cli.files.size]).toEqual([1, 0]);
  });
});
