/** doctor: what it finds, what it fixes, and that it changes nothing unasked. */
import { describe, expect, it } from "vitest";
import { ExitCode, UserError } from "../../src/base/errors.ts";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { newDataKey } from "../../src/seeds/file/data-key.ts";
import { writeSlot } from "../../src/seeds/file/slots.ts";
import { NoKeyring } from "../../src/seeds/keyring/keyring-errors.ts";
import { aws, bank, counting, everyAccount, github, odd } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";

const now = "2005-03-18T01:58:29Z";
const CONFIG = '{"version":1,"store":"keyring","why":"a keyring answered"}\n';
const locked = new UserError("can't list the keyring's entries: it is locked", ExitCode.locked, [
  "unlock it",
]);

async function machine(accounts: readonly Enrollment[] = [github, aws]) {
  const cli = testCli({ accounts, now });
  await cli.start();
  cli.folder.files.set("config.json", CONFIG);
  const idOf = (issuer: string): string => {
    const text = [...cli.folder.files].find(
      ([name, text]) => /^accounts/.test(name) && text.includes(issuer),
    );
    return JSON.parse(text?.[1] ?? "{}").id;
  };
  return { ...cli, idOf };
}

interface Report {
  readonly ok: boolean;
  readonly checks: { check: string; state: string; message: string; fix?: string }[];
  readonly repaired: string[];
}

async function doctor(cli: Awaited<ReturnType<typeof machine>>, ...options: string[]) {
  const { exitCode, stdout, stderr } = await cli.run(["doctor", "--json", ...options]);
  const report: Report = JSON.parse(stdout);
  const wrong = report.checks.filter(({ state }) => state === "wrong");
  return { exitCode, stderr, wrong, repaired: report.repaired, report };
}

describe("nothing wrong", () => {
  it("says so about every kind of account, changes nothing, shows no seed", async () => {
    const cli = await machine(everyAccount);
    const before = new Map(cli.folder.files);
    const { exitCode, stdout, stderr } = await cli.run("doctor");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout.split("\n").filter((line) => line !== "" && !line.startsWith("ok "))).toEqual([]);
    expect(stdout).toContain(`${everyAccount.length} seeds opened`);
    expect(stdout).not.toMatch(/secret=|otpauth|GEZDGNBV/);
    expect(cli.folder.files).toEqual(before);
  });
  it("in a home that is not there yet, with a keyring, without one, and with a file store to come", async () => {
    const cli = testCli();
    for (const change of [
      () => {},
      () => {
        cli.faults.listing = new NoKeyring(
          "can't list the keyring's entries: there is none",
          ExitCode.locked,
        );
      },
      () => {
        cli.upkeep.env.TWINSEED_STORE = "file";
      },
    ]) {
      change();
      const { exitCode, stdout } = await cli.run("doctor");
      expect({ exitCode, size: cli.folder.files.size }).toEqual({ exitCode: 0, size: 0 });
      expect(stdout).toContain("nothing is stored yet");
    }
  });
  it("a counter that has moved on is as it should be", async () => {
    const cli = await machine([counting]);
    await cli.run("code Token");
    expect(await doctor(cli)).toMatchObject({ exitCode: 0 });
  });
});

describe("a lost ledger", () => {
  it("is rebuilt from the keyring: the same codes, names from the seeds, config.json with the reason", async () => {
    const cli = await machine(everyAccount);
    const codes = async () => (await cli.run("code --at 2026-01-31T12:00:00Z")).stdout;
    const before = await codes();
    cli.folder.files.clear();
    const found = await doctor(cli);
    expect(found).toMatchObject({
      exitCode: 1,
      wrong: [{ check: "config", fix: "twinseed doctor --repair" }],
    });
    expect(cli.folder.files.size).toBe(0);
    const { exitCode, repaired } = await doctor(cli, "--repair");
    expect({ exitCode, repaired: repaired.length }).toEqual({
      exitCode: 0,
      repaired: 1 + everyAccount.length,
    });
    expect(JSON.parse(cli.folder.files.get("config.json") ?? "")).toEqual({
      version: 1,
      store: "keyring",
      why: `doctor --repair found ${everyAccount.length} seeds there`,
    });
    expect(await codes()).toBe(before);
    const [first] = JSON.parse((await cli.run("list --json")).stdout);
    expect(first.copies).toMatchObject([
      { device: "laptop", kind: "computer", confirmedAt: expect.any(String) },
    ]);
    expect(await doctor(cli, "--repair")).toMatchObject({ exitCode: 0, repaired: [] });
  });
  it("two logins of one name get different names; counters start again, and that is said", async () => {
    const cli = await machine([github, counting]);
    cli.uris.set("aaaaaaaaaaaaaaaa", formatOtpauthUri({ ...github, secret: bank.secret }));
    cli.folder.files.clear();
    const { stderr } = await doctor(cli, "--repair");
    expect(stderr).toContain('the counter of "Token Ltd:42" starts again at 0');
    const names = JSON.parse((await cli.run("list --json")).stdout).map(({ name }: { name: string }) => name);
    expect(names).toEqual(["GitHub:octocat", "GitHub:octocat (2)", "Token Ltd:42"]);
  });
  it("probes and what others have put into the keyring are left alone", async () => {
    const cli = await machine();
    for (const name of ["probe0123456789ab", "probeaaaaaaaaaaaa", "somebody@example.org", "../x"])
      cli.uris.set(name, "not ours");
    cli.folder.files.clear();
    expect(await doctor(cli, "--repair")).toMatchObject({ exitCode: 0 });
    expect((await cli.run("doctor")).stdout).toContain("every seed has an entry; 2 other entries left alone");
    expect((await cli.run("list")).stdout.split("\n")).toHaveLength(3);
  });
  it("seeds of the usual data folder are not taken into another one", async () => {
    const cli = await machine();
    cli.upkeep.idsElsewhere = [...cli.uris.keys()];
    cli.folder.files.clear();
    expect(await doctor(cli, "--repair")).toMatchObject({ exitCode: 0, repaired: [] });
    expect(cli.folder.files.size).toBe(0);
  });
  it("with a keyring that is locked is exit 6, with or without --repair", async () => {
    const cli = await machine();
    cli.folder.files.clear();
    cli.faults.listing = locked;
    for (const options of [[], ["--repair"]]) {
      expect(await doctor(cli, ...options)).toMatchObject({
        exitCode: 6,
        wrong: [{ check: "config", message: expect.stringContaining("it is locked"), fix: "unlock it" }],
      });
    }
    expect(cli.folder.files.size).toBe(0);
  });
  it("where TWINSEED_STORE says file, no keyring is chosen", async () => {
    const cli = await machine();
    cli.folder.files.delete("config.json");
    cli.upkeep.env.TWINSEED_STORE = "file";
    expect(await doctor(cli, "--repair")).toMatchObject({
      exitCode: 1,
      wrong: [{ check: "config" }],
      repaired: [],
    });
    expect(cli.folder.files.has("config.json")).toBe(false);
  });
});

describe("config.json", () => {
  it("damaged: is written anew, and kept", async () => {
    const cli = await machine();
    cli.folder.files.set("config.json", '{"version":1,"sto');
    expect(await doctor(cli)).toMatchObject({ exitCode: 1, wrong: [{ check: "config" }] });
    expect(await doctor(cli, "--repair")).toMatchObject({ exitCode: 0 });
    expect(cli.folder.files.get("damaged/config.json")).toBe('{"version":1,"sto');
  });
  it("of a newer version: is left alone", async () => {
    const cli = await machine();
    const newer = CONFIG.replace('"version":1', '"version":2');
    cli.folder.files.set("config.json", newer);
    expect(await doctor(cli, "--repair")).toMatchObject({
      exitCode: 1,
      wrong: [{ check: "config" }],
      repaired: [],
    });
    expect(cli.folder.files.get("config.json")).toBe(newer);
  });
});

describe("seeds", () => {
  it("an add that was cut off left a seed: it gets its entry; the same one twice is put aside", async () => {
    const cli = await machine();
    cli.uris.set("aaaaaaaaaaaaaaaa", formatOtpauthUri(bank));
    cli.uris.set("bbbbbbbbbbbbbbbb", formatOtpauthUri(bank));
    cli.uris.set("cccccccccccccccc", formatOtpauthUri(github));
    expect((await doctor(cli)).wrong.map(({ check }) => check)).toEqual(["orphans", "orphans", "orphans"]);
    const { exitCode, repaired } = await doctor(cli, "--repair");
    expect(exitCode).toBe(0);
    expect(repaired.map((text) => text.split(" ")[0])).toEqual(["rebuilt", "moved", "moved"]);
    expect(JSON.parse((await cli.run("list --json")).stdout)).toHaveLength(3);
    expect(JSON.parse((await cli.run("list --removed --json")).stdout)).toHaveLength(2);
    expect(cli.uris.size).toBe(5);
  });
  it("of a removed account is no orphan, also where its entry is damaged", async () => {
    const cli = await machine();
    const id = cli.idOf("GitHub");
    await cli.run("remove octocat --yes");
    expect(await doctor(cli)).toMatchObject({ exitCode: 0 });
    cli.folder.files.set(`removed/${id}.json`, "{");
    expect(await doctor(cli, "--repair")).toMatchObject({ wrong: [{ check: "accounts" }], repaired: [] });
  });
  it("gone: says where else it is, and never forgets the account", async () => {
    const cli = await machine();
    cli.uris.delete(cli.idOf("GitHub"));
    const { exitCode, wrong, repaired } = await doctor(cli, "--repair");
    expect({ exitCode, repaired }).toEqual({ exitCode: 1, repaired: [] });
    expect(wrong).toMatchObject([{ check: "seeds", fix: expect.stringContaining("enroll again") }]);
    expect((await cli.run("list")).stdout).toContain("GitHub:octocat");
  });
  it("another one under the same id is not believed", async () => {
    const cli = await machine();
    cli.uris.set(cli.idOf("GitHub"), formatOtpauthUri(bank));
    const before = new Map(cli.folder.files);
    const { wrong } = await doctor(cli, "--repair");
    expect(wrong).toMatchObject([{ message: expect.stringContaining("a different seed") }]);
    expect(cli.folder.files).toEqual(before);
  });
  it("damaged: the entry and the others are left as they are, and the text is not shown", async () => {
    const cli = await machine();
    cli.uris.set(cli.idOf("GitHub"), "GEZDGNBVGY3TQOJQ");
    cli.uris.set("aaaaaaaaaaaaaaaa", "GEZDGNBVGY3TQOJQ");
    const { wrong, repaired, report } = await doctor(cli, "--repair");
    expect(wrong.map(({ check }) => check)).toEqual(["seeds", "orphans"]);
    expect(JSON.stringify(report)).not.toContain("GEZDGNBV");
    expect(repaired).toEqual([]);
  });
  it("locked: is exit 6, and the rest is checked", async () => {
    const cli = await machine();
    cli.faults.seeds = new UserError("the seeds are locked", ExitCode.locked, ["set TWINSEED_KEY"]);
    expect(await doctor(cli, "--repair")).toMatchObject({
      exitCode: 6,
      wrong: [{ check: "store", message: "the seeds are locked", fix: "set TWINSEED_KEY" }],
      report: { checks: expect.arrayContaining([expect.objectContaining({ check: "clock", state: "ok" })]) },
    });
  });
  it("a keyring that gives seeds but no list is exit 6 too", async () => {
    const cli = await machine();
    cli.faults.listing = locked;
    expect(await doctor(cli)).toMatchObject({ exitCode: 6, wrong: [{ check: "orphans" }] });
  });
});

describe("the ledger", () => {
  it("damaged entries are rebuilt and kept, a second time too", async () => {
    const cli = await machine([github, odd]);
    const id = cli.idOf("GitHub");
    for (const text of ["{", "[1]"]) {
      cli.folder.files.set(`accounts/${id}.json`, text);
      expect(await doctor(cli)).toMatchObject({ exitCode: 1, wrong: [{ check: "accounts" }] });
      expect(await doctor(cli, "--repair")).toMatchObject({
        exitCode: 0,
        repaired: ['rebuilt "GitHub:octocat"'],
      });
    }
    const { files } = cli.folder;
    expect([files.get(`damaged/${id}.json`), files.get(`damaged/${id}.1.json`)]).toEqual(["[1]", "{"]);
    expect((await cli.run("code octocat")).stdout).toBe("081804\n");
  });
  it.each([
    ["a date", '"addedAt": "', '"addedAt": "x'],
    ["a bracket", '"copies": [', '"copies": '],
    ["a half", /"addedAt"[\s\S]*/, ""],
  ])("name and counter are kept where %s is damaged", async (_, from, to) => {
    const cli = await machine([counting]);
    const file = `accounts/${cli.idOf("Token")}.json`;
    await cli.run(["rename", "Token", 'the "red" token']);
    for (let i = 0; i < 3; i++) await cli.run("code red");
    const right = JSON.parse(cli.folder.files.get(file) ?? "");
    const damaged = (cli.folder.files.get(file) ?? "").replace(from, to);
    cli.folder.files.set(file, damaged);
    const { exitCode, stderr } = await doctor(cli, "--repair");
    expect(exitCode).toBe(0);
    expect(stderr).toContain('token" continues at 3, as its damaged entry says: if');
    const { name, counter } = JSON.parse(cli.folder.files.get(file) ?? "");
    expect({ name, counter }).toEqual({ name: right.name, counter: right.counter });
  });
  it.each([
    ["cut off within the counter", /("counter": )3[\s\S]*/, "$13"],
    ["of another account", /"id": "[^"]*"/, '"id": "aaaaaaaaaaaaaaaa"'],
  ])("an entry %s says nothing of it", async (_, from, to) => {
    const cli = await machine([counting]);
    const file = `accounts/${cli.idOf("Token")}.json`;
    await cli.run("rename Token red");
    for (let i = 0; i < 3; i++) await cli.run("code red");
    cli.folder.files.set(file, (cli.folder.files.get(file) ?? "").replace(from, to));
    const { stderr } = await doctor(cli, "--repair");
    expect(stderr).toContain("starts again at 0");
  });
  it("the ARN of an AWS device is taken over from what is left of a damaged entry", async () => {
    const cli = await machine();
    const file = `accounts/${cli.idOf("Amazon")}.json`;
    await cli.run("aws config Amazon --profile work --serial arn:aws:iam::123456789012:mfa/team/alice");
    const right = cli.folder.files.get(file) ?? "";
    expect(right).toContain("mfa/team/alice");
    cli.folder.files.set(file, right.replace('"period": 30', '"period": '));
    expect(await doctor(cli, "--repair")).toMatchObject({ exitCode: 0 });
    expect(cli.folder.files.get(file)).toContain('"mfaSerial": "arn:aws:iam::123456789012:mfa/team/alice"');
    cli.folder.files.set(file, '{ "mfaSerial": "--profile"');
    expect(await doctor(cli, "--repair")).toMatchObject({ exitCode: 0 });
    expect(cli.folder.files.get(file)).not.toContain("mfaSerial");
  });
  it("entries of a newer version, and files that are no entries, are left alone", async () => {
    const cli = await machine();
    const file = `accounts/${cli.idOf("GitHub")}.json`;
    cli.folder.files.set(file, (cli.folder.files.get(file) ?? "").replace('"version": 1', '"version": 2'));
    cli.folder.files.set("accounts/notes.json", "{}");
    const before = new Map(cli.folder.files);
    const { exitCode, wrong } = await doctor(cli, "--repair");
    expect({ exitCode, wrong: wrong.length }).toEqual({ exitCode: 1, wrong: 2 });
    expect(cli.folder.files).toEqual(before);
  });
  it.each([
    ["digits", '"digits": 6', '"digits": 8'],
    ["issuer", '"issuer": "GitHub"', '"issuer": "GitLab"'],
    ["period", '"period": 30', '"period": 60'],
  ])("another %s than the seed's is set right; name and copies stay", async (_, from, to) => {
    const cli = await machine();
    const file = `accounts/${cli.idOf("GitHub")}.json`;
    await cli.run("rename octocat hub");
    const right = cli.folder.files.get(file) ?? "";
    cli.folder.files.set(file, right.replace(from, to));
    expect(await doctor(cli)).toMatchObject({ exitCode: 1, wrong: [{ check: "seeds" }] });
    expect(await doctor(cli, "--repair")).toMatchObject({ exitCode: 0 });
    expect(cli.folder.files.get(file)).toBe(right);
    expect(cli.folder.files.get(file.replace("accounts", "damaged"))).toBe(right.replace(from, to));
  });
  it("two accounts of one name: says how to tell them apart", async () => {
    const cli = await machine();
    const file = `accounts/${cli.idOf("GitHub")}.json`;
    const name = "Amazon Web Services:root-account-mfa-device@123456789012";
    cli.folder.files.set(file, (cli.folder.files.get(file) ?? "").replace("GitHub:octocat", name));
    const { wrong } = await doctor(cli);
    const fix = /^twinseed rename [a-z2-7]{16} "Amazon Web Services:root-account-mfa-device@123456789012-2"$/;
    expect(wrong).toMatchObject([{ fix: expect.stringMatching(fix) }]);
  });
  it("a clock that was set back", async () => {
    const cli = await machine();
    cli.clock.now -= 3_600_000;
    expect(await doctor(cli)).toMatchObject({ exitCode: 1, wrong: [{ check: "clock" }] });
  });
});

describe("devices.json", () => {
  it("damaged in one place: the other devices are saved, the file is kept", async () => {
    const cli = await machine();
    const [computer] = JSON.parse(cli.folder.files.get("devices.json") ?? "").devices;
    const text = JSON.stringify({ version: 1, devices: [{ id: "x" }, computer] });
    cli.folder.files.set("devices.json", text);
    expect(await doctor(cli)).toMatchObject({ exitCode: 1, wrong: [{ check: "devices" }] });
    expect(await doctor(cli, "--repair")).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(cli.folder.files.get("devices.json") ?? "").devices).toEqual([computer]);
    expect(cli.folder.files.get("damaged/devices.json")).toBe(text);
  });
  it("that is gone: copies speak of devices that nobody knows", async () => {
    const cli = await machine();
    cli.folder.files.delete("devices.json");
    expect(await doctor(cli)).toMatchObject({ exitCode: 1, wrong: [{ check: "devices" }] });
  });
  it("of a newer version is not replaced, not even for a lost account", async () => {
    const cli = await machine();
    cli.uris.set("aaaaaaaaaaaaaaaa", formatOtpauthUri(bank));
    cli.folder.files.set("devices.json", '{"version":2}');
    const before = new Map(cli.folder.files);
    expect(await doctor(cli, "--repair")).toMatchObject({ exitCode: 1, repaired: [] });
    expect(cli.folder.files).toEqual(before);
  });
});

describe("files", () => {
  it("where there are no modes, says who may read the files, or that it can't tell", async () => {
    const cli = testCli({ accounts: [github] });
    const filesLines = async () =>
      (await cli.run("doctor")).stdout.split("\n").filter((line) => line.includes(" files "));
    cli.upkeep.access = [{ path: "C:\\home", others: [], fix: "" }];
    expect(await filesLines()).toEqual([
      "ok     files     no other user can read them, and nothing is left over",
    ]);
    cli.upkeep.access = [
      { path: "C:\\home", others: ["Everyone", "the group Users"], fix: "icacls C:\\home /remove" },
      { path: "C:\\key" },
    ];
    expect(await filesLines()).toEqual([
      "ok     files     nothing is left over",
      'wrong  files     Everyone and the group Users can read or change "C:\\home"; fix: icacls C:\\home /remove',
      '?      files     can\'t tell whether other users can read "C:\\key": icacls did not say',
    ]);
  });

  it("modes are set right, the rest is for the person", async () => {
    const cli = await machine();
    cli.upkeep.files = [
      { kind: "mode", name: "", found: "0755" },
      { kind: "owner", name: "accounts", found: "0" },
      { kind: "link", name: "devices.json", found: "/etc/\u001b[31mx" },
    ];
    expect((await doctor(cli)).wrong).toHaveLength(3);
    const { exitCode, repaired, wrong } = await doctor(cli, "--repair");
    expect({ exitCode, repaired, wrong: wrong.length }).toEqual({
      exitCode: 1,
      repaired: ["corrected 1 file mode"],
      wrong: 2,
    });
    expect((await cli.run("doctor")).stdout).not.toContain("\u001b");
  });
});

describe("the file store's keys", () => {
  it("a damaged one, and one that is easier to guess than today's", async () => {
    const cli = await machine();
    cli.folder.files.set("config.json", CONFIG.replace("keyring", "file"));
    const random = (bytes: number) => new Uint8Array(bytes).fill(1);
    const cheap = { N: 2, r: 1, p: 1 };
    await writeSlot(cli.folder, newDataKey(random), { kind: "passphrase", passphrase: "x" }, random, cheap);
    cli.folder.files.set("keys/other.json", "{");
    const { exitCode, wrong } = await doctor(cli);
    expect({ exitCode, checks: wrong.map(({ check }) => check) }).toEqual({
      exitCode: 1,
      checks: ["keys", "keys"],
    });
  });
});

describe("the clock, by others' word", () => {
  it("that nobody answers is not known, and not wrong", async () => {
    const fails = async () => {
      throw new UserError("no answer from time.example", ExitCode.failed);
    };
    const cli = testCli({
      accounts: [github],
      instead: () => ({ networkTime: { http: fails, ntp: fails } }),
    });
    await cli.start();
    cli.folder.files.set("config.json", '{"version":1,"store":"keyring"}');
    const { exitCode, stdout } = await cli.run("doctor --ntp time.example");
    expect(stdout).toContain("?      clock     not compared: no answer from time.example");
    expect(exitCode).toBe(0);
  });

  async function sound() {
    const cli = testCli({ accounts: [github] });
    await cli.start();
    cli.folder.files.set("config.json", '{"version":1,"store":"keyring"}');
    return cli;
  }

  it("nobody is asked unless named", async () => {
    const cli = await sound();
    cli.upkeep.ahead = 3_600_000;
    expect(await cli.run("doctor")).toMatchObject({ exitCode: 0 });
  });

  it.each([
    "--clock ftp://example.org",
    "--clock junk",
    "--ntp ''",
    "--ntp 127.0.0.1:99999",
    "--ntp http://x/",
  ])("%s is no source: exit 2", async (option) => {
    const cli = await sound();
    expect(await cli.run(`doctor ${option}`)).toMatchObject({ exitCode: 2, stdout: "" });
  });

  it.each([
    [0, 0, "agrees with"],
    [4_000, 0, "agrees with"],
    [31_000, 1, "31 s behind"],
    [-40_000, 1, "40 s ahead of"],
  ])("they are %i ms ahead: exit %i", async (ahead, exitCode, text) => {
    const cli = await sound();
    cli.upkeep.ahead = ahead;
    for (const option of ["--ntp time.example", "--clock https://example.org"]) {
      const run = await cli.run(`doctor ${option}`);
      expect(run).toMatchObject({ exitCode });
      expect(run.stdout).toContain(text);
    }
  });
});
