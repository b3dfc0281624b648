import { describe, expect, it } from "vitest";
import { ExitCode, UserError } from "../../src/base/errors.ts";
import { aws, bank, counting, github, steam } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";

/** RFC 6238 appendix B has 07081804 (eight digits) here; 29 s into its step. */
const now = "2005-03-18T01:58:29Z";

describe("one account", () => {
  it("is the bare code, and nothing else", async () => {
    const cli = testCli({ accounts: [github], now });
    expect(await cli.run("code github")).toMatchObject({ exitCode: 0, stdout: "081804\n", stderr: "" });
  });

  it("--next is the one after it, --pair both", async () => {
    const cli = testCli({ accounts: [github], now });
    expect(await cli.run("code github --next")).toMatchObject({
      exitCode: 0,
      stdout: "050471\n",
      stderr: "",
    });
    expect(await cli.run("code github --pair")).toMatchObject({
      exitCode: 0,
      stdout: "081804\n050471\n",
      stderr: "",
    });
  });

  it("--pair tells a person when to type the second", async () => {
    const cli = testCli({ accounts: [aws], now });
    const { stderr } = await cli.run("code Amazon --pair", { answers: [] });
    expect(stderr).toBe("twinseed: type the first one now (1 s left), the second one in 1 s\n");
  });

  it("--json is one line, documented field by field", async () => {
    const cli = testCli({ accounts: [github], now });
    const { stdout } = await cli.run("code github --json");
    expect(stdout.endsWith("}\n")).toBe(true);
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      account: {
        id: expect.stringMatching(/^[a-z2-7]{16}$/),
        name: "GitHub:octocat",
        issuer: "GitHub",
        label: "octocat",
      },
      type: "totp",
      code: "081804",
      step: 37037036,
      validFrom: "2005-03-18T01:58:00.000Z",
      validUntil: "2005-03-18T01:58:30.000Z",
      remaining: 1,
      next: "050471",
    });
  });

  it("--at takes seconds and ISO 8601, in UTC where nothing is said", async () => {
    const cli = testCli({ accounts: [github] });
    for (const at of [
      "1111111109",
      "2005-03-18T01:58:29Z",
      "2005-03-18T01:58:29",
      "2005-03-18T02:58:29+01:00",
    ]) {
      expect(await cli.run(["code", "github", "--at", at])).toMatchObject({
        exitCode: 0,
        stdout: "081804\n",
      });
    }
  });

  it.each(["0", "1970-01-01", "1970-01-01T00:00:00Z"])("--at %s is the first moment there is", async (at) => {
    const cli = testCli({ accounts: [github] });
    expect(await cli.run(["code", "github", "--at", at])).toMatchObject({
      exitCode: 0,
      stdout: "755224\n",
    });
  });

  // JavaScript itself would make something of most of these.
  it.each(["yesterday", "-1", "1e9", "2005-13-01", "", "on 2005-03-18", "2005-03-18 or so"])(
    "--at %s is a wrong command line",
    async (at) => {
      const cli = testCli({ accounts: [github] });
      expect(await cli.run(["code", "github", `--at=${at}`])).toMatchObject({ exitCode: 2, stdout: "" });
    },
  );

  it("--min-remaining waits for the next code when this one is too old, and says so", async () => {
    const cli = testCli({ accounts: [github], now });
    expect(await cli.run("code github --min-remaining 1")).toMatchObject({ stdout: "081804\n", stderr: "" });
    expect(await cli.run("code github --min-remaining 10")).toMatchObject({
      exitCode: 0,
      stdout: "050471\n",
      stderr: "twinseed: waiting 1 s for a fresh code\n",
    });
    expect(cli.slept).toEqual([1000]);
  });

  it("--min-remaining beyond the period can never be", async () => {
    const cli = testCli({ accounts: [github] });
    expect(await cli.run("code github --min-remaining 31")).toMatchObject({ exitCode: 2, stdout: "" });
    expect(await cli.run("code github --min-remaining soon")).toMatchObject({ exitCode: 2, stdout: "" });
  });

  it("--copy puts it on the clipboard for 30 s and prints nothing", async () => {
    const cli = testCli({ accounts: [github], now });
    expect(await cli.run("code github --copy")).toMatchObject({ exitCode: 0, stdout: "" });
    expect(cli.clipboard).toEqual([{ text: "081804", clearAfter: 30 }]);
  });

  it.each(["--next --pair", "--copy --json", "--copy --pair", "--at 1 --min-remaining 1"])(
    "%s exclude each other",
    async (options) => {
      const cli = testCli({ accounts: [github] });
      expect(await cli.run(`code github ${options}`)).toMatchObject({ exitCode: 2, stdout: "" });
    },
  );

  it("all types and hashes", async () => {
    const cli = testCli({ accounts: [steam, bank] });
    expect((await cli.run("code gordon")).stdout).toMatch(/^[2-9BCDFGHJKMNPQRTVWXY]{5}\n$/);
    expect((await cli.run("code zoë --json")).stdout).toMatch(/"code":"\d{8}"/);
  });
});

describe("HOTP", () => {
  it("moves on by one for each code, as in RFC 4226 appendix D", async () => {
    const cli = testCli({ accounts: [counting] });
    const codes = [];
    for (let i = 0; i < 3; i++) codes.push((await cli.run("code Token")).stdout.trim());
    expect(codes).toEqual(["755224", "287082", "359152"]);
    expect(await cli.run("code Token --pair")).toMatchObject({ stdout: "969429\n338314\n" });
    expect(JSON.parse((await cli.run("code Token --json")).stdout)).toMatchObject({
      type: "hotp",
      code: "254676",
      counter: 5,
    });
  });

  it("saves the counter before the code is shown", async () => {
    const cli = testCli({ accounts: [counting] });
    await cli.start();
    const write = cli.folder.write;
    Object.assign(cli.folder, {
      write: () => {
        throw new UserError("the disk is full", ExitCode.failed);
      },
    });
    expect(await cli.run("code Token")).toMatchObject({ exitCode: 1, stdout: "" });
    Object.assign(cli.folder, { write });
    expect(await cli.run("code Token")).toMatchObject({ exitCode: 0, stdout: "755224\n" });
  });

  it.each(["--next", "--at 59", "--min-remaining 3"])(
    "%s does not apply, and uses no counter up",
    async (option) => {
      const cli = testCli({ accounts: [counting] });
      expect(await cli.run(`code Token ${option}`)).toMatchObject({ exitCode: 2, stdout: "" });
      expect(await cli.run("code Token")).toMatchObject({ stdout: "755224\n" });
    },
  );
});

describe("all accounts", () => {
  it("one line each, by name; counting ones are left out, said so, and not used up", async () => {
    const cli = testCli({ accounts: [github, counting, bank], now });
    const { exitCode, stdout, stderr } = await cli.run("code");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\d{8} {2}Bücher & Söhne:zoë@example\.org\n081804 {4}GitHub:octocat\n$/);
    expect(stderr).toContain("skipped 1 counter-based (HOTP) account");
    expect(await cli.run("code Token")).toMatchObject({ stdout: "755224\n" });
  });

  it("says nothing of counting ones where there are none", async () => {
    expect(await testCli({ accounts: [github], now }).run("code")).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("--json is an array", async () => {
    const cli = testCli({ accounts: [github, aws], now });
    const list = JSON.parse((await cli.run("code --json")).stdout);
    expect(list.map(({ code }: { code: string }) => code)).toEqual([
      expect.stringMatching(/^\d{6}$/),
      "081804",
    ]);
    expect(JSON.parse((await testCli().run("code --json")).stdout)).toEqual([]);
  });

  it("--at holds for all of them", async () => {
    const cli = testCli({ accounts: [github] });
    expect(await cli.run("code --at 1111111109")).toMatchObject({ stdout: "081804  GitHub:octocat\n" });
  });

  it("one damaged seed does not hide the others", async () => {
    const cli = testCli({ accounts: [github, bank], now });
    await cli.start();
    const [id = ""] = [...cli.uris].find(([, uri]) => uri.includes("zo")) ?? [];
    cli.uris.set(id, "otpauth://totp/damaged");
    expect(await cli.run("code")).toMatchObject({
      exitCode: 1,
      stdout: "081804  GitHub:octocat\n",
      stderr: expect.stringContaining('"Bücher & Söhne:zoë@example.org"'),
    });
  });

  it.each(["--next", "--pair", "--copy", "--min-remaining 1"])("%s needs an account", async (option) => {
    expect(await testCli({ accounts: [github] }).run(`code ${option}`)).toMatchObject({
      exitCode: 2,
      stdout: "",
    });
  });
});

describe("which account", () => {
  const second = { ...github, label: "hubot", secret: bank.secret };
  it("a part of name, issuer or label, whatever the case; the exact name first; the id", async () => {
    const cli = testCli({ accounts: [github, second], now });
    expect(await cli.run("code OCTO")).toMatchObject({ exitCode: 0, stdout: "081804\n" });
    const { id } = JSON.parse((await cli.run("code octo --json")).stdout).account;
    expect(await cli.run(`code ${id}`)).toMatchObject({ stdout: "081804\n" });
    await cli.run("rename octocat Git");
    expect(await cli.run("code Git")).toMatchObject({ exitCode: 0, stdout: "081804\n" });
  });
  it("several are an error that lists them", async () => {
    const cli = testCli({ accounts: [github, second] });
    const { exitCode, stdout, stderr } = await cli.run("code github");
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
    expect(stderr).toContain("GitHub:octocat");
    expect(stderr).toContain("GitHub:hubot");
  });
  it("none is exit 3, with the nearest name", async () => {
    const cli = testCli({ accounts: [github] });
    const { exitCode, stderr } = await cli.run("code gihub");
    expect(exitCode).toBe(3);
    expect(stderr).toBe(
      [
        'twinseed: error: no account matches "gihub"',
        'twinseed: hint: did you mean "GitHub:octocat"?',
        "twinseed: hint: list them with: twinseed list",
        "",
      ].join("\n"),
    );
  });
  it("locked seeds are exit 6", async () => {
    const cli = testCli({ accounts: [github] });
    await cli.start();
    cli.faults.seeds = new UserError("the keyring is locked", ExitCode.locked, ["unlock it"]);
    expect(await cli.run("code github")).toMatchObject({ exitCode: 6, stdout: "" });
    expect(await cli.run("code")).toMatchObject({ exitCode: 6, stdout: "" });
  });
});
