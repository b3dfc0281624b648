/** What the ledger once said that was not so: which seed lives, what a copy is worth, and which code was spent. */
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { beforeAll, describe, expect, it } from "vitest";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { SEED_STORES } from "../../src/seeds/index.ts";
import { aws, bank, counting, github } from "../helpers/accounts.ts";
import { fakeKeyring, testDeps } from "../helpers/seed-store-deps.ts";
import { testCli } from "../helpers/test-cli.ts";

const now = "2026-03-03T12:00:10Z";
const HOUR = 3_600_000;
const old: Enrollment = { ...github, secret: bank.secret };
const uri = (enrollment: Enrollment) => ({ stdin: formatOtpauthUri(enrollment) });

type Cli = ReturnType<typeof testCli>;

function shown({ secret, otp }: Enrollment, cli: Cli): string {
  return codeOf(secret, otp, otp.type === "hotp" ? otp.counter : stepAt(otp, cli.clock.now));
}
async function prove(cli: Cli, enrollment: Enrollment, device: string, name = "octocat") {
  expect(await cli.run(["verify", name, shown(enrollment, cli), "--device", device])).toMatchObject({
    exitCode: 0,
  });
}
async function findings(cli: Cli, options = ""): Promise<string[]> {
  const { stdout } = await cli.run(`audit --json ${options}`);
  const { accounts }: { accounts: { findings: { kind: string; fix: string }[] }[] } = JSON.parse(stdout);
  return accounts.flatMap((one) => one.findings.map(({ kind, fix }) => `${kind}: ${fix}`));
}
async function status(cli: Cli, device: string): Promise<string[]> {
  const list: { copies: { device: string; status: string }[] }[] = JSON.parse(
    (await cli.run("list --json")).stdout,
  );
  return list.flatMap(({ copies }) =>
    copies.flatMap((copy) => (copy.device === device ? [copy.status] : [])),
  );
}

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

describe("--once gave one code twice", () => {
  it.each([
    ["--once", 30_000],
    ["--once", 3 * HOUR],
    ["--once --pair", 30_000],
  ])("when the clock is set back during the reservation: %s, by %i ms", async (options, back) => {
    const cli = testCli({ accounts: [github], now });
    const first = await cli.run("code octocat --once");
    cli.clock.now += 30_000;
    const { create } = cli.folder;
    const step = Math.floor(cli.clock.now / 30_000);
    Object.assign(cli.folder, {
      create(name: string, text: string) {
        const isCreated = create(name, text);
        if (name.startsWith("steps/")) cli.clock.now -= back;
        return isCreated;
      },
    });
    const { exitCode, stdout } = await cli.run(`code octocat ${options}`);
    expect(exitCode).toBe(0);
    expect(stdout.split("\n")[0]).toBe(codeOf(github.secret, github.otp, step));
    expect(stdout).not.toContain(first.stdout.trim());
    const records = [...cli.folder.files.keys()].filter((name) => name.endsWith(`/${step}`));
    expect(records).toHaveLength(1);
  });

  it("when one seed is asked for by two ways on one computer", async () => {
    const cli = testCli({ accounts: [github], now });
    Object.assign(cli.upkeep.env, { TWINSEED_URI: formatOtpauthUri({ ...github, label: "ci" }) });
    expect((await cli.run("code octocat --once")).exitCode).toBe(0);
    expect(await cli.run("code --env --once --no-wait")).toMatchObject({ exitCode: 7, stdout: "" });
    expect(await cli.run("code - --once --no-wait", uri(github))).toMatchObject({ exitCode: 7, stdout: "" });
    cli.clock.now += 30_000;
    expect((await cli.run("code --env --once")).exitCode).toBe(0);
    expect(await cli.run("code octocat --once --no-wait")).toMatchObject({ exitCode: 7, stdout: "" });
  });

  it("when two accounts have one seed, as after a sync", async () => {
    const cli = await twins(github);
    expect((await cli.run("code first --once")).exitCode).toBe(0);
    expect(await cli.run("code second --once --no-wait")).toMatchObject({ exitCode: 7, stdout: "" });
  });

  it("counters, too: two accounts, the environment, and a code that a device showed", async () => {
    const cli = await twins(counting);
    Object.assign(cli.upkeep.env, { TWINSEED_URI: formatOtpauthUri(counting) });
    const codes: string[] = [];
    const ways = [
      "code first",
      "code second",
      "code --env --once",
      "code first --once",
      "code - --once",
      "code second",
    ];
    for (const way of ways) codes.push((await cli.run(way, uri(counting))).stdout.trim());
    const [next] = await device(cli, "first", 6);
    codes.push(next ?? "", (await cli.run("code second")).stdout.trim());
    expect(codes).toEqual(Array.from({ length: 8 }, (_, i) => codeOf(counting.secret, counting.otp, i)));
  });

  /** The device shows the code of this counter, which spends it. */
  async function device(cli: Cli, name: string, counter: number): Promise<string[]> {
    const code = codeOf(counting.secret, counting.otp, counter);
    expect((await cli.run(["verify", name, code, "--device", "token", "--kind", "hardware"])).exitCode).toBe(
      0,
    );
    return [code];
  }

  async function twins(enrollment: Enrollment): Promise<Cli> {
    const cli = testCli({ now });
    await cli.run("add - --name first", uri(enrollment));
    const [[id = "", text = ""] = []] = [...cli.uris];
    const entry = JSON.parse(cli.folder.files.get(`accounts/${id}.json`) ?? "");
    const twin = { ...entry, id: "a".repeat(16), name: "second" };
    cli.folder.files.set(`accounts/${twin.id}.json`, JSON.stringify(twin));
    cli.uris.set(twin.id, text);
    return cli;
  }
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

describe("a keyring that is locked made accounts look gone", () => {
  let recipient = "";
  beforeAll(async () => {
    recipient = await identityToRecipient(await generateX25519Identity());
  });
  /** KWallet returns an empty text for each locked entry, KeePassXC says that there is none. */
  const LOCKED = { KWallet: "", KeePassXC: null } as const;

  async function locked(answer: string | null): Promise<Cli & { touched: string[] }> {
    const cli = testCli({ accounts: [github, aws, bank], now });
    await cli.run(["backup", "create", "nightly.age", "-r", recipient]);
    cli.folder.files.set("config.json", '{"version":1,"store":"keyring","why":"a keyring answered"}');
    const touched: string[] = [];
    class Locked extends Map<string, string> {
      override get() {
        return answer ?? undefined;
      }
    }
    const load = fakeKeyring(new Locked(), (call) => {
      if (call === "set" || call === "delete") touched.push(call);
      return undefined;
    });
    cli.faults.store = await SEED_STORES.keyring.open(testDeps({ keyring: { load } }));
    return { ...cli, touched };
  }

  it.each(Object.entries(LOCKED))("%s: a backup of nothing replaced a good one", async (_, answer) => {
    const cli = await locked(answer);
    const [before, ledger] = [cli.files.get("nightly.age"), new Map(cli.folder.files)];
    for (const options of [["--force"], ["--force", "--allow-missing"]]) {
      const { exitCode, stderr } = await cli.run([
        "backup",
        "create",
        "nightly.age",
        "-r",
        recipient,
        ...options,
      ]);
      expect([exitCode, stderr]).toEqual([
        6,
        expect.stringContaining(
          "the keyring store opens none of the 3 seeds that the ledger knows: it is locked",
        ),
      ]);
    }
    expect(cli.files.get("nightly.age")).toBe(before);
    expect(cli.folder.files).toEqual(ledger);
  });

  it.each(Object.entries(LOCKED))(
    "%s: each seed was called damaged, and nothing stopped",
    async (_, answer) => {
      const cli = await locked(answer);
      const files = new Map(cli.folder.files);
      const commands = [
        "code",
        "export uris --plaintext",
        "sheet",
        "watch --plain",
        "doctor",
        "doctor --repair",
      ];
      for (const command of commands) {
        const { exitCode, stdout, stderr } = await cli.run(command);
        expect([command, exitCode]).toEqual([command, 6]);
        expect(stdout + stderr).toContain("opens none of the 3 seeds that the ledger knows");
        expect(stdout + stderr).not.toMatch(/damaged|enroll it again/);
      }
      const other = uri({ ...github, label: "new", secret: counting.secret });
      for (const command of ["add -", "import - --yes"])
        expect(await cli.run(command, other)).toMatchObject({
          exitCode: 6,
          stderr: expect.stringContaining("--allow-missing"),
        });
      expect(cli.folder.files).toEqual(files);
      expect(cli.touched).toEqual([]);
    },
  );

  it("a backup with more accounts goes into no store that may be the wrong one", async () => {
    const identity = await generateX25519Identity();
    const from = testCli({ accounts: [github, aws], now, hostname: "desk" });
    await from.run(["backup", "create", "b.age", "-r", await identityToRecipient(identity)]);
    const cli = testCli({ accounts: [bank, { ...bank, label: "x", secret: counting.secret }], now });
    await cli.start();
    for (const [name, bytes] of from.files) cli.files.set(name, bytes);
    cli.files.set("key", identity);
    cli.uris.clear();
    const command = "backup restore b.age -i key --yes";
    expect(await cli.run(command)).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining("opens none of the 2 seeds"),
    });
    expect(cli.uris.size).toBe(0);
    expect((await cli.run(`${command} --allow-missing`)).exitCode).toBe(0);
  });

  it("one seed that can't be read is left out only if the user says so", async () => {
    const cli = testCli({ accounts: [github, aws], now });
    await cli.run(["backup", "create", "nightly.age", "-r", recipient]);
    const before = cli.files.get("nightly.age");
    const [[id = ""] = []] = [...cli.uris];
    cli.uris.delete(id);
    const command = ["backup", "create", "nightly.age", "-r", recipient, "--force"];
    const { exitCode, stderr } = await cli.run(command);
    expect([exitCode, stderr]).toEqual([
      6,
      expect.stringMatching(/no backup was written; "nightly.age" is as it was, and holds 2 accounts/),
    ]);
    expect(cli.files.get("nightly.age")).toBe(before);
    expect((await cli.run([...command, "--allow-missing"])).exitCode).toBe(1);
    expect(cli.files.get("nightly.age")).not.toBe(before);
  });

  it("a wiped keyring can be filled again: by the seeds that the ledger knows, or if the user says that it is a new one", async () => {
    const cli = testCli({ accounts: [github, aws], now });
    await cli.start();
    cli.uris.clear();
    expect((await cli.run("add -", uri(bank))).exitCode).toBe(6);
    expect(await cli.run("add -", uri(github))).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("put back the missing seed"),
    });
    expect((await cli.run("add -", uri(bank))).exitCode).toBe(0);
    cli.uris.clear();
    expect(
      (await cli.run("add - --allow-missing", uri({ ...bank, label: "x", secret: counting.secret })))
        .exitCode,
    ).toBe(0);
  });

  it("a backup that was overwritten still counted for what was removed, and restored since", async () => {
    const cli = testCli({ accounts: [github, aws], now });
    await cli.run(["backup", "create", "b.age", "-r", recipient]);
    // As `backup verify --place safe` would.
    for (const [name, text] of cli.folder.files)
      if (name.startsWith("accounts/"))
        cli.folder.files.set(
          name,
          text.replace(/("addedAt": "[^"]*")(?=\s*\}\s*\])/, `$1, "confirmedAt": "${now}"`),
        );
      else if (name === "devices.json")
        cli.folder.files.set(
          name,
          text.replace(/"kind": "backup",/, `$& "place": "safe", "placedAt": "${now}",`),
        );
    expect(await status(cli, "b")).toEqual(["proved", "proved"]);
    await cli.run("remove octocat --yes");
    await cli.run(["backup", "create", "b.age", "-r", recipient, "--force"]);
    await cli.run("restore GitHub:octocat");
    expect(await status(cli, "b")).toEqual(["near", "near"]);
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
