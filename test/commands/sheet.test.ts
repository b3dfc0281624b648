import { describe, expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { checkValueOf } from "../../src/otp/check-value.ts";
import { STEAM } from "../../src/otp/enrollment.ts";
import { parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, bank, base32Of, counting, everyAccount, github } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";
import { SHARES } from "../sheet/pages.ts";

async function listed(cli: ReturnType<typeof testCli>) {
  return JSON.parse((await cli.run("list --json")).stdout);
}

const keysOn = (page: string): number => page.match(/<dd class="key">/g)?.length ?? 0;

describe("where the page goes", () => {
  it("to a file, of all accounts", async () => {
    const cli = testCli({ accounts: everyAccount });
    const { exitCode, stdout, stderr } = await cli.run("sheet --output sheet.html");
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(stderr).toBe(
      'twinseed: warning: "sheet.html" holds the seeds of 6 accounts: print it from a browser, then delete it\n',
    );
    expect(keysOn(String(cli.files.get("sheet.html")))).toBe(6);
  });
  it("of the named ones, once each", async () => {
    const cli = testCli({ accounts: everyAccount });
    expect(await cli.run("sheet github Amazon octocat --output a.html")).toMatchObject({ exitCode: 0 });
    expect(keysOn(String(cli.files.get("a.html")))).toBe(2);
    expect(await cli.run("sheet nobody --output b.html")).toMatchObject({ exitCode: 3 });
    expect(cli.files.has("b.html")).toBe(false);
  });
  it("never over an existing file, unless told to", async () => {
    const cli = testCli({ accounts: [github], files: { "x.html": "mine" } });
    expect(await cli.run("sheet --output x.html --device safe")).toMatchObject({ exitCode: 1 });
    expect(cli.files.get("x.html")).toBe("mine");
    expect((await listed(cli))[0].copies).toHaveLength(1);
    expect(await cli.run("sheet --output x.html --force")).toMatchObject({ exitCode: 0 });
  });
  it("to the printer, with its name and the paper", async () => {
    const cli = testCli({ accounts: [github] });
    const { exitCode, stdout, stderr } = await cli.run("sheet --print --printer office --paper Letter");
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(stderr).toMatch(/^twinseed: warning: sent the seed of "GitHub:octocat" to the printer/);
    expect(cli.printed).toMatchObject([{ options: { printer: "office", paper: "letter" } }]);
    expect(cli.printed[0]?.page).toContain("size: letter");
  });
  it("a printer that refuses: nothing is noted", async () => {
    const cli = testCli({ accounts: [github] });
    cli.faults.printer = new UserError("no printer", 1);
    expect(await cli.run("sheet --print --device safe")).toMatchObject({ exitCode: 1 });
    expect((await listed(cli))[0].copies).toHaveLength(1);
    expect((await cli.run("device list --json")).stdout).not.toContain("safe");
  });
  it("to stdout, where that is no terminal", async () => {
    const { exitCode, stdout, stderr } = await testCli({ accounts: [github] }).run("sheet");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^<!DOCTYPE html>[\s\S]*<\/html>\n$/);
    expect(stderr).toBe('twinseed: warning: wrote the seed of "GitHub:octocat" to stdout, as an HTML page\n');
  });
  it("not to a terminal: says how else, and opens no seed", async () => {
    const cli = testCli({ accounts: [github] });
    await cli.start();
    cli.faults.seeds = new UserError("asked for", 6);
    const { exitCode, stdout, stderr, terminal } = await cli.run("sheet", { answers: [] });
    expect({ exitCode, stdout, terminal }).toEqual({ exitCode: 2, stdout: "", terminal: "" });
    expect(stderr).toContain("--output sheet.html");
    expect(stderr).toContain("--print");
  });
  it.each([
    "sheet --output x.pdf",
    "sheet --output x.html --paper a3",
    "sheet --printer office",
    "sheet --force",
    "sheet --shares s.txt github",
    "sheet --shares s.txt --device safe",
    "sheet --output x.html --device ''",
  ])("%s is a wrong command line", async (command) => {
    const cli = testCli({ accounts: [github] });
    expect(await cli.run(command)).toMatchObject({ exitCode: 2, stdout: "" });
    expect([...cli.files.keys()]).toEqual([]);
  });
  it("no account at all", async () => {
    expect(await testCli().run("sheet --output x.html")).toMatchObject({ exitCode: 3 });
  });
});

describe("what is on it", () => {
  it("the QR code of the whole URI: what `uri` prints", async () => {
    const { readQrCodes } = await import("../../src/qr/read.ts");
    const { formatPng } = await import("../../src/qr/png.ts");
    const cli = testCli({ accounts: [aws] });
    const { stdout: page } = await cli.run("sheet");
    const [, side = "", path = ""] = /viewBox="0 0 (\d+) \d+"[^>]*><path d="([^"]*)"/.exec(page) ?? [];
    const modules = Array.from({ length: Number(side) }, () => new Array<boolean>(Number(side)).fill(false));
    for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)/g))
      modules[Number(y)]?.fill(true, Number(x), Number(x) + Number(length));
    const texts = await readQrCodes(await formatPng(modules));
    expect(`${texts.join()}\n`).toBe((await cli.run("uri Amazon")).stdout);
  });
  it("HOTP: the counter as it is now, and no code is used up", async () => {
    const cli = testCli({ accounts: [counting] });
    await cli.run("code Token");
    const { stdout } = await cli.run("sheet");
    expect(stdout).toContain("<strong>1</strong>");
    expect((await listed(cli))[0].counter).toBe(1);
  });
  it("a label that no QR code has room for: the key is there", async () => {
    const cli = testCli({ accounts: [{ ...github, label: "x".repeat(10_000) }] });
    const { exitCode, stdout } = await cli.run("sheet");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Too long for a QR code");
    expect(stdout.length).toBeLessThan(10_000);
  });
  it("one seed that is gone: the others are on it, it says which is not, and fails", async () => {
    const cli = testCli({ accounts: [github, aws] });
    const [first] = await listed(cli);
    cli.uris.delete(first.id);
    const { exitCode, stderr } = await cli.run("sheet --output x.html --device safe");
    expect(exitCode).toBe(6);
    expect(stderr).toContain(`error: "${first.name}" is not on the sheet`);
    const page = String(cli.files.get("x.html"));
    expect(keysOn(page)).toBe(1);
    expect(page).toContain("Not on this sheet");
    const [gone, other] = await listed(cli);
    expect([gone.copies.length, other.copies.length]).toEqual([1, 2]);
  });
  it("no seed can be read: no page", async () => {
    const cli = testCli({ accounts: [github] });
    await cli.start();
    cli.uris.clear();
    expect(await cli.run("sheet --output x.html")).toMatchObject({ exitCode: 6 });
    expect(cli.files.has("x.html")).toBe(false);
  });
});

describe("--device", () => {
  it("the paper is a device that holds them, not confirmed; verify confirms it", async () => {
    const cli = testCli({ accounts: [github] });
    const { stderr } = await cli.run("sheet --output x.html --device safe");
    expect(stderr).toContain("twinseed verify GitHub:octocat --device safe");
    expect((await listed(cli))[0].copies[1]).toMatchObject({
      device: "safe",
      kind: "paper",
      confirmedAt: null,
    });
    expect(String(cli.files.get("x.html"))).toContain("in the ledger as <bdi>safe</bdi>");
    const { stdout: code } = await cli.run("code github");
    expect(await cli.run(`verify github ${code.trim()} --device safe`)).toMatchObject({ exitCode: 0 });
    expect(await cli.run("sheet --output y.html --device SAFE")).toMatchObject({ exitCode: 0 });
    expect(await listed(cli)).toMatchObject([{ copies: [{}, { device: "safe" }] }]);
  });
  it("a phone is no paper, and a lost paper is not used", async () => {
    const cli = testCli({ accounts: [github] });
    await cli.run("device add Pixel --kind phone");
    await cli.run("device add old --kind paper");
    await cli.run("device lost old");
    expect(await cli.run("sheet --output x.html --device pixel")).toMatchObject({ exitCode: 2 });
    expect(await cli.run("sheet --output x.html --device old")).toMatchObject({ exitCode: 1 });
    expect(cli.files.has("x.html")).toBe(false);
  });
});

describe("--shares", () => {
  const text = [
    "Any 2 of these open the backup.",
    "",
    "Share 1 of 3",
    SHARES[0],
    "",
    `Share 2 of 3: ${SHARES[1]}`,
  ];

  it("a page for each share, from a file or stdin, without the seed store", async () => {
    const cli = testCli({ files: { "s.txt": text.join("\n") } });
    cli.faults.seeds = new UserError("not needed", 6);
    expect(await cli.run("sheet --shares s.txt --output x.html")).toMatchObject({ exitCode: 0 });
    const page = String(cli.files.get("x.html"));
    expect(page.match(/<section class="share">/g)).toHaveLength(2);
    expect(page).toContain("<h1>Share 2 of 3</h1>");
    const piped = await cli.run("sheet --shares -", { stdin: `${SHARES[2].toUpperCase()}\r\n` });
    expect(piped).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("<h1>Share 3</h1>") });
    expect(piped.stderr).toContain("1 share of a backup");
  });
  it("what backup create --split prints says on each page which backup it opens", async () => {
    const cli = testCli({ accounts: [github] });
    const { stdout } = await cli.run(["backup", "create", 'my "own".age', "--split", "2-of-3"]);
    const { stdout: page } = await cli.run("sheet --shares -", { stdin: stdout });
    expect(
      page.match(/Opens the twinseed backup <bdi>my &#34;own&#34;.age<\/bdi> of <time>2026-01-31<\/time>/g),
    ).toHaveLength(3);
    const bare = await cli.run("sheet --shares -", { stdin: SHARES.join("\n") });
    expect(bare.stdout).toContain('Opens the twinseed backup <span class="blank"></span> of <span');
  });
  it("a mistyped one is refused by its line, and not quoted", async () => {
    const [first = "", ...others] = SHARES[0].split(" ");
    for (const words of [["zebra", ...others], [...others], [...others, first]]) {
      const { exitCode, stdout, stderr } = await testCli().run("sheet --shares -", {
        stdin: `\n${words.join(" ")}\n`,
      });
      expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: "" });
      expect(stderr).toContain("line 2");
      for (const word of words.slice(4)) expect(stderr.split(/\W+/)).not.toContain(word);
    }
  });
  it("under the heading of another, or none at all", async () => {
    const cli = testCli();
    const stdin = `Share 2 of 3\n${SHARES[0]}\n`;
    expect(await cli.run("sheet --shares -", { stdin })).toMatchObject({ exitCode: 5 });
    expect(await cli.run("sheet --shares -", { stdin: "hello\n" })).toMatchObject({ exitCode: 5 });
  });
});

describe("typed in again", () => {
  /** The command and the key as they stand on the sheet. */
  async function sheetOf(enrollment: typeof github): Promise<{ command: string; key: string }> {
    const { stdout } = await testCli({ accounts: [enrollment] }).run("sheet");
    const text = (html: string) =>
      html
        .replace(/<[^>]*>/g, "")
        .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    const [, command = ""] = /<code>(.*)<\/code>/.exec(stdout) ?? [];
    const [, key = ""] = /<dd class="key">(.*)<\/dd>/.exec(stdout) ?? [];
    return { command: text(command).replace("twinseed ", "").replaceAll('"', "'"), key: text(key) };
  }

  it.each(everyAccount)("%j comes back as it was", async (account) => {
    const { command, key } = await sheetOf(account);
    const cli = testCli();
    const answers = [key.toLowerCase(), account.issuer, account.label];
    const asked = command.includes("--label") ? [key.toLowerCase()] : answers;
    expect(await cli.run(command, { answers: [...asked, "n"] })).toMatchObject({ exitCode: 0 });
    const [uri = ""] = [...cli.uris.values()];
    const back = parseOtpauthUri(uri);
    expect([back.issuer, back.label, back.otp]).toEqual([account.issuer, account.label, account.otp]);
    expect(back.secret.equals(account.secret)).toBe(true);
  });

  const typed = `${base32Of(bank)} / ${checkValueOf(bank)}`;
  const options = "--issuer bank --algorithm sha512 --digits 8 --period 60";

  it("from stdin", async () => {
    expect(await testCli().run(`add - ${options}`, { stdin: `${typed}\n` })).toMatchObject({ exitCode: 0 });
    expect(await testCli().run("add - --issuer bank", { stdin: base32Of(bank) })).toMatchObject({
      exitCode: 0,
    });
  });
  it.each([
    ["a mistyped key", typed.replace("KRUG", "KRVG"), options],
    ["a mistyped check value", typed.replace(/.$/, "A"), options],
    ["a forgotten option", typed, "--issuer bank --algorithm sha512 --period 60"],
    ["a type too many", typed, `${options} --type hotp`.replace("--period 60 ", "")],
  ])("%s: nothing is stored", async (_, stdin, given) => {
    const cli = testCli();
    const { exitCode, stderr } = await cli.run(`add - ${given}`, { stdin });
    expect(exitCode).toBe(5);
    expect(stderr).toContain("do not match; nothing was added");
    expect(stderr).toContain("--digits");
    expect(stderr).not.toContain(stdin.slice(0, 4));
    expect(cli.folder.files.size + cli.uris.size).toBe(0);
  });
  it("half a check value", async () => {
    const { exitCode, stderr } = await testCli().run("add", { answers: [`${base32Of(github)}/ABC`] });
    expect(exitCode).toBe(5);
    expect(stderr).toContain("check value");
  });
  it("as an argument: refused without an echo", async () => {
    const { exitCode, stderr } = await testCli().run(["add", `${base32Of(github)}/${checkValueOf(github)}`]);
    expect(exitCode).toBe(2);
    expect(stderr).not.toContain(base32Of(github));
  });
  it("Steam", async () => {
    const enrollment = { ...github, issuer: "Steam", otp: STEAM };
    const stdin = `${base32Of(enrollment)}/${checkValueOf(enrollment)}`;
    expect(await testCli().run("add - --issuer Steam --type steam", { stdin })).toMatchObject({
      exitCode: 0,
    });
  });
});
