import { describe, expect, it } from "vitest";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, bank, counting, github } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";

const now = "2005-03-18T01:58:17Z"; // 17 s into a step

/** What a device shows whose clock is `seconds` ahead. */
function shown({ secret, otp }: Enrollment, seconds = 0): string {
  return codeOf(
    secret,
    otp,
    otp.type === "hotp" ? otp.counter + seconds : stepAt(otp, Date.parse(now) + seconds * 1000),
  );
}

type Cli = ReturnType<typeof testCli>;
const copies = async (cli: Cli, name = "octocat") => {
  const list: {
    name: string;
    copies: { device: string; confirmedAt: string | null; deadSince?: string }[];
  }[] = JSON.parse((await cli.run("list --json")).stdout);
  const account = list.find((one) => one.name.includes(name));
  return account?.copies.map(
    ({ device, confirmedAt, deadSince }) => `${device}${confirmedAt ? "" : " ?"}${deadSince ? " dead" : ""}`,
  );
};

describe("proof after qr", () => {
  it("device after device while the QR code stays; Enter ends", async () => {
    const cli = testCli({ accounts: [github], now });
    const answers = ["phone", shown(github), "slab", "tab", shown(github), "watch", "hardware", "", ""];
    const { exitCode, stderr, terminal, pictures } = await cli.run("qr octocat", { answers });
    expect({ exitCode, terminal }).toEqual({ exitCode: 0, terminal: "" });
    expect(await copies(cli)).toEqual(["laptop", "phone", "slab", "watch ?"]);
    expect(stderr).toBe(
      [
        'twinseed: "phone" is confirmed: it holds "GitHub:octocat"',
        'twinseed: "slab" is confirmed: it holds "GitHub:octocat"',
        'twinseed: "watch" is not confirmed yet: twinseed verify GitHub:octocat --device watch',
        "",
      ].join("\n"),
    );
    for (const picture of pictures) expect(picture).toMatch(/[█▀▄]/);
    const kinds = JSON.parse((await cli.run("device list --json")).stdout).map(
      ({ kind }: { kind: string }) => kind,
    );
    expect(kinds).toEqual(["computer", "phone", "tablet", "hardware"]);
  });

  it("--device names them beforehand", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("device add phone --kind phone");
    await cli.run("device add tablet --kind tablet");
    const answers = [shown(github), shown(github), ""];
    expect(await cli.run("qr octocat --device phone --device tablet", { answers })).toMatchObject({
      exitCode: 0,
    });
    expect(await copies(cli)).toEqual(["laptop", "phone", "tablet"]);
  });

  it("a wrong code is explained on the screen, the QR code stays, and the next try counts", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("device add phone --kind phone");
    const answers = ["000000", "12345", shown(github), ""];
    const { pictures } = await cli.run("qr octocat --device phone", { answers });
    expect(pictures.map((picture) => picture.split("\n").at(-1))).toEqual([
      "GitHub:octocat",
      "Wrong code: the code may have just changed: type the next one",
      "Wrong code: the codes of this account have 6 digits",
      "phone is confirmed",
    ]);
    expect(await copies(cli)).toEqual(["laptop", "phone"]);
  });

  it("spaces are no code: they skip, as Enter alone does", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("device add phone --kind phone");
    const { pictures } = await cli.run("qr octocat --device phone", { answers: ["  ", ""] });
    expect(pictures.map((picture) => picture.split("\n").at(-1))).toEqual([
      "GitHub:octocat",
      "phone is recorded, but not confirmed",
    ]);
    expect(await copies(cli)).toEqual(["laptop", "phone ?"]);
  });

  it("a clock that is off is said, and the copy counts", async () => {
    const cli = testCli({ accounts: [aws], now });
    await cli.run("device add phone --kind phone");
    const { stderr } = await cli.run("qr Amazon --device phone", { answers: [shown(aws, -62), ""] });
    expect(stderr).toContain(
      `warning: "phone"'s clock is 62 s behind: correct it, or AWS will reject its codes`,
    );
    expect(await copies(cli, "Amazon")).toEqual(["laptop", "phone"]);
  });

  it("a lost device is refused, and another one asked for", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("device add phone --kind phone");
    await cli.run("device lost phone");
    const { exitCode, pictures } = await cli.run("qr octocat", { answers: ["phone", ""] });
    expect(exitCode).toBe(0);
    expect(pictures.at(-1)).toContain('"phone" is lost');
    expect(await copies(cli)).toEqual(["laptop"]);
  });

  it("written to a file for a device: noted, not confirmed", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("qr octocat --output x.png --device phone");
    expect(await copies(cli)).toEqual(["laptop", "phone ?"]);
  });
});

describe("verify", () => {
  it("--json", async () => {
    const cli = testCli({ accounts: [github], now });
    const { stdout } = await cli.run(`verify octocat ${shown(github, 95)} --device phone --json`);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      status: "confirmed",
      device: "phone",
      driftSeconds: 88,
    });
  });
  it("HOTP: the counter moves past the code that the device showed", async () => {
    const cli = testCli({ accounts: [counting], now });
    await cli.run(`verify Token ${shown(counting, 3)} --device token --kind hardware`);
    expect(await cli.run("code Token")).toMatchObject({ stdout: `${shown(counting, 4)}\n` });
  });
  it("the code of an account that is easily mistaken is told by its name", async () => {
    const twin = { ...github, label: "hubot", secret: bank.secret };
    const cli = testCli({ accounts: [github, twin], now });
    const { exitCode, stderr } = await cli.run(`verify octocat ${shown(twin)} --device phone`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('that code belongs to "GitHub:hubot"');
    expect(await copies(cli)).toEqual(["laptop"]);
    expect(JSON.parse((await cli.run("device list --json")).stdout)).toHaveLength(1);
  });
  it("the code of an account that nobody would mistake for this one is nobody's: it may be so by chance", async () => {
    const other = { ...github, issuer: "GitLab", label: "hubot", secret: bank.secret };
    const cli = testCli({ accounts: [github, other], now });
    const { exitCode, stderr } = await cli.run(`verify octocat ${shown(other)} --device phone`);
    expect(exitCode).toBe(1);
    expect(stderr).not.toContain("hubot");
  });
  it("asks at a terminal for the code, and what a new device is", async () => {
    const cli = testCli({ accounts: [github], now });
    const { exitCode, terminal } = await cli.run("verify octocat --device tab", {
      answers: [shown(github), "tablet"],
    });
    expect(exitCode).toBe(0);
    expect(terminal).toContain('Code that "tab" shows');
    expect(terminal).toContain('What is "tab"?');
  });
  it.each([
    ["verify octocat 123456"],
    ["verify octocat 123456 --device ''"],
    ["verify octocat 123456 --device x --kind toaster"],
  ])("%s is a wrong command line", async (command) => {
    expect(await testCli({ accounts: [github] }).run(command)).toMatchObject({
      exitCode: command.includes("''") ? 1 : 2,
      stdout: "",
    });
  });
});

describe("device replace", () => {
  async function withOld(...accounts: Enrollment[]) {
    const cli = testCli({ accounts, now });
    for (const account of accounts)
      await cli.run(["verify", account.label, shown(account), "--device", "old"]);
    await cli.run("device add new --kind phone");
    return cli;
  }
  const state = async (cli: Cli, name: string) =>
    JSON.parse((await cli.run("device list --json")).stdout).find(
      (one: { name: string }) => one.name === name,
    )?.state;

  it("goes through exactly what is on the old one, can be left, and goes on later", async () => {
    const cli = await withOld(aws, bank, github);
    await cli.run("add -", {
      stdin: formatOtpauthUri({
        ...github,
        label: "elsewhere",
        secret: counting.secret,
        otp: { ...bank.otp, type: "totp", algorithm: "SHA256", digits: 6, period: 30 },
      }),
    });
    const left = await cli.run("device replace old new", { answers: [shown(aws), "", "n"] });
    expect(left).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("2 accounts not yet moved from"),
    });
    expect(left.pictures).toHaveLength(4);
    expect(await copies(cli, "Amazon")).toEqual(["laptop", "old", "new"]);
    expect(await copies(cli, "Bücher")).toEqual(["laptop", "old", "new ?"]);
    expect(await state(cli, "old")).toBe("active");

    const rest = await cli.run("device replace old new", { answers: [shown(bank), shown(github)] });
    expect(rest).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('has replaced "old" for all its accounts'),
    });
    expect(await copies(cli, "elsewhere")).toEqual(["laptop"]);
    expect(await state(cli, "old")).toBe("retired");
  });

  it("what the new one has proved by itself needs no second look", async () => {
    const cli = await withOld(github);
    await cli.run(`verify octocat ${shown(github)} --device new`);
    expect(await cli.run("device replace old new")).toMatchObject({ exitCode: 0 });
    expect(await copies(cli)).toEqual(["laptop", "old", "new"]);
    expect(await state(cli, "old")).toBe("retired");
  });

  it("with --google, and nothing left to move: no code is shown, and nothing is asked", async () => {
    const cli = await withOld(github);
    await cli.run(`verify octocat ${shown(github)} --device new`);
    expect(await cli.run("device replace old new --google", { answers: [] })).toMatchObject({
      exitCode: 0,
      pictures: [],
    });
    expect(await state(cli, "old")).toBe("retired");
  });

  it("a device without accounts is not said to show codes", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("device add empty --kind phone");
    const { exitCode, stderr } = await cli.run("device replace empty new");
    expect([exitCode, stderr]).toEqual([0, 'twinseed: "new" has replaced "empty", which had no accounts\n']);
    expect(await state(cli, "empty")).toBe("retired");
  });

  it("Ctrl-C loses nothing", async () => {
    const cli = await withOld(aws, github);
    expect(await cli.run("device replace old new", { answers: [shown(aws)] })).toMatchObject({
      exitCode: 130,
    });
    expect(await copies(cli, "Amazon")).toEqual(["laptop", "old", "new"]);
    expect(await copies(cli)).toEqual(["laptop", "old", "new ?"]);
  });

  it("without a terminal: what to do instead", async () => {
    const cli = await withOld(github);
    expect(await cli.run("device replace old new")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("twinseed verify"),
    });
    expect(await copies(cli)).toEqual(["laptop", "old"]);
  });

  it.each(["device replace old old", "device replace laptop new"])("%s makes no sense", async (command) => {
    expect(await (await withOld(github)).run(command)).toMatchObject({ exitCode: 2 });
  });
  it("of a device nobody knows is exit 3", async () => {
    expect(await (await withOld(github)).run("device replace nothing new")).toMatchObject({ exitCode: 3 });
  });
});

describe("the other device commands", () => {
  it("names are unique, whatever the case", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("device add phone --kind phone");
    expect(await cli.run("device add Phone --kind phone")).toMatchObject({ exitCode: 1 });
    expect(await cli.run("device rename laptop PHONE")).toMatchObject({ exitCode: 1 });
    expect(await cli.run("device rename phone Phone")).toMatchObject({ exitCode: 0 });
    expect(await cli.run("device rename laptop desk")).toMatchObject({ exitCode: 0 });
    expect(await copies(cli)).toEqual(["desk"]);
  });
  it("this computer can't be lost", async () => {
    expect(await testCli({ accounts: [github] }).run("device lost laptop")).toMatchObject({ exitCode: 2 });
  });
  it("lost, most important first: the AWS root user", async () => {
    const cli = testCli({ accounts: [github, bank, aws], now });
    for (const account of [github, bank, aws])
      await cli.run(["verify", account.label, shown(account), "--device", "phone"]);
    const { open } = JSON.parse((await cli.run("device lost phone --json")).stdout);
    expect(open.map(({ account }: { account: { name: string } }) => account.name)).toEqual([
      "Amazon Web Services:root-account-mfa-device@123456789012",
      "Bücher & Söhne:zoë@example.org",
      "GitHub:octocat",
    ]);
  });
  it("lost, with nothing on it: that is said, and nothing is left to do", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("device add phone --kind phone");
    const { exitCode, stdout } = await cli.run("device lost phone");
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^"phone" .*2005-03-18.*\n$/)]);
    expect(JSON.parse((await cli.run("device lost phone --json")).stdout)).toMatchObject({
      open: [],
      rotated: [],
    });
  });
  it("the list counts no copy of a seed that a new one has replaced", async () => {
    const cli = testCli({ accounts: [github, aws], now });
    for (const account of [github, aws])
      await cli.run(["verify", account.label, shown(account), "--device", "phone"]);
    await cli.run("add - --replace", { stdin: formatOtpauthUri({ ...github, secret: bank.secret }) });
    expect(await copies(cli)).toEqual(["laptop", "phone ? dead"]);
    const devices = JSON.parse((await cli.run("device list --json")).stdout);
    expect(devices).toMatchObject([
      { name: "laptop", copies: 2, unconfirmed: 0 },
      { name: "phone", copies: 1, unconfirmed: 0 },
    ]);
  });
  it("a lost device that turns up comes back", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run(`verify octocat ${shown(github)} --device phone`);
    await cli.run("device lost phone");
    expect(await cli.run("audit")).toMatchObject({ exitCode: 8 });
    expect(await cli.run("device add phone --kind phone")).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("brought back device"),
    });
    expect(await cli.run("audit")).toMatchObject({ exitCode: 0 });
  });
  it.each([
    ["phone", "phone"],
    ["old phone", '"old phone"'],
    ["-phone", "NAME"],
    ["phone; reboot", "NAME"],
  ])("lost, how to bring %j back can be pasted", async (name, pasted) => {
    const cli = testCli({ accounts: [github], now });
    await cli.run(["device", "add", "--kind", "phone", "--", name]);
    await cli.run(["device", "lost", "--", name]);
    expect(await cli.run(["verify", "octocat", shown(github), `--device=${name}`])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`if it is back: twinseed device add ${pasted} --kind phone\n`),
    });
  });
  it("retired: what it holds does not count", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run(`verify octocat ${shown(github)} --device phone`);
    expect(await cli.run("device retire phone")).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("device replace phone NAME"),
    });
    expect(await cli.run("audit")).toMatchObject({ exitCode: 8 });
  });
  it("retired, with nothing on it: nothing has to be moved", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("device add phone --kind phone");
    const { exitCode, stderr } = await cli.run("device retire phone");
    expect(exitCode).toBe(0);
    expect(stderr).not.toContain("device replace");
  });
});

it("when the seeds are gone, the ledger says who has them", async () => {
  const cli = testCli({ accounts: [github], now });
  await cli.run(`verify octocat ${shown(github)} --device phone`);
  cli.uris.clear();
  for (const command of ["code octocat", "uri octocat", "qr octocat --output x.png"]) {
    const { exitCode, stderr } = await cli.run(command);
    expect(exitCode).toBe(6);
    expect(stderr).toContain('"phone" holds it (confirmed 2005-03-18)');
  }
  expect(await cli.run("audit")).toMatchObject({ exitCode: 0 });
});
