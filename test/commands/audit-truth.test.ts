/** Faults that new users and random histories found in what the ledger says: each test is named for what went wrong. */
import { describe, expect, it } from "vitest";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { Secret } from "../../src/otp/secret.ts";
import { aws, bank, github } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";

const now = "2026-01-31T12:00:00Z";
const passwords = { "pass.txt": "correct horse battery staple" };
const lock = ["--passphrase-file", "pass.txt"] as const;
type Cli = ReturnType<typeof testCli>;

const codeNow = (cli: Cli, { secret, otp }: typeof github): string =>
  codeOf(secret, otp, otp.type === "hotp" ? 0 : stepAt(otp, cli.clock.now));

const uris = (...accounts: (typeof github)[]): string =>
  `${accounts.map((one) => formatOtpauthUri(one)).join("\n")}\n`;

async function auditOf(cli: Cli) {
  const { exitCode, stdout } = await cli.run("audit --json");
  const report: {
    complete: boolean;
    accounts: { account: { name: string }; findings: { kind: string; message: string; fix: string }[] }[];
    findings: { kind: string; message: string; fix: string }[];
  } = JSON.parse(stdout);
  const kinds = [...report.findings, ...report.accounts.flatMap(({ findings }) => findings)].map(
    ({ kind }) => kind,
  );
  return { exitCode, report, kinds: [...new Set(kinds)] };
}

/** Of the account whose name has this part. */
const copyOn = async (cli: Cli, name: string, device: string) => {
  const list: { name: string; copies: { device: string; status: string; confirmedAt: string | null }[] }[] =
    JSON.parse((await cli.run("list --json")).stdout);
  const account = list.find((one) => one.name.includes(name));
  return account?.copies.find((copy) => copy.device === device);
};

describe("audit was green over a ledger that it couldn't read", () => {
  async function safe() {
    const cli = testCli({ accounts: [github, bank], now });
    await cli.run(["verify", "octocat", codeNow(cli, github), "--device", "phone"]);
    await cli.run(["verify", "example.org", codeNow(cli, bank), "--device", "phone"]);
    expect(await cli.run("audit")).toMatchObject({ exitCode: 0 });
    return cli;
  }
  const entryOf = (cli: Cli): string =>
    [...cli.folder.files.keys()].find((name) => name.startsWith("accounts/")) ?? "";

  it("a damaged entry: exit 1, with its name, and the command that brings it back", async () => {
    const cli = await safe();
    const file = entryOf(cli);
    cli.folder.files.set(file, "{");
    const { exitCode, report } = await auditOf(cli);
    expect(exitCode).toBe(1);
    expect(report.complete).toBe(false);
    const [finding] = report.findings;
    expect(finding).toMatchObject({ kind: "unreadable", message: expect.stringContaining(file) });
    const { stdout, stderr } = await cli.run("audit");
    expect(stdout).toContain(file);
    expect(stdout).not.toMatch(/^\d+ accounts?, none at risk/m);
    expect(stderr).toContain("this is not the whole truth");
    expect((await cli.run((finding?.fix ?? "").replace("twinseed ", ""))).exitCode).toBe(0);
    expect((await auditOf(cli)).kinds).not.toContain("unreadable");
  });

  it("no entry that can be read: not a word of accounts that are not at risk", async () => {
    const cli = await safe();
    for (const name of cli.folder.files.keys())
      if (name.startsWith("accounts/")) cli.folder.files.set(name, "{");
    const { exitCode, stdout } = await cli.run("audit");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^of what could be read: no account$/m);
    expect(stdout).not.toContain("none at risk");
  });

  it("exit 1 wins over 8, and the findings are printed all the same", async () => {
    const cli = testCli({ accounts: [github, bank], now });
    cli.folder.files.set(entryOf(cli) || "accounts/aaaaaaaaaaaaaaaa.json", "{");
    await cli.start();
    cli.folder.files.set(entryOf(cli), "{");
    const { exitCode, kinds } = await auditOf(cli);
    expect([exitCode, kinds]).toEqual([1, ["unreadable", "one-device"]]);
  });

  it.each([
    ["missing", undefined, "unknown-device", "twinseed backup restore FILE"],
    ["not JSON", "{", "unreadable", "twinseed backup restore FILE"],
    ["one that can't be read", '{"version":1,"devices":[{}]}', "unreadable", "twinseed doctor --repair"],
    ["of a newer twinseed", '{"version":9,"devices":[]}', "unreadable", "twinseed doctor"],
  ])("devices.json is %s: no copy counts, and a lost phone is not alive", async (_, text, kind, fix) => {
    const cli = await safe();
    await cli.run("device lost phone");
    if (text === undefined) cli.folder.files.delete("devices.json");
    else cli.folder.files.set("devices.json", text);
    const { exitCode, report } = await auditOf(cli);
    expect([exitCode, report.complete]).toEqual([1, false]);
    expect(report.findings[0]).toMatchObject({ kind, fix });
    expect(report.accounts.every(({ findings }) => findings.length > 0)).toBe(true);
  });

  it("a device that is not in the list may be lost; a backup knows it, or the user says that it was a mistake", async () => {
    const cli = testCli({ accounts: [github], now, files: passwords });
    await cli.run(["verify", "octocat", codeNow(cli, github), "--device", "phone"]);
    await cli.run(["backup", "create", "b.age", ...lock]);
    const list = cli.folder.files.get("devices.json") ?? "";
    const without = {
      version: 1,
      devices: JSON.parse(list).devices.filter((one: { kind: string }) => one.kind !== "phone"),
    };
    cli.folder.files.set("devices.json", JSON.stringify(without));
    const { report } = await auditOf(cli);
    expect(report).toMatchObject({ complete: false, findings: [{ kind: "unknown-device" }, {}] });
    await cli.run(["backup", "restore", "b.age", ...lock, "--yes"]);
    expect((await auditOf(cli)).kinds).not.toContain("unknown-device");
    cli.folder.files.set("devices.json", JSON.stringify(without));
    const id = /\(([a-z2-7]+)\)/.exec(report.findings[0]?.message ?? "")?.[1] ?? "";
    expect(await cli.run(["device", "remove", id])).toMatchObject({ exitCode: 1 });
    expect(await cli.run(["device", "remove", id, "--mistake"])).toMatchObject({ exitCode: 0 });
    expect((await auditOf(cli)).kinds).not.toContain("unknown-device");
  });

  it("dates in the future are a finding, which goes once a time server says that the clock is right", async () => {
    const cli = testCli({ accounts: [github], now: "2030-01-31T12:00:00Z" });
    await cli.run(["verify", "octocat", codeNow(cli, github), "--device", "phone"]);
    await cli.run("device wiped phone");
    cli.clock.now = Date.parse(now);
    await cli.run(["verify", "octocat", codeNow(cli, github), "--device", "phone"]);
    const { exitCode, report } = await auditOf(cli);
    expect(exitCode).toBe(8);
    expect(report.findings[0]).toMatchObject({
      kind: "future-date",
      fix: "twinseed doctor --repair --ntp pool.ntp.org",
    });
    cli.upkeep.ahead = -3_600_000;
    await cli.run("doctor --repair --ntp pool.ntp.org");
    expect((await auditOf(cli)).kinds).toContain("future-date");
    cli.upkeep.ahead = 0;
    await cli.run("doctor --repair --ntp pool.ntp.org");
    expect((await auditOf(cli)).kinds).not.toContain("future-date");
    cli.clock.now += 60_000;
    await cli.run(["verify", "octocat", codeNow(cli, github), "--device", "phone"]);
    expect(await cli.run("audit")).toMatchObject({ exitCode: 0 });
  });
});

describe("the advice about backups cured nothing, and a file next to the seeds counted", () => {
  it("a new file follows the old one: no backup is behind any more", async () => {
    const cli = testCli({ accounts: [github], now, files: passwords });
    await cli.run(["backup", "create", "oct.age", ...lock]);
    await cli.run("add -", { stdin: formatOtpauthUri(bank) });
    cli.clock.now += 60_000;
    const { report } = await auditOf(cli);
    const behind = report.findings.find(({ kind }) => kind === "backup-behind");
    expect(behind?.fix).toBe("twinseed backup create FILE --follows oct");
    const typed = (behind?.fix ?? "").replace("FILE", "nov.age").split(" ").slice(1);
    expect(await cli.run([...typed, ...lock])).toMatchObject({ exitCode: 0 });
    expect((await auditOf(cli)).kinds).not.toContain("backup-behind");
    const devices = JSON.parse((await cli.run("device list --json")).stdout);
    expect(devices.map(({ name }: { name: string }) => name)).toEqual(["laptop", "nov"]);
    // The old file is not taken for the new one.
    const old = await cli.run(["backup", "verify", "oct.age", ...lock, "--place", "safe"]);
    expect([old.exitCode, old.stderr]).toEqual([1, expect.stringContaining("a later backup is also called")]);
  });

  it("on a terminal it is offered", async () => {
    const cli = testCli({ accounts: [github], now, files: passwords });
    await cli.run(["backup", "create", "oct.age", ...lock]);
    const { terminal } = await cli.run(["backup", "create", "nov.age", ...lock], { answers: ["y"] });
    expect(terminal).toContain('Does "nov" take the place of the backup "oct"?');
    await cli.run(["backup", "create", "usb.age", ...lock], { answers: ["n"] });
    await cli.run(["backup", "create", "dec.age", ...lock], { answers: ["what?", "NOV"] });
    const devices = JSON.parse((await cli.run("device list --json")).stdout);
    expect(devices.map(({ name }: { name: string }) => name)).toEqual(["laptop", "dec", "usb"]);
  });

  it("does not ask at a terminal what --follows has said", async () => {
    const cli = testCli({ accounts: [github], now, files: passwords });
    await cli.run(["backup", "create", "oct.age", ...lock]);
    const second = await cli.run(["backup", "create", "nov.age", ...lock, "--follows", "oct"], {
      answers: [],
    });
    expect(second).toMatchObject({ exitCode: 0, questions: [] });
  });

  it.each([
    ["phone", 1],
    ["nothing", 3],
  ])("it can't follow what is no backup: %s", async (name, exitCode) => {
    const cli = testCli({ accounts: [github], now, files: passwords });
    await cli.run("device add phone");
    expect(await cli.run(["backup", "create", "b.age", ...lock, "--follows", name])).toMatchObject({
      exitCode,
    });
    expect(cli.files.has("b.age")).toBe(false);
  });

  it("it counts once the user says where it is; the file that is written over it does not", async () => {
    const cli = testCli({ accounts: [github], now, files: passwords });
    await cli.run(["backup", "create", "b.age", ...lock]);
    await cli.run(["backup", "verify", "b.age", ...lock]);
    const [one] = (await auditOf(cli)).report.accounts;
    expect(one?.findings).toMatchObject([
      { kind: "one-device", fix: "twinseed backup verify FILE --place PLACE" },
    ]);
    await cli.run(["backup", "verify", "b.age", ...lock, "--place", "bank box"]);
    expect(await cli.run("audit")).toMatchObject({ exitCode: 0 });
    expect((await cli.run("device list")).stdout).toContain("kept in bank box");
    cli.clock.now += 60_000;
    await cli.run(["backup", "create", "b.age", ...lock, "--force"]);
    await cli.run(["backup", "verify", "b.age", ...lock]);
    expect((await auditOf(cli)).kinds).toEqual(["one-device"]);
  });

  it("the place of an old file is not that of the one that followed it, even if the old one has nothing in common with the accounts here", async () => {
    const cli = testCli({ accounts: [github], now, files: passwords });
    await cli.run(["backup", "create", "old.age", ...lock, "--device", "usb"]);
    cli.clock.now += 60_000;
    await cli.run("add -", { stdin: formatOtpauthUri(bank) });
    await cli.run(["backup", "create", "new.age", ...lock, "--device", "usb"]);
    await cli.run("remove octocat --yes");
    const { exitCode, stderr } = await cli.run(["backup", "verify", "old.age", ...lock, "--place", "safe"]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("a later backup is also called")]);
    expect(await copyOn(cli, "example.org", "usb")).toMatchObject({ status: "near" });
  });

  it("a backup that was just restored was never verified", async () => {
    const cli = testCli({ accounts: [github], now, files: passwords });
    await cli.run(["backup", "create", "b.age", ...lock]);
    const other = testCli({
      hostname: "desk",
      now,
      files: { ...passwords, "b.age": cli.files.get("b.age") ?? "" },
    });
    await other.run(["backup", "restore", "b.age", ...lock, "--yes"]);
    expect((await auditOf(other)).kinds).not.toContain("backup-unverified");
    expect(await copyOn(other, "octocat", "b")).toMatchObject({ confirmedAt: expect.any(String) });
  });
});

describe("a code that was typed too early made a device, for good", () => {
  it("is recognized where a name is asked", async () => {
    const cli = testCli({ accounts: [github], now });
    const code = codeNow(cli, github);
    const { pictures, stderr } = await cli.run("qr octocat", { answers: [code, "phone", code, ""] });
    expect(pictures.join("\n")).toContain("That is a code.");
    expect(stderr).toContain('"phone" is confirmed');
    const devices = JSON.parse((await cli.run("device list --json")).stdout);
    expect(devices.map(({ name }: { name: string }) => name)).toEqual(["laptop", "phone"]);
  });

  it.each([
    "device add 330675",
    "device add '330 675'",
    "verify octocat CODE --device 330675",
    "qr octocat --device 330675",
  ])("is no name: %s", async (command) => {
    const cli = testCli({ accounts: [github], now });
    const { exitCode, stderr } = await cli.run(command.replace("CODE", codeNow(cli, github)));
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("looks like a code")]);
    expect((await cli.run("device list")).stdout).not.toContain("330");
  });

  it("is no name to change to either, and nothing is said of adding", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.run("device add phone --kind phone");
    expect(await cli.run("device rename phone '330 675'")).toMatchObject({
      exitCode: 2,
      stderr:
        'twinseed: error: "330 675" looks like a code, not like the name of a device; nothing was changed\n' +
        "twinseed: hint: choose a name such as phone\n",
    });
    expect((await cli.run("device list")).stdout).toContain("phone");
  });

  it("a device can be removed, but not one that may have a seed, unless that was a mistake", async () => {
    const cli = testCli({ accounts: [github, bank], now });
    await cli.run(["verify", "octocat", codeNow(cli, github), "--device", "phone"]);
    await cli.run(["verify", "example.org", codeNow(cli, bank), "--device", "phone"]);
    for (const state of ["", "retire", "lost"]) {
      if (state !== "") await cli.run(["device", state, "phone"]);
      const { exitCode, stderr } = await cli.run("device remove phone");
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining("may have 2 seeds")]);
    }
    expect(await cli.run("device remove phone octocat --mistake")).toMatchObject({ exitCode: 0 });
    expect(await copyOn(cli, "octocat", "phone")).toBeUndefined();
    expect(await copyOn(cli, "example.org", "phone")).toBeDefined();
    expect(await cli.run("device remove phone octocat")).toMatchObject({ exitCode: 3 });
    await cli.run("device wiped phone");
    expect(await cli.run("device remove phone")).toMatchObject({ exitCode: 0 });
    expect((await auditOf(cli)).kinds).toEqual(["one-device"]);
    expect(await cli.run("device remove laptop --mistake")).toMatchObject({ exitCode: 2 });
  });

  it("verify and device add ask for what is missing, and know the usual names", async () => {
    const cli = testCli({ accounts: [github], now });
    const code = codeNow(cli, github);
    const { exitCode, terminal } = await cli.run("verify octocat", { answers: [code, "My iPhone", code] });
    expect([exitCode, terminal]).toEqual([0, expect.stringContaining("That is a code, not a name.")]);
    await cli.run("device add", { answers: ["slab", "toaster", "tablet"] });
    const names = ["Pixel 9", "old iPad", "YubiKey 5C", "work laptop", "safe", "newphone"];
    for (const name of names) expect((await cli.run(["device", "add", name])).exitCode).toBe(0);
    const devices: { kind: string }[] = JSON.parse((await cli.run("device list --json")).stdout);
    const kinds = [
      "computer",
      "phone",
      "tablet",
      "phone",
      "tablet",
      "hardware",
      "computer",
      "paper",
      "phone",
    ];
    expect(devices.map(({ kind }) => kind)).toEqual(kinds);
    expect(await cli.run("verify octocat")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("--device"),
    });
    expect(await cli.run("device add thing")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("--kind"),
    });
  });
});

describe("31 accounts on one device were 93 lines, 31 times the same command", () => {
  const many = Array.from({ length: 31 }, (_, i) => ({
    ...github,
    label: `login-${i}`,
    secret: Secret.of(new Uint8Array(20).fill(i + 1)),
  }));

  it("is one paragraph, whose commands fix them all; --all shows each", async () => {
    const cli = testCli({ now, files: { ...passwords, "all.txt": uris(...many) } });
    await cli.run("import all.txt --yes");
    const { exitCode, stdout } = await cli.run("audit");
    expect(exitCode).toBe(8);
    expect(stdout).toBe(
      [
        "31 accounts are only on this computer:",
        "  GitHub:login-0, GitHub:login-1, GitHub:login-10, GitHub:login-11, and 27 more (--all lists them)",
        "    twinseed backup create FILE",
        "    or: twinseed qr --google --device NAME",
        "31 of 31 at risk\n".replace("31 at", "31 accounts at"),
      ].join("\n"),
    );
    expect(
      (await cli.run("audit --all")).stdout.split("\n").filter((line) => line.includes("--device NAME")),
    ).toHaveLength(31);
    await cli.run("qr --google --device phone");
    expect((await cli.run("audit")).stdout).toContain("    twinseed device check phone EXPORT\n");
    expect(await cli.run("device check phone all.txt")).toMatchObject({ exitCode: 0 });
    expect(await cli.run("audit")).toMatchObject({ exitCode: 0, stdout: "31 accounts, none at risk\n" });
  });

  it("a device's name is never an option or a command of the lines to paste", async () => {
    const cli = testCli({ accounts: [github, bank], now });
    for (const name of ["octocat", "example.org"])
      await cli.run(["export", "uris", "--plaintext", "--accounts", name, "--device=--$(id>x)"]);
    expect((await cli.run("audit")).stdout).not.toContain("twinseed device check --$");
    expect((await cli.run("audit --json")).stdout).not.toMatch(/"fix":"[^"]*\$\(/);
  });
});

describe("a phone's export was not compared", () => {
  const other = { ...github, secret: Secret.of(new Uint8Array(20).fill(9)) };
  const stranger = {
    ...aws,
    issuer: "Elsewhere",
    label: "only-there",
    secret: Secret.of(new Uint8Array(20).fill(8)),
  };
  async function home() {
    const cli = testCli({
      accounts: [github, bank, aws],
      now,
      files: { "phone.txt": uris(bank, other, stranger), "all.txt": uris(bank, github, aws) },
    });
    await cli.start();
    return cli;
  }

  it("same, another seed, missing, and unknown here; exit 8; nothing is imported", async () => {
    const cli = await home();
    await cli.run(["verify", "octocat", codeNow(cli, github), "--device", "phone"]);
    cli.clock.now += 60_000;
    const before = new Map(cli.uris);
    const { exitCode, stdout, stderr } = await cli.run("device check phone phone.txt");
    expect(exitCode).toBe(8);
    expect(stdout.split("\n").map((line) => line.slice(0, 40).trimEnd())).toEqual([
      "another seed  GitHub:octocat",
      expect.stringMatching(/^missing {7}Amazon Web/),
      "only there    Elsewhere:only-there",
      expect.stringMatching(/^same {10}/),
      "",
    ]);
    expect(stderr).toContain("only one of them works");
    expect(cli.uris).toEqual(before);
    expect(await copyOn(cli, "example.org", "phone")).toMatchObject({ status: "proved" });
    // What the phone was thought to have proved is in doubt now.
    expect(await copyOn(cli, "octocat", "phone")).toMatchObject({ status: "shown", confirmedAt: null });
  });

  it("as JSON", async () => {
    const cli = await home();
    const { exitCode, stdout } = await cli.run("device check phone phone.txt --json");
    const result = JSON.parse(stdout);
    expect(exitCode).toBe(8);
    expect(result).toMatchObject({
      version: 1,
      device: "phone",
      complete: true,
      same: [{ label: bank.label }],
      otherSeed: [{ account: { label: github.label }, hasBoth: false }],
      missing: [{ label: aws.label }],
      unknown: [{ issuer: "Elsewhere", label: "only-there" }],
      confirmed: [{ label: bank.label }],
    });
    expect(stdout).not.toMatch(/secret/);
  });

  it("sixty accounts are one file: exit 0, and all of them are confirmed", async () => {
    const cli = await home();
    expect(await cli.run("device check phone all.txt")).toMatchObject({ exitCode: 0 });
    expect(await cli.run("audit")).toMatchObject({ exitCode: 0 });
  });

  it("what an export lacks stays in doubt, whatever an older export or an older backup says", async () => {
    const cli = await home();
    await cli.run(["verify", "root-account", codeNow(cli, aws), "--device", "phone"]);
    cli.files.set("pass.txt", passwords["pass.txt"]);
    await cli.run(["backup", "create", "b.age", ...lock]);
    cli.modified.set("all.txt", cli.clock.now + 30_000);
    cli.clock.now += 60_000;
    await cli.run("device check phone phone.txt");
    expect(await copyOn(cli, "root-account", "phone")).toMatchObject({ status: "shown" });
    await cli.run("device check phone all.txt");
    expect(await copyOn(cli, "root-account", "phone")).toMatchObject({ status: "shown" });
    expect(await cli.run(["backup", "restore", "b.age", ...lock, "--yes"])).toMatchObject({ exitCode: 0 });
    expect(await copyOn(cli, "root-account", "phone")).toMatchObject({ status: "shown", confirmedAt: null });
    cli.clock.now += 60_000;
    await cli.run(["verify", "root-account", codeNow(cli, aws), "--device", "phone"]);
    expect(await copyOn(cli, "root-account", "phone")).toMatchObject({ status: "proved" });
  });

  it("twinseed's own file does not say what a phone has, only what another computer has", async () => {
    const cli = await home();
    await cli.run("export json --output ours.json");
    for (const command of ["device check phone ours.json", "import ours.json --yes --device phone"]) {
      const { exitCode, stderr } = await cli.run(command);
      expect([command, exitCode, stderr]).toEqual([
        command,
        1,
        expect.stringContaining('does not say what "phone" has; nothing was changed'),
      ]);
    }
    expect((await cli.run("device list")).stdout).not.toContain("phone");
    expect((await cli.run("audit")).exitCode).toBe(8);
    await cli.run("device add server --kind computer");
    expect(await cli.run("device check server ours.json")).toMatchObject({ exitCode: 0 });
  });

  it("an export from before the phone was wiped proves nothing", async () => {
    const cli = await home();
    cli.modified.set("all.txt", cli.clock.now - 3_600_000);
    await cli.run("device check phone all.txt");
    await cli.run("device wiped phone");
    cli.clock.now += 60_000;
    await cli.run("device check phone all.txt");
    expect(await copyOn(cli, "example.org", "phone")).toMatchObject({ status: "wiped" });
    expect((await cli.run("audit")).exitCode).toBe(8);
  });

  it("an entry that can't be read may be what seems to be missing: nothing is doubted, and it is not exit 0", async () => {
    const cli = await home();
    await cli.run("device check phone all.txt");
    cli.clock.now += 60_000;
    cli.files.set("some.txt", `${uris(bank, github)}otpauth://totp/broken?secret=!!!\n`);
    const { exitCode } = await cli.run("device check phone some.txt");
    expect(exitCode).toBe(8);
    expect(await copyOn(cli, "Amazon", "phone")).toMatchObject({ status: "proved" });
  });

  it.each(["safe", "laptop2"])("lost devices, paper and backups are not checked: %s", async (name) => {
    const cli = await home();
    await cli.run(["device", "add", name, "--kind", name === "safe" ? "paper" : "phone"]);
    if (name !== "safe") await cli.run(["device", "lost", name]);
    expect(await cli.run(["device", "check", name, "all.txt"])).toMatchObject({ exitCode: 1 });
  });

  it("import --device says the same, and (2) does not hide that two devices disagree", async () => {
    const cli = await home();
    const { stdout, stderr } = await cli.run("import phone.txt --device phone --yes");
    expect(stdout).toContain('GitHub:octocat (2)  (another seed than "GitHub:octocat" here)');
    expect(stderr).toContain('"phone" has another seed of "GitHub:octocat"');
    expect(stderr).toContain('not in the export of "phone": "Amazon Web Services');
    expect(await copyOn(cli, "example.org", "phone")).toMatchObject({ status: "proved" });
    expect(await copyOn(cli, "octocat (2)", "phone")).toMatchObject({ status: "proved" });
  });
});
