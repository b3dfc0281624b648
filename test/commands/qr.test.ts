import { describe, expect, it } from "vitest";
import { sameCodes } from "../../src/otp/enrollment.ts";
import { parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { readQrCodes } from "../../src/qr/read.ts";
import { aws, counting, everyAccount, github } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";

describe("to a file", () => {
  it.each(everyAccount)("%j: a PNG that says the same", async (account) => {
    const cli = testCli({ accounts: [account] });
    const [{ id }] = JSON.parse((await cli.run("list --json")).stdout);
    const { exitCode, stdout, stderr } = await cli.run(`qr ${id} --output x.png`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(stderr).toContain("holds the seed");
    const [text = ""] = await readQrCodes(Buffer.from(cli.files.get("x.png") ?? ""));
    const back = parseOtpauthUri(text);
    expect([back.issuer, back.label, back.otp]).toEqual([account.issuer, account.label, account.otp]);
    expect(sameCodes(back, account)).toBe(true);
  });
  it("an SVG", async () => {
    const cli = testCli({ accounts: [github] });
    expect(await cli.run("qr github --output x.SVG")).toMatchObject({ exitCode: 0 });
    expect(String(cli.files.get("x.SVG"))).toMatch(/^<svg/);
  });
  it("never over an existing file, unless told to", async () => {
    const cli = testCli({ accounts: [github], files: { "x.png": "mine" } });
    expect(await cli.run("qr github --output x.png")).toMatchObject({ exitCode: 1 });
    expect(cli.files.get("x.png")).toBe("mine");
    expect(await cli.run("qr github --output x.png --force")).toMatchObject({ exitCode: 0 });
  });
  it.each(["x.jpg", "x", ".png.txt"])("%s is a wrong command line", async (name) => {
    expect(await testCli({ accounts: [github] }).run(`qr github --output ${name}`)).toMatchObject({
      exitCode: 2,
    });
  });
  it("several accounts in one file is a wrong command line", async () => {
    const cli = testCli({ accounts: [github, aws] });
    expect(await cli.run("qr github Amazon --output x.png")).toMatchObject({ exitCode: 2 });
  });
});

describe("on a terminal", () => {
  it("is on the alternate screen, account after account, and nowhere else", async () => {
    const cli = testCli({ accounts: [github, aws] });
    const { exitCode, stdout, terminal, pictures } = await cli.run("qr github Amazon", { answers: ["", ""] });
    expect({ exitCode, stdout, terminal }).toEqual({ exitCode: 0, stdout: "", terminal: "" });
    expect(pictures).toHaveLength(2);
    for (const picture of pictures) expect(picture).toContain("\x1b[38;5;231;48;5;16m");
  });
  it("fits 80x24 with caption and prompt, the AWS root account too", async () => {
    const cli = testCli({ accounts: [aws] });
    const { pictures } = await cli.run("qr Amazon", { answers: [""] });
    const lines = pictures[0]?.split("\n") ?? [];
    expect(lines).toHaveLength(23);
    expect(lines.at(-1)).toBe("Amazon Web Services:root-account-mfa-device@123456789012");
  });
  it("says how large the window must be, never a broken code", async () => {
    const cli = testCli({ accounts: [aws] });
    const { exitCode, pictures } = await cli.run("qr Amazon", {
      answers: [""],
      window: { columns: 40, rows: 20 },
    });
    expect(exitCode).toBe(0);
    expect(pictures[0]).not.toMatch(/[█▀▄]/);
    expect(pictures[0]).toContain("43x24; this one is 40x20");
    expect(pictures[0]).toContain("--output");
    for (const line of pictures[0]?.split("\n") ?? []) expect(line.length).toBeLessThanOrEqual(40);
  });
});

it("Ctrl-C once the device was named: it was shown the code, and may have the seed", async () => {
  const cli = testCli({ accounts: [github] });
  expect(await cli.run("qr github", { answers: ["phone"] })).toMatchObject({ exitCode: 130 });
  const [{ copies }] = JSON.parse((await cli.run("list --json")).stdout);
  expect(copies).toMatchObject([{ device: "laptop" }, { device: "phone", confirmedAt: null }]);
});

it("what a device is: in 80 columns, the choices and the answer are visible, and a wrong answer is said", async () => {
  const cli = testCli({ accounts: [github] });
  const answers = ["thing of mine", "toaster", "hard", "", ""];
  const { pictures, questions } = await cli.run("qr github", { answers });
  const asked = questions.filter((question) => question.includes("What is"));
  expect(asked).toEqual(Array(2).fill('What is "thing of mine"? [phone]: '));
  const captions = pictures.map((picture) => picture.split("\n").at(-1));
  expect(captions).toContain("A device is one of: phone, tablet, computer, hardware, paper, backup");
  expect(captions).toContain('"toaster" is none of: phone, tablet, computer, hardware, paper, backup');
  expect(captions).toContain('"thing of mine": hardware');
});

it("piped: the plain drawing, and a warning on stderr", async () => {
  const cli = testCli({ accounts: [github] });
  const { exitCode, stdout, stderr } = await cli.run("qr github");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^[ █▀▄\n]+$/);
  expect(stderr).toContain("wrote the seed of");
});

it("HOTP: the counter as it is now", async () => {
  const cli = testCli({ accounts: [counting] });
  await cli.run("code Token");
  await cli.run("qr Token --output x.png");
  const [text = ""] = await readQrCodes(Buffer.from(cli.files.get("x.png") ?? ""));
  expect(parseOtpauthUri(text).otp).toMatchObject({ counter: 1 });
});

it("a label that no QR code has room for is said so", async () => {
  const cli = testCli({ accounts: [{ ...github, label: "x".repeat(10_000) }] });
  expect(await cli.run("qr github")).toMatchObject({
    exitCode: 1,
    stdout: "",
    stderr: expect.stringContaining("twinseed uri"),
  });
});
