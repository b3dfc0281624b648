import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missingParts, readMigrationUri } from "../../src/formats/google-migration.ts";
import { readUriList } from "../../src/formats/otpauth-list.ts";
import { type Enrollment, sameCodes } from "../../src/otp/enrollment.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { Secret } from "../../src/otp/secret.ts";
import { readQrCodes } from "../../src/qr/read.ts";
import { pixelsOfDrawing } from "../../src/qr/rendered.ts";
import { aws, bank, counting, github, steam } from "../helpers/accounts.ts";
import { needs } from "../helpers/system-packages.ts";
import { testCli } from "../helpers/test-cli.ts";

const now = "2005-03-18T01:58:17Z";
const shown = ({ secret, otp }: Enrollment) =>
  codeOf(secret, otp, otp.type === "hotp" ? otp.counter : stepAt(otp, Date.parse(now)));

/** Accounts that differ in everything but the issuer. */
const many = (number: number): Enrollment[] =>
  Array.from({ length: number }, (_, i) => ({
    ...github,
    label: `user${i + 1}@example.org`,
    secret: Secret.of(Uint8Array.from({ length: 20 }, (_, at) => (at + 1) * (i + 3))),
  }));

/** What a camera would read off a screen or a text. */
async function read(drawn: string): Promise<string> {
  const plain = drawn.replaceAll(/\x1b\[[\d;]*m/g, "").split("\n");
  const lines = plain.filter((line) => /^[█▄][ █▀▄]+[█▄]$/.test(line));
  const { data, width, height } = pixelsOfDrawing({ lines, columns: 0, rows: 0 });
  const { default: jsqr } = await import("jsqr");
  return jsqr.default(data, width, height)?.data ?? "";
}

async function heldBy(uris: readonly string[]): Promise<Enrollment[]> {
  const { entries, skipped, parts = [] } = await readUriList(uris.join("\n"));
  expect([skipped, missingParts(parts)]).toEqual([[], []]);
  return entries.map(({ enrollment }) => enrollment);
}

function expectSame(back: readonly Enrollment[], accounts: readonly Enrollment[]): void {
  const who = ({ issuer, label, otp }: Enrollment) => ({ issuer, label, otp });
  expect(back.map(who)).toEqual(accounts.map(who));
  expect(back.map((one, i) => accounts[i] && sameCodes(one, accounts[i]))).toEqual(accounts.map(() => true));
}

type Cli = ReturnType<typeof testCli>;
const copies = async (cli: Cli) => {
  const list: { name: string; copies: { device: string; confirmedAt: string | null }[] }[] = JSON.parse(
    (await cli.run("list --json")).stdout,
  );
  return Object.fromEntries(
    list.map(({ name, copies }) => [
      name.replace(/^GitHub:/, ""),
      copies.map(({ device, confirmedAt }) => `${device}${confirmedAt ? "" : " ?"}`).join(", "),
    ]),
  );
};

describe("to files", () => {
  const pictures = async (cli: Cli, ...names: string[]) => {
    const texts: string[] = [];
    for (const name of names) texts.push(...(await readQrCodes(Buffer.from(cli.files.get(name) ?? ""))));
    return texts;
  };

  it("one code: the file that was named, and what the app asks for", async () => {
    const cli = testCli({ accounts: [github, aws, counting] });
    const { exitCode, stdout, stderr } = await cli.run("qr octocat Amazon Token --google --output x.png");
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect([...cli.files.keys()]).toEqual(["x.png"]);
    expect(stderr).toContain("holds the 3 seeds");
    expect(stderr).toContain("Transfer accounts > Import accounts");
    expectSame(await heldBy(await pictures(cli, "x.png")), [github, aws, counting]);
  });

  it("several codes: x-1.png, x-2.png …, ten accounts in each", async () => {
    const accounts = many(12);
    const cli = testCli({ accounts });
    const names = accounts.map(({ label }) => label);
    expect(await cli.run(["qr", ...names, "--google", "--output", "dir/x.png"])).toMatchObject({
      exitCode: 0,
    });
    expect([...cli.files.keys()]).toEqual(["dir/x-1.png", "dir/x-2.png"]);
    const texts = await pictures(cli, "dir/x-1.png", "dir/x-2.png");
    expect(
      await Promise.all(texts.map(async (text) => (await readMigrationUri(text)).entries.length)),
    ).toEqual([10, 2]);
    expectSame(await heldBy(texts), accounts);
  });

  it("the ending of the name may be in capitals, and stays so", async () => {
    const cli = testCli({ accounts: many(2) });
    expect(await cli.run("qr user1 user2 --google --per-code 1 --output X.PNG")).toMatchObject({
      exitCode: 0,
    });
    expect([...cli.files.keys()]).toEqual(["X-1.PNG", "X-2.PNG"]);
    expectSame(await heldBy(await pictures(cli, "X-1.PNG", "X-2.PNG")), many(2));
  });

  it("--per-code", async () => {
    const cli = testCli({ accounts: many(3) });
    await cli.run("qr user1 user2 user3 --google --output x.svg --per-code 2");
    expect([...cli.files.keys()]).toEqual(["x-1.svg", "x-2.svg"]);
    expect(String(cli.files.get("x-2.svg"))).toMatch(/^<svg/);
  });

  it("never over an existing file, then none is written; --force writes over it", async () => {
    const cli = testCli({ accounts: many(2), files: { "x-2.png": "mine" } });
    const command = "qr user1 user2 --google --per-code 1 --output x.png";
    expect(await cli.run(command)).toMatchObject({ exitCode: 1 });
    expect([...cli.files]).toEqual([["x-2.png", "mine"]]);
    expect(await cli.run(`${command} --force`)).toMatchObject({ exitCode: 0 });
    expect(cli.files.get("x-2.png")).not.toBe("mine");
  });

  it("what can't be held is named, and does not keep the others back", async () => {
    const cli = testCli({ accounts: [steam, bank, github] });
    const { exitCode, stderr } = await cli.run("qr gordon zoë octocat --google --output x.png");
    expect(exitCode).toBe(0);
    expect(stderr).toContain('warning: skipped "Steam:gordon": Google Authenticator has no Steam codes');
    expect(stderr).toMatch(/warning: skipped ".*": its period is 60 s/);
    expectSame(await heldBy(await pictures(cli, "x.png")), [github]);
  });

  it("nothing that can be held is an error", async () => {
    const cli = testCli({ accounts: [steam] });
    const { exitCode, stderr } = await cli.run("qr gordon --google --output x.png");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("without --google");
    expect(cli.files.size).toBe(0);
  });

  it("a seed that is gone does not keep the others back", async () => {
    const cli = testCli({ accounts: [aws, github] });
    await cli.start();
    cli.uris.delete([...cli.uris.keys()][0] ?? "");
    const { exitCode, stderr } = await cli.run("qr Amazon octocat --google --output x.png");
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/warning: skipped "Amazon.*":/);
    expectSame(await heldBy(await pictures(cli, "x.png")), [github]);
    expect(await cli.run("qr Amazon --google --output y.png")).toMatchObject({ exitCode: 6 });
  });

  it("an account is in it once, however often it is named", async () => {
    const cli = testCli({ accounts: [github] });
    await cli.run("qr octocat GitHub --google --output x.png");
    expectSame(await heldBy(await pictures(cli, "x.png")), [github]);
  });

  it.each(["x.gif", "x.JPG", "x.pdf"])("a text called %s would be taken for a picture", async (name) => {
    const cli = testCli({ accounts: many(1) });
    expect(await cli.run(`export google --output ${name}`)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(".png or .svg"),
    });
    expect(cli.files.size).toBe(0);
  });
  it("--device: noted, not confirmed", async () => {
    const cli = testCli({ accounts: many(2) });
    await cli.run("qr user1 user2 --google --output x.png --device phone");
    expect(await copies(cli)).toEqual({
      "user1@example.org": "laptop, phone ?",
      "user2@example.org": "laptop, phone ?",
    });
  });

  it.each([
    "qr octocat --google --output x.jpg",
    "qr octocat --google --output x.png --per-code 0",
    "qr octocat --google --output x.png --per-code ten",
    "qr octocat --per-code 5",
    "device replace a b --per-code 5",
  ])("%s is a wrong command line", async (command) => {
    const cli = testCli({ accounts: [github] });
    await cli.run("device add a --kind phone");
    expect(await cli.run(command)).toMatchObject({ exitCode: 2, stdout: "" });
  });
});

it("piped: the plain drawings one after the other", async () => {
  const accounts = many(3);
  const cli = testCli({ accounts });
  const { exitCode, stdout, stderr } = await cli.run("qr user1 user2 user3 --google --per-code 2");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^[ █▀▄\n]+$/);
  const drawn = stdout.split("\n\n");
  expectSame(await heldBy(await Promise.all(drawn.map(read))), accounts);
  expect(stderr).toContain("stdout got the 3 seeds");
});

describe("on a terminal", () => {
  const wide = { columns: 100, rows: 50 };
  const walk = ["", "", ""];

  it("as many accounts in each code as fit the window, code after code, and nothing outside of it", async () => {
    const accounts = many(12);
    const cli = testCli({ accounts, now });
    const names = accounts.map(({ label }) => label);
    const { exitCode, stdout, terminal, pictures } = await cli.run(["qr", ...names, "--google"], {
      answers: walk,
      window: wide,
    });
    expect({ exitCode, stdout, terminal }).toEqual({ exitCode: 0, stdout: "", terminal: "" });
    const codes = pictures.filter((picture) => /[█▀▄]/.test(picture));
    expect(codes.map((picture) => picture.split("\n").at(-1))).toEqual(
      [1, 2].map((n) => `${n} of 2. Google Authenticator: Transfer accounts > Import accounts, then scan`),
    );
    expectSame(await heldBy(await Promise.all(codes.map(read))), accounts);
    for (const picture of pictures) expect(picture.split("\n").length).toBeLessThan(wide.rows);
    expect(pictures.at(-1)).not.toMatch(/[█▀▄]/);
  });

  it("b: back", async () => {
    const cli = testCli({ accounts: many(3) });
    const { pictures, questions } = await cli.run("qr user1 user2 user3 --google --per-code 1", {
      answers: ["", "b", "", "", "", ""],
      window: wide,
    });
    const codes = pictures.filter((picture) => /[█▀▄]/.test(picture));
    expect(codes.map((picture) => picture.split("\n").at(-1)?.slice(0, 6))).toEqual([
      "1 of 3",
      "2 of 3",
      "1 of 3",
      "2 of 3",
      "3 of 3",
    ]);
    // Not from the first one.
    expect(questions.slice(0, 5).map((text) => text.includes("back"))).toEqual([
      false,
      true,
      false,
      true,
      true,
    ]);
  });

  it("a window that is too small is said to be, and what to do", async () => {
    const cli = testCli({ accounts: [aws] });
    const { exitCode, stderr, pictures } = await cli.run("qr Amazon --google", { answers: [""] });
    expect(exitCode).toBe(1);
    expect(pictures.join("")).not.toMatch(/[█▀▄]/);
    expect(pictures.at(-1)).toMatch(/needs a window of\n\d+x\d+; this one is 80x24/);
    expect(stderr).toContain("--output");
  });

  it("it is enlarged, and the codes are made for it", async () => {
    const accounts = many(4);
    const cli = testCli({ accounts });
    const { exitCode, pictures } = await cli.run("qr user1 user2 user3 user4 --google", {
      answers: ["resize 100x50", "", "", ""],
      window: { columns: 40, rows: 20 },
    });
    expect(exitCode).toBe(0);
    const codes = pictures.filter((picture) => /[█▀▄]/.test(picture));
    expectSame(await heldBy(await Promise.all(codes.map(read))), accounts);
    expect(codes).toHaveLength(1);
  });

  it("then the device proves account by account", async () => {
    const accounts = many(3);
    const [first = github, , third = github] = accounts;
    const cli = testCli({ accounts, now });
    await cli.run("device add phone --kind phone");
    const { exitCode, stderr, pictures } = await cli.run("qr user1 user2 user3 --google --device phone", {
      answers: ["", "000000", shown(first), "", shown(third), ""],
      window: wide,
    });
    expect(exitCode).toBe(0);
    expect(await copies(cli)).toEqual({
      "user1@example.org": "laptop, phone",
      "user2@example.org": "laptop, phone ?",
      "user3@example.org": "laptop, phone",
    });
    expect(pictures.join("\n")).toContain("1 of 3: GitHub:user1@example.org");
    expect(pictures.join("\n")).toContain("Wrong code: the code may have just changed");
    expect(stderr).toContain('"phone" is confirmed: it holds "GitHub:user1@example.org"');
    expect(stderr).toContain(
      '"phone" is not confirmed yet: twinseed verify GitHub:user2@example.org --device phone',
    );
  });
});

it("Ctrl-C among the proofs: the device is known to have been shown them all", async () => {
  const cli = testCli({ accounts: many(3), now });
  const [first] = many(3);
  const answers = ["", "phone", first === undefined ? "" : shown(first)];
  expect(await cli.run("qr --google", { answers, window: { columns: 120, rows: 60 } })).toMatchObject({
    exitCode: 130,
  });
  expect(await copies(cli)).toEqual({
    "user1@example.org": "laptop, phone",
    "user2@example.org": "laptop, phone ?",
    "user3@example.org": "laptop, phone ?",
  });
});

describe("device replace --google", () => {
  it("moves all that can go at once, and says what is still on the old one", async () => {
    const [one = github, two = github] = many(2);
    const cli = testCli({ accounts: [one, two, steam], now });
    for (const account of [one, two, steam])
      await cli.run(["verify", account.label, shown(account), "--device", "old"]);
    const { exitCode, stderr } = await cli.run("device replace old new --google --kind phone", {
      answers: ["", shown(one), shown(two)],
      window: { columns: 100, rows: 50 },
    });
    expect(exitCode).toBe(0);
    expect(await copies(cli)).toEqual({
      "Steam:gordon": "laptop, old",
      "user1@example.org": "laptop, old, new",
      "user2@example.org": "laptop, old, new",
    });
    expect(stderr).toContain('skipped "Steam:gordon"');
    expect(stderr).toContain("resume with: twinseed device replace old new");
  });
  it("without a terminal it says what to do instead", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run(`verify octocat ${shown(github)} --device old`);
    expect(await cli.run("device replace old new --google")).toMatchObject({ exitCode: 2, stdout: "" });
  });
});

describe("add, given such an export", () => {
  const hint = "hint: use: twinseed import FILE";
  it("as a picture, a text or an argument: says which command takes it", async () => {
    const cli = testCli({ accounts: [github] });
    await cli.run("qr octocat --google --output x.png");
    const [uri = ""] = await readQrCodes(Buffer.from(cli.files.get("x.png") ?? ""));
    const said = expect.stringMatching(/a Google Authenticator export[\s\S]*hint: use: twinseed import FILE/);
    for (const [command, stdin] of [[["add", "x.png"]], [["add", "-"], uri], [["add", uri]]] as const) {
      const { exitCode, stderr } = await cli.run(command, { stdin: stdin ?? "" });
      expect({ exitCode, stderr }).toEqual({ exitCode: 5, stderr: said });
      expect(stderr).toContain(hint);
      expect(stderr).not.toContain(uri.slice(-20));
    }
  });
});

describe.skipIf(!needs("zbarimg"))("another reader (needs zbarimg)", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "twinseed-test-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("reads the pictures, and its output is read as a list", async () => {
    const accounts = [...many(10), aws];
    const cli = testCli({ accounts });
    const names = accounts.map(({ label }) => label);
    await cli.run(["qr", ...names, "--google", "--output", "x.png"]);
    const files = [...cli.files].map(([name, content]) => {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
      return join(folder, name);
    });
    expect(files).toHaveLength(2);
    const printed = execFileSync("zbarimg", ["-q", ...files], { encoding: "utf8" });
    expect(printed).toMatch(/^QR-Code:otpauth-migration:/);
    expectSame(await heldBy([printed]), accounts);
  });
});
