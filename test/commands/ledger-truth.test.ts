/** What the ledger once said of devices and copies that was not so: which seed lives, and what a copy is worth. */
import { describe, expect, it } from "vitest";
import { codeOf } from "../../src/otp/one-time-code.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, counting, github } from "../helpers/accounts.ts";
import { type Cli, findings, HOUR, now, old, prove, shown, status, uri } from "../helpers/ledger-truth.ts";
import { testCli } from "../helpers/test-cli.ts";

describe("a device that someone else may have", () => {
  it("a lost phone that was replaced was harmless: its copy of a live seed was forgotten", async () => {
    const cli = testCli({ accounts: [github], now });
    await prove(cli, github, "phone");
    await cli.run("device lost phone");
    await prove(cli, github, "newphone");
    const { exitCode, stderr } = await cli.run("device replace phone newphone");
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining("twinseed device lost phone\n")]);
    expect(await findings(cli)).toEqual(["lost-device: twinseed device lost phone"]);
    expect((await cli.run("device lost phone")).stdout).toContain(
      "It has 1 account; 0 enrolled again since.",
    );
    expect(await status(cli, "phone")).toEqual(["left-behind"]);
  });

  it("a replaced phone that was stolen before it was wiped held no account", async () => {
    const cli = testCli({ accounts: [github], now });
    await prove(cli, github, "phone");
    await prove(cli, github, "newphone");
    await cli.run("device replace phone newphone");
    expect(await findings(cli)).toEqual(["retired-device: twinseed device wiped phone"]);
    expect((await cli.run("device lost phone")).stdout).toContain("It has 1 account");
    expect(await findings(cli)).toEqual(["lost-device: twinseed device lost phone"]);
    expect(await cli.run("device retire phone")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('"phone" is lost; nothing was changed'),
    });
  });

  it("the person says that it was wiped: then it holds nothing, not even what was removed", async () => {
    const cli = testCli({ accounts: [github, aws], now });
    for (const [name, seed] of [
      ["octocat", github],
      ["root", aws],
    ] as const)
      await prove(cli, seed, "phone", name);
    for (const [name, seed] of [
      ["octocat", github],
      ["root", aws],
    ] as const)
      await prove(cli, seed, "tablet", name);
    await cli.run("remove root --yes");
    await cli.run("device lost phone");
    expect(await cli.run("device wiped phone")).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("only a new seed of each account rules that out"),
    });
    await cli.run("restore root");
    expect([await findings(cli), await status(cli, "phone")]).toEqual([[], ["wiped", "wiped"]]);
    // And it is enrolled again once it shows a code.
    await cli.run("device add phone --kind phone");
    await cli.run("device retire tablet");
    await cli.run("device wiped tablet");
    expect((await findings(cli)).map((one) => one.split(":")[0])).toEqual(["one-device", "one-device"]);
    cli.clock.now += HOUR;
    await prove(cli, github, "phone");
    expect(await status(cli, "phone")).toContain("proved");
  });

  it("the only copy is on a retired device: it is brought back, not wiped", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("device retire laptop");
    expect(await findings(cli)).toContainEqual("no-copy: twinseed device add laptop --kind computer");
    expect((await findings(cli)).join()).not.toContain("wiped");
    await cli.run("device add laptop --kind computer");
    expect((await findings(cli)).map((one) => one.split(":")[0])).toEqual(["one-device"]);
  });
});

describe("an old screenshot", () => {
  async function reissued(): Promise<Cli> {
    const cli = testCli({ accounts: [old], now });
    await prove(cli, old, "phone");
    await prove(cli, old, "tablet");
    cli.clock.now += HOUR;
    await cli.run("add - --replace", uri(github));
    await prove(cli, github, "phone");
    cli.clock.now += HOUR;
    return cli;
  }

  it.each(["", " --replace", " --name octocat", " --name octocat --replace", " --name other"])(
    "was taken for the newer one, and the live seed called dead: add -%s",
    async (options) => {
      const cli = await reissued();
      const files = new Map(cli.folder.files);
      const { exitCode, stderr } = await cli.run(`add -${options}`, uri(old));
      expect([exitCode, stderr]).toEqual([
        1,
        expect.stringContaining(
          'this is the seed of "GitHub:octocat" that was replaced on 2026-03-03, which no longer works; nothing was added',
        ),
      ]);
      expect(cli.folder.files).toEqual(files);
    },
  );

  it("was imported as a new account, without a word", async () => {
    const cli = await reissued();
    const both = `${formatOtpauthUri(old)}\n${formatOtpauthUri(aws)}\n`;
    const { exitCode, stderr, stdout } = await cli.run("import - --yes", { stdin: both });
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      'left out "GitHub:octocat": this is the seed of "GitHub:octocat" that was replaced on',
    );
    expect(stderr).toContain("imported 1 account from otpauth URIs; 1 with an old seed left out");
    expect(stdout).toContain("(an old seed, left out)");
    expect(JSON.parse((await cli.run("list --json")).stdout)).toHaveLength(2);
  });

  it("is accepted with --force-old, and then the newer one is dead: what each device has is not known", async () => {
    const cli = await reissued();
    expect(await cli.run("add - --force-old", uri(old))).toMatchObject({ exitCode: 1 });
    const { exitCode, stderr } = await cli.run("add - --force-old --replace", uri(old));
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining("in place of the newer seed")]);
    expect(await cli.run("code octocat")).toMatchObject({ stdout: `${shown(old, cli)}\n` });
    expect([await status(cli, "phone"), await status(cli, "tablet")]).toEqual([["dead"], ["dead"]]);
    cli.clock.now += HOUR;
    await prove(cli, old, "phone");
    expect(await cli.run("add -", uri(github))).toMatchObject({ exitCode: 1 });
  });

  it("verify says whose code it is", async () => {
    const cli = await reissued();
    const { stderr } = await cli.run(["verify", "octocat", shown(old, cli), "--device", "tablet"]);
    expect(stderr).toContain("that code belongs to the old seed, which was replaced on 2026-03-03");
    await cli.run("remove octocat --yes");
    expect((await cli.run("verify GitHub:octocat 123456 --device tablet")).stderr).toContain(
      '"GitHub:octocat" was removed on 2026-03-03; to bring it back: twinseed restore',
    );
  });

  it("restore says that it is dead, and proofs of devices that got the newer one do not count", async () => {
    const cli = await reissued();
    const [{ id }] = JSON.parse((await cli.run("list --removed --json")).stdout);
    const { stderr } = await cli.run(["restore", id, "--name", "before"]);
    expect(stderr).toContain("which no longer works");
    const [before] = JSON.parse((await cli.run("list --json")).stdout).filter(
      (one: { name: string }) => one.name === "before",
    );
    expect(before.copies.map((one: { device: string; status: string }) => [one.device, one.status])).toEqual([
      ["laptop", "proved"],
      ["phone", "shown"],
      ["tablet", "proved"],
    ]);
  });
});

describe("removed, and added again from the same picture", () => {
  it("forgot a lost phone's copy", async () => {
    const cli = testCli({ accounts: [github], now });
    await prove(cli, github, "phone");
    await cli.run("device lost phone");
    await cli.run("remove octocat --yes");
    const { stdout } = await cli.run("add - --json", uri(github));
    expect(JSON.parse(stdout)).toMatchObject([{ status: "restored" }]);
    await prove(cli, github, "tablet");
    expect(await findings(cli)).toEqual(["lost-device: twinseed device lost phone"]);
  });

  it("had the counter start at 0 again", async () => {
    const cli = testCli({ accounts: [counting], now });
    const codes = [await cli.run("code Token"), await cli.run("code Token")].map(({ stdout }) =>
      stdout.trim(),
    );
    await cli.run("remove Token --yes");
    await cli.run("add -", uri(counting));
    codes.push((await cli.run("code Token")).stdout.trim());
    expect(codes).toEqual([0, 1, 2].map((counter) => codeOf(counting.secret, counting.otp, counter)));
  });

  it("gave the same code again with --once", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("code octocat --once");
    await cli.run("remove octocat --yes");
    await cli.run("add -", uri(github));
    expect(await cli.run("code octocat --once --no-wait")).toMatchObject({ exitCode: 7, stdout: "" });
  });

  it("a removed login that got another seed since is not restored under it", async () => {
    const cli = testCli({ accounts: [old], now });
    await cli.run("remove octocat --yes");
    cli.clock.now += HOUR;
    await cli.run("add -", uri(github));
    expect(await cli.run("add -", uri(old))).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('"GitHub:octocat" has had another one since 2026-03-03'),
    });
  });
});

describe("a copy that was never proved", () => {
  it("Enter instead of a code cleared what audit said of a dead copy", async () => {
    const cli = testCli({ accounts: [old], now });
    for (const one of ["phone", "tablet"]) await prove(cli, old, one);
    cli.clock.now += HOUR;
    await cli.run("add - --replace", uri(github));
    await prove(cli, github, "tablet");
    expect(await cli.run("qr octocat --device phone", { answers: ["", ""] })).toMatchObject({ exitCode: 0 });
    expect(await findings(cli)).toEqual(["dead-copy: twinseed verify GitHub:octocat --device phone"]);
    // It may have the new seed all the same: if it is lost now, someone else may make codes.
    await cli.run("device lost phone");
    expect(await findings(cli)).toEqual(["lost-device: twinseed device lost phone"]);
  });

  it("a code of the new seed clears it", async () => {
    const cli = testCli({ accounts: [old], now });
    await prove(cli, old, "phone");
    cli.clock.now += HOUR;
    await cli.run("add - --replace", uri(github));
    const answers = [shown(github, cli), ""];
    await cli.run("qr octocat --device phone", { answers });
    expect(await findings(cli)).toEqual([]);
  });

  it("paper: the recommended command printed no new sheet", async () => {
    const cli = testCli({ accounts: [old], now });
    await prove(cli, old, "tablet");
    await cli.run("sheet octocat --device safe --output old.html");
    cli.clock.now += HOUR;
    await cli.run("add - --replace", uri(github));
    await prove(cli, github, "tablet");
    expect(await findings(cli)).toEqual(["dead-copy: twinseed sheet GitHub:octocat --device safe --print"]);
    await cli.run("qr octocat --device safe");
    expect((await findings(cli))[0]).toContain("dead-copy");
    expect(await cli.run("sheet octocat --device safe --print")).toMatchObject({ exitCode: 0 });
    expect(cli.printed).toHaveLength(1);
    expect(await findings(cli)).toEqual([]);
  });

  it("--min-copies 3 counted a device that never proved", async () => {
    const cli = testCli({ accounts: [github], now });
    await prove(cli, github, "phone");
    await cli.run("qr octocat --device tablet");
    expect(await findings(cli)).toEqual([]);
    expect(await findings(cli, "--min-copies 3")).toEqual([
      "unconfirmed: twinseed verify GitHub:octocat --device tablet",
    ]);
    await prove(cli, github, "tablet");
    expect(await findings(cli, "--min-copies 3")).toEqual([]);
  });
});

describe("small", () => {
  it.each(["2026-02-30", "2026-02-30T12:00:00Z", "2026-13-01", "2026-01-31T24:00:00Z", "2025-02-29"])(
    "--at %s was another day",
    async (at) => {
      const cli = testCli({ accounts: [github], now });
      expect(await cli.run(`code octocat --at ${at}`)).toMatchObject({ exitCode: 2, stdout: "" });
      expect(await cli.run(`code --at ${at}`)).toMatchObject({ exitCode: 2, stdout: "" });
    },
  );
  it("--at takes a leap day", async () => {
    const cli = testCli({ accounts: [github], now });
    expect((await cli.run("code octocat --at 2028-02-29T23:59:59+02:00")).exitCode).toBe(0);
  });

  it.each([40_000, 3 * HOUR])(
    "--min-remaining printed a code of the future: set back by %i ms",
    async (back) => {
      const moved = { sleeps: 0 };
      const cli: Cli = testCli({
        accounts: [github],
        now,
        instead: () => ({
          clock: {
            now: () => cli.clock.now,
            async sleep(milliseconds) {
              cli.clock.now += milliseconds - (moved.sleeps++ === 0 ? back : 0);
            },
          },
        }),
      });
      const { stdout } = await cli.run("code octocat --min-remaining 25 --json");
      const step = Number(JSON.parse(stdout).step);
      expect(Math.floor(cli.clock.now / 30_000)).toBe(step);
      expect(JSON.parse(stdout).remaining).toBeGreaterThanOrEqual(25);
    },
  );

  it.each([
    "code octocat",
    "code",
    "code octocat --once",
    "watch --plain",
    "verify octocat 123456 --device phone",
  ])("a clock before 1970 was a bug in twinseed: %s", async (command) => {
    const cli = testCli({ accounts: [github], now });
    await cli.start();
    cli.clock.now = -HOUR;
    const { exitCode, stderr } = await cli.run(command);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining("there are no codes for times before 1970"),
    ]);
    expect(stderr).not.toContain("this is a bug");
  });

  it("a proof from a clock that was 20 years ahead never grew stale", async () => {
    const cli = testCli({ accounts: [github], now });
    cli.clock.now += 20 * 365 * 24 * HOUR;
    await prove(cli, github, "phone");
    cli.clock.now = Date.parse(now);
    expect(await findings(cli)).toEqual(["stale: twinseed verify GitHub:octocat --device phone"]);
    expect((await cli.run("audit")).stdout).toContain("in the future: a clock was wrong");
    await prove(cli, github, "phone");
    expect(await findings(cli)).toEqual([]);
  });

  it("two devices were called like this computer, and its own code proved the other one", async () => {
    const cli = testCli({ now });
    expect(await cli.run("device add Laptop --kind tablet")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("is the name of this computer"),
    });
    await cli.run("add -", uri(github));
    expect(await cli.run("device add laptop --kind tablet")).toMatchObject({ exitCode: 1 });
    // A device of that name may come from another computer.
    const twin = testCli({ now });
    twin.folder.files.set(
      "devices.json",
      JSON.stringify({
        version: 1,
        devices: [{ id: "x", name: "laptop", kind: "tablet", addedAt: now, state: "active" }],
      }),
    );
    await twin.run("add -", uri(github));
    const names = JSON.parse((await twin.run("device list --json")).stdout).map(
      ({ name }: { name: string }) => name,
    );
    expect(names).toEqual(["laptop", "laptop (2)"]);
  });
});
