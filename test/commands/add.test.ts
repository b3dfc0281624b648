import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { checkValueOf } from "../../src/otp/check-value.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { Secret } from "../../src/otp/secret.ts";
import { aws, bank, base32Of, counting, everyAccount, github } from "../helpers/accounts.ts";
import { memorySeedStore } from "../helpers/memory-seed-store.ts";
import { testCli } from "../helpers/test-cli.ts";

const picture = (name: string) => readFileSync(new URL(`../fixtures/qr/${name}`, import.meta.url));
const screenshot = readFileSync(new URL("../../examples/aws-virtual-mfa.png", import.meta.url));
const now = "2005-03-18T01:58:29Z";
const listed = async (cli: ReturnType<typeof testCli>) =>
  JSON.parse((await cli.run("list --json")).stdout).map(({ name }: { name: string }) => name);

describe("from pictures", () => {
  it("the AWS page: kept, named and ready", async () => {
    const cli = testCli({ files: { "shot.png": screenshot } });
    expect(await cli.run("add shot.png --json")).toMatchObject({ exitCode: 0 });
    expect(await listed(cli)).toEqual(["Amazon Web Services:root-account-mfa-device@123456789012"]);
    expect((await cli.run("code root")).stdout).toMatch(/^\d{6}\n$/);
    expect((await cli.run("uri root")).stdout).toMatch(
      /secret=[A-Z2-7]{64}&issuer=Amazon%20Web%20Services&algorithm=SHA1&digits=6&period=30\n$/,
    );
  });

  it("from stdin too", async () => {
    const cli = testCli();
    expect(await cli.run("add -", { stdin: picture("crop-tight.png") })).toMatchObject({
      exitCode: 0,
      stdout: "",
    });
    expect(await listed(cli)).toHaveLength(1);
  });

  it("no QR code: exit 5, and what to do about it", async () => {
    const cli = testCli({ files: { "covered.png": picture("page-covered.png") } });
    const { exitCode, stderr } = await cli.run("add covered.png");
    expect(exitCode).toBe(5);
    expect(stderr).toContain("Show QR code");
    expect(cli.folder.files.size).toBe(0);
  });

  it("two otpauth codes are never silently reduced to one", async () => {
    const cli = testCli({ files: { "two.png": picture("page-two-codes.png") } });
    const { exitCode, stderr } = await cli.run("add two.png");
    expect(exitCode).toBe(5);
    expect(stderr).toContain("holds 2 otpauth codes");
    expect(stderr).not.toMatch(/secret|[A-Z2-7]{32}/);
    expect(await cli.run("add two.png --all")).toMatchObject({ exitCode: 0 });
    expect(await listed(cli)).toHaveLength(2);
  });

  it("a person chooses one of two, or all", async () => {
    const cli = testCli({ files: { "two.png": picture("page-two-codes.png") } });
    expect(await cli.run("add two.png", { answers: ["3"] })).toMatchObject({ exitCode: 2 });
    expect(await cli.run("add two.png", { answers: ["2", "n"] })).toMatchObject({ exitCode: 0 });
    expect(await listed(cli)).toHaveLength(1);
    expect(await cli.run("add two.png", { answers: ["all", "n"] })).toMatchObject({ exitCode: 0 });
    expect(await listed(cli)).toHaveLength(2);
  });

  it("a code beside it that is no otpauth one does not matter", async () => {
    const cli = testCli({ files: { "link.png": picture("page-app-link.png") } });
    expect(await cli.run("add link.png")).toMatchObject({ exitCode: 0 });
    expect(await listed(cli)).toHaveLength(1);
  });

  it("several files; one that can't be read stops all of them before anything is stored", async () => {
    const files = {
      "a.png": screenshot,
      "b.png": picture("kind-rgb16.png"),
      "c.png": "not a picture",
    };
    const cli = testCli({ files });
    expect(await cli.run("add a.png c.png")).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('"c.png"'),
    });
    expect(await cli.run("add a.png missing.png")).toMatchObject({ exitCode: 5 });
    expect(cli.folder.files.size).toBe(0);
    expect(await cli.run("add a.png b.png")).toMatchObject({ exitCode: 0 });
  });
});

describe("from text", () => {
  it("stdin: one URI a line, blank lines between", async () => {
    const cli = testCli();
    const stdin = `\ufeff${everyAccount.map((account) => formatOtpauthUri(account)).join("\r\n\n")}\n`;
    expect(await cli.run("add -", { stdin })).toMatchObject({ exitCode: 0 });
    expect(await listed(cli)).toHaveLength(everyAccount.length);
  });

  it("stdin: a bad line is named by its number, never quoted, and nothing is stored", async () => {
    const cli = testCli();
    const stdin = `${formatOtpauthUri(github)}\notpauth://totp/x?secret=WRONGSECRET01\n`;
    const { exitCode, stderr } = await cli.run("add -", { stdin });
    expect(exitCode).toBe(5);
    expect(stderr).toContain("line 2");
    expect(stderr).not.toContain("WRONGSECRET");
    expect(cli.folder.files.size).toBe(0);
  });

  it("stdin: a bare key, in whatever spelling, with issuer and label from options", async () => {
    const cli = testCli({ now });
    const stdin = "gezd gnbv gy3t qojq-gezd gnbv gy3t qojq====\n";
    expect(await cli.run("add - --issuer GitHub --label octocat", { stdin })).toMatchObject({ exitCode: 0 });
    expect(await cli.run("code GitHub:octocat")).toMatchObject({ stdout: "081804\n" });
  });

  it.each([
    ["junk", 5],
    ["JBSWY3", 5],
    ["JBSWY3DP", 0],
    ["JBSWY3DPEHPK3PX", 0],
  ])(
    "stdin: a bare key as short as %s is refused, or taken with a warning; never shown",
    async (key, code) => {
      const cli = testCli({ now });
      const { exitCode, stdout, stderr } = await cli.run("add - --name x", { stdin: `${key}\n` });
      expect({ exitCode, uris: cli.uris.size }).toEqual({ exitCode: code, uris: code === 0 ? 1 : 0 });
      expect(
        stderr.match(code === 0 ? /^twinseed: warning: .*fewer than 80 bits/gm : /too short/g),
      ).toHaveLength(1);
      expect(stdout + stderr).not.toContain(key);
      expect((await cli.run("code -", { stdin: key })).exitCode).toBe(code);
    },
  );
  it("as short a key in a URI, from a file of another app, or off a recovery sheet is taken as it is", async () => {
    const short = { ...github, secret: Secret.of(Uint8Array.of(0x48, 0x65)) };
    const uri = formatOtpauthUri(short);
    const typed = `JBSW/${checkValueOf(short)}`;
    for (const [command, stdin] of [
      ["add -", uri],
      ["import - --yes", uri],
      ["add - --name x", typed],
    ] as const) {
      const cli = testCli({ now });
      const { exitCode, stderr } = await cli.run(command, { stdin });
      expect({ command, exitCode, uris: cli.uris.size }).toEqual({ command, exitCode: 0, uris: 1 });
      expect(stderr).not.toMatch(/80 bits|too short/);
    }
  });
  it("16 characters are a key without a word", async () => {
    const { exitCode, stderr } = await testCli().run("add - --name x", { stdin: "JBSWY3DPEHPK3PXP" });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.not.stringContaining("warning") });
  });
  it("stdin: a bare key without a name is a wrong command line where nobody can be asked", async () => {
    expect(await testCli().run("add -", { stdin: "JBSWY3DPEHPK3PXP" })).toMatchObject({ exitCode: 2 });
  });

  it.each([
    ["empty", ""],
    ["white space", " \n\n"],
    ["neither picture nor text", Buffer.from([0xff, 0xfe, 0x00, 0x80])],
    ["not base32", "hello world!"],
    ["a web page", "https://example.org/\n"],
  ])("stdin: %s is exit 5", async (_, stdin) => {
    expect(await testCli().run("add - --name x", { stdin })).toMatchObject({ exitCode: 5, stdout: "" });
  });

  it("a URI as an argument works, with a warning", async () => {
    const cli = testCli();
    const { exitCode, stderr } = await cli.run(["add", formatOtpauthUri(github)]);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^twinseed: warning: .*\bps\b.*history/);
    expect(await listed(cli)).toEqual(["GitHub:octocat"]);
  });

  it("a key as an argument is refused without an echo", async () => {
    const { exitCode, stderr } = await testCli().run(["add", base32Of(aws)]);
    expect(exitCode).toBe(2);
    expect(stderr).not.toContain(base32Of(aws).slice(0, 8));
  });

  it("nothing: asks, hidden, then for issuer and label", async () => {
    const cli = testCli({ now });
    const answers = ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "GitHub", "octocat", "n"];
    const { exitCode, terminal } = await cli.run("add", { answers });
    expect(exitCode).toBe(0);
    expect(terminal).not.toContain("GEZD");
    expect(await cli.run("code octocat")).toMatchObject({ stdout: "081804\n" });
  });

  it("nothing, and no terminal: exit 2 and what would have helped", async () => {
    expect(await testCli().run("add")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("twinseed add -"),
    });
  });

  it("Ctrl-C at a question is exit 130 and stores nothing", async () => {
    const cli = testCli();
    expect(await cli.run("add", { answers: ["JBSWY3DPEHPK3PXP"] })).toMatchObject({ exitCode: 130 });
    expect(cli.folder.files.size).toBe(0);
  });
});

describe("how codes are made", () => {
  const stdin = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  it.each([
    ["--digits 8", "07081804\n"],
    ["--digits 8 --algorithm sha-1 --period 30", "07081804\n"],
    ["--type hotp --counter 3", "969429\n"],
  ])("%s", async (options, code) => {
    const cli = testCli({ now });
    await cli.run(`add - --name it ${options}`, { stdin });
    expect(await cli.run("code it")).toMatchObject({ exitCode: 0, stdout: code });
  });
  it("never infers anything from the key's length", async () => {
    const cli = testCli({ accounts: [aws] });
    expect(JSON.parse((await cli.run("list --json")).stdout)[0]).toMatchObject({
      type: "totp",
      algorithm: "SHA1",
      digits: 6,
      period: 30,
    });
  });
  it.each([
    "--digits 4",
    "--digits six",
    "--algorithm MD5",
    "--period 0",
    "--type yubikey",
    "--type hotp --period 30",
    "--counter 1",
    "--type steam --digits 6",
  ])("%s is a wrong command line", async (options) => {
    const cli = testCli();
    expect(await cli.run(`add - --name it ${options}`, { stdin })).toMatchObject({ exitCode: 2 });
    expect(cli.folder.files.size).toBe(0);
  });
  it("what would read back as something else is refused, not stored wrong", async () => {
    const cli = testCli();
    expect(await cli.run("add - --issuer Steam --digits 5 --type totp", { stdin })).toMatchObject({
      exitCode: 1,
    });
    expect(await cli.run("add - --issuer Steam --type steam", { stdin })).toMatchObject({ exitCode: 0 });
  });
});

describe("again", () => {
  it("the same seed says so, exit 0, and nothing is doubled, whatever it is called", async () => {
    const cli = testCli({ accounts: [github] });
    await cli.start();
    const before = new Map(cli.folder.files);
    const again = await cli.run("add - --name other --json", {
      stdin: formatOtpauthUri({ ...github, label: "else" }),
    });
    expect(again).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('"GitHub:octocat" is already enrolled'),
    });
    expect(JSON.parse(again.stdout)).toMatchObject([
      { status: "exists", account: { name: "GitHub:octocat" } },
    ]);
    expect(cli.folder.files).toEqual(before);
  });

  it("the same seed brings back one that the seed store has lost", async () => {
    const cli = testCli({ accounts: [github, aws], now });
    await cli.start();
    const ids = [...cli.uris.keys()];
    cli.uris.clear();
    const again = await cli.run("add - --json", { stdin: formatOtpauthUri(github) });
    expect(again).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/put back the missing seed of ".*", which was already enrolled/),
    });
    expect(JSON.parse(again.stdout)).toMatchObject([{ status: "exists" }]);
    expect(ids).toContain([...cli.uris.keys()][0]);
    expect(cli.uris.size).toBe(1);
    expect(await cli.run("code octocat")).toMatchObject({ exitCode: 0, stdout: "081804\n" });
    expect(await listed(cli)).toHaveLength(2);
  });

  it("a damaged seed is put aside with --replace", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.start();
    const [id = ""] = [...cli.uris.keys()];
    cli.uris.set(id, "otpauth://totp/damaged");
    expect(await cli.run("add -", { stdin: formatOtpauthUri(github) })).toMatchObject({ exitCode: 1 });
    expect(await cli.run("add - --replace", { stdin: formatOtpauthUri(github) })).toMatchObject({
      exitCode: 0,
    });
    expect(await cli.run("code octocat")).toMatchObject({ exitCode: 0, stdout: "081804\n" });
    expect(cli.uris.get(id)).toBe("otpauth://totp/damaged");
  });

  it("twice in one run is once", async () => {
    const cli = testCli();
    const uri = formatOtpauthUri(github);
    expect(await cli.run("add -", { stdin: `${uri}\n${uri}\n` })).toMatchObject({ exitCode: 0 });
    expect(await listed(cli)).toEqual(["GitHub:octocat"]);
  });

  const other = { ...github, secret: bank.secret };
  it("the same name with another seed is refused, and what to do is said", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.start();
    const before = new Map(cli.folder.files);
    const { exitCode, stderr } = await cli.run("add -", { stdin: formatOtpauthUri(other) });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/--replace[\s\S]*--name/);
    expect(cli.folder.files).toEqual(before);
    expect(await cli.run("code github")).toMatchObject({ stdout: "081804\n" });
  });

  it("--name keeps both", async () => {
    const cli = testCli({ accounts: [github] });
    await cli.run("add - --name second", { stdin: formatOtpauthUri(other) });
    expect(await listed(cli)).toEqual(["GitHub:octocat", "second"]);
  });

  it("--replace told backups and paper to scan the QR code: a new backup is due, once, and a new sheet", async () => {
    const cli = testCli({ accounts: [github] });
    for (const name of ["b1", "b2"])
      await cli.run(`backup create ${name}.age --passphrase-file -`, { stdin: "correct horse" });
    await cli.run("sheet --output sheet.html --device safe");
    const stdin = formatOtpauthUri({ ...github, secret: aws.secret });
    const { stderr } = await cli.run("add - --replace", { stdin });
    const hints = stderr.split("\n").filter((line) => line.includes("old seed,"));
    expect(hints).toEqual([
      'twinseed: hint: "b1", "b2" hold the old seed, which no longer works; make a new backup: twinseed backup create FILE',
      'twinseed: hint: "safe" holds the old seed, which no longer works; print it again: twinseed sheet GitHub:octocat --device safe --print',
    ]);
  });

  it("--replace puts the old one aside, from where it comes back", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.start();
    const replaced = await cli.run("add - --replace --json", { stdin: formatOtpauthUri(other) });
    expect(JSON.parse(replaced.stdout)).toMatchObject([
      { status: "replaced", account: { name: "GitHub:octocat" } },
    ]);
    expect(await listed(cli)).toEqual(["GitHub:octocat"]);
    expect((await cli.run("code octocat")).stdout).not.toBe("081804\n");
    const { exitCode, stderr } = await cli.run("restore octocat");
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("already")]);
    const [, line = ""] = /hint: choose another name: twinseed (restore \w+ --name) NAME/.exec(stderr) ?? [];
    expect(await cli.run(`${line} old`)).toMatchObject({ exitCode: 0 });
    expect(await cli.run("code old")).toMatchObject({ stdout: "081804\n" });
  });

  it("two different seeds of one name in one run are refused", async () => {
    const cli = testCli();
    const stdin = `${formatOtpauthUri(github)}\n${formatOtpauthUri(other)}\n`;
    expect(await cli.run("add -", { stdin })).toMatchObject({ exitCode: 1 });
    expect(cli.folder.files.size).toBe(0);
  });

  it("--name for two is a wrong command line", async () => {
    const stdin = `${formatOtpauthUri(github)}\n${formatOtpauthUri(aws)}\n`;
    expect(await testCli().run("add - --name x", { stdin })).toMatchObject({ exitCode: 2 });
  });
});

it("--dry-run says what would happen and writes nothing", async () => {
  const cli = testCli();
  const dry = await cli.run("add - --dry-run --json", { stdin: formatOtpauthUri(github) });
  expect(dry).toMatchObject({
    exitCode: 0,
    stderr: 'twinseed: would have added "GitHub:octocat"; nothing was written\n',
  });
  expect(JSON.parse(dry.stdout)).toMatchObject([{ status: "added" }]);
  expect([cli.folder.files.size, cli.uris.size]).toEqual([0, 0]);
});

describe("on a terminal", () => {
  it("shows the code and the time left, and offers the QR code", async () => {
    const cli = testCli({ now });
    const { terminal, pictures } = await cli.run("add -", {
      stdin: formatOtpauthUri(github),
      answers: ["", ""],
    });
    expect(terminal).toContain("081804  (1 s left)");
    expect(terminal).not.toContain("050471");
    expect(terminal).toContain("Draw its QR code for a second device now? [Y/n]");
    expect(pictures).toHaveLength(1);
  });
  it("shows the two codes that AWS asks for", async () => {
    const cli = testCli({ now });
    const { terminal } = await cli.run("add -", { stdin: formatOtpauthUri(aws), answers: ["n"] });
    expect(terminal).toMatch(/MFA code 1: \d{6} {2}\(1 s left\)\n {2}MFA code 2: \d{6}/);
  });
  it("uses no counter up", async () => {
    const cli = testCli();
    await cli.run("add -", { stdin: formatOtpauthUri(counting), answers: ["n"] });
    expect(await cli.run("code Token")).toMatchObject({ stdout: "755224\n" });
  });
});

it("a store that gives back another seed is caught before anything is called enrolled", async () => {
  const cli = testCli();
  const liar = memorySeedStore(new Map(), "file");
  cli.faults.store = { ...liar, get: async () => bank };
  expect(await cli.run("add -", { stdin: formatOtpauthUri(github) })).toMatchObject({ exitCode: 1 });
  expect([...cli.folder.files.keys()].filter((name) => name.startsWith("accounts/"))).toEqual([]);
});

it("reads the ledger as often for many as for a few: a thousand took half a minute", async () => {
  const listings = async (count: number): Promise<number> => {
    const cli = testCli();
    const list = vi.spyOn(cli.folder, "list");
    const uris = Array.from({ length: count }, (_, i) =>
      formatOtpauthUri({ ...github, label: `login ${i}` }),
    );
    const seeds = uris.map((uri, i) => uri.replace(/secret=[A-Z2-7]{4}/, `secret=${"ABCDEFGH"[i % 8]}AAA`));
    expect(await cli.run("add -", { stdin: seeds.slice(0, count).join("\n") })).toMatchObject({
      exitCode: 0,
    });
    return list.mock.calls.length;
  };
  const few = await listings(2);
  expect(few).toBeGreaterThan(0);
  expect(await listings(8)).toBe(few);
});
