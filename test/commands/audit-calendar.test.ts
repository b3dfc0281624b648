/** `audit --calendar`, read back by another library than the one that wrote it; test/real/ has more readers. */
import ical from "ical.js";
import { describe, expect, it, onTestFinished } from "vitest";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { bank, github } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";

const DAY = 86_400_000;
const now = "2026-01-31T23:30:00Z";
const AFTER = "\nAfter that, make this calendar again:\n    twinseed audit --calendar FILE.ics --force\n";
type Cli = ReturnType<typeof testCli>;

const verify = (cli: Cli, account: typeof github, device: string, ...more: string[]) => {
  const step = account.otp.type === "hotp" ? 0 : stepAt(account.otp, cli.clock.now);
  const code = codeOf(account.secret, account.otp, step);
  return cli.run(["verify", account.label, code, "--device", device, ...more]);
};

/** What a calendar shows, by summary. */
function shown(cli: Cli, file = "due.ics") {
  const calendar = new ical.Component(ical.parse(String(cli.files.get(file))));
  return calendar.getAllSubcomponents("vevent").map((one) => {
    const event = new ical.Event(one);
    const [alarm] = one.getAllSubcomponents("valarm");
    return {
      uid: event.uid,
      day: event.startDate.toString(),
      isDate: event.startDate.isDate,
      summary: event.summary,
      description: event.description,
      alarm: String(alarm?.getFirstProperty("trigger")?.toICALString()),
      repeats: String(one.getFirstPropertyValue("rrule")),
    };
  });
}

it("says when each device and each backup is due, with the commands, and names no account", async () => {
  const cli = testCli({ accounts: [github, bank], now, files: { "pass.txt": "correct horse battery" } });
  await verify(cli, github, "phone");
  await verify(cli, bank, "phone");
  await verify(cli, bank, "safe", "--kind", "paper");
  await cli.run("backup create b.age --passphrase-file pass.txt");
  cli.clock.now += 20 * DAY;
  await verify(cli, github, "phone"); // the other account on it is due before
  const { exitCode, stderr } = await cli.run("audit --calendar due.ics");
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 8, stderr: expect.stringContaining('"due.ics"') });
  const events = shown(cli);
  expect(events.map(({ day, summary }) => `${day} ${summary}`)).toEqual([
    "2026-02-20 twinseed: try the backup b",
    "2026-07-30 twinseed: check that phone still has its accounts",
    "2026-07-30 twinseed: check that safe still has its accounts",
    "2026-03-20 twinseed: audit",
  ]);
  expect(events.map(({ description }) => description)).toEqual([
    `Run:\n    twinseed backup verify FILE${AFTER}`,
    `Run:\n    twinseed device check phone EXPORT\nor, for each account:\n    twinseed verify ACCOUNT --device phone${AFTER}`,
    `Run:\n    twinseed verify ACCOUNT --device safe${AFTER}`,
    "Which accounts are at risk, and what fixes it:\n    twinseed audit\n",
  ]);
  for (const one of events) expect(one).toMatchObject({ isDate: true, alarm: "TRIGGER;RELATED=START:PT9H" });
  expect(events.at(-1)?.repeats).toBe("FREQ=WEEKLY;INTERVAL=4");
  const text = String(cli.files.get("due.ics"));
  for (const { label, issuer } of [github, bank]) {
    expect(text).not.toContain(label);
    expect(text).not.toContain(issuer || label);
  }
});

it("the day is the one before audit would find the copy stale", async () => {
  const cli = testCli({ accounts: [github], now });
  await verify(cli, github, "phone");
  await cli.run("audit --calendar due.ics --stale 90d");
  const [first] = shown(cli);
  cli.clock.now = Date.parse(`${first?.day}T23:59:59Z`);
  expect(await cli.run("audit --stale 90d")).toMatchObject({ exitCode: 0 });
  cli.clock.now += 2 * DAY;
  expect(await cli.run("audit --stale 90d")).toMatchObject({ exitCode: 8 });
  // Overdue: today, and not a day that is gone.
  await cli.run("audit --calendar due.ics --stale 90d --force");
  expect(shown(cli)[0]?.day).toBe(new Date(cli.clock.now).toISOString().slice(0, 10));
});

it("is on the same day in every time zone", async () => {
  const { TZ } = process.env;
  onTestFinished(() => {
    if (TZ === undefined) delete process.env.TZ;
    else process.env.TZ = TZ;
  });
  for (const zone of ["Asia/Tokyo", "America/Los_Angeles"]) {
    process.env.TZ = zone;
    const cli = testCli({ accounts: [github], now });
    await verify(cli, github, "phone");
    await cli.run("audit --calendar due.ics");
    expect(shown(cli).map(({ day }) => day)).toEqual(["2026-07-30", "2026-02-28"]);
  }
});

it("the same device keeps its entry, and a device that is lost has none", async () => {
  const cli = testCli({ accounts: [github], now });
  await verify(cli, github, "phone");
  await verify(cli, github, "tablet");
  await cli.run("audit --calendar due.ics");
  const before = shown(cli).map(({ uid }) => uid);
  cli.clock.now += DAY;
  await verify(cli, github, "tablet");
  await cli.run("device lost phone");
  await cli.run("audit --calendar due.ics --force");
  const after = shown(cli).map(({ uid }) => uid);
  expect(before).toHaveLength(3);
  expect(after).toHaveLength(2);
  expect(before).toEqual(expect.arrayContaining(after));
});

describe("what is refused", () => {
  it.each([
    ["audit --calendar due.txt", "ends in .ics"],
    ["audit --force", "--force needs --calendar"],
  ])("%s", async (line, message) => {
    const { exitCode, stderr } = await testCli().run(line);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(message) });
  });

  it("a file that is there: it may be the user's own calendar", async () => {
    const cli = testCli({ accounts: [github], now, files: { "my.ics": "mine" } });
    expect(await cli.run("audit --calendar my.ics")).toMatchObject({ exitCode: 1 });
    expect(cli.files.get("my.ics")).toBe("mine");
  });

  it("a ledger that can't be read completely: a device could be missing", async () => {
    const cli = testCli({ accounts: [github], now, files: { "due.ics": "older" } });
    await verify(cli, github, "phone");
    cli.folder.files.set("devices.json", "{");
    const { exitCode, stderr } = await cli.run("audit --calendar due.ics --force");
    expect(exitCode).toBe(1);
    expect(stderr).toContain('"due.ics" was not written');
    expect(cli.files.get("due.ics")).toBe("older");
  });

  it("nothing: years beyond what a calendar has", async () => {
    const cli = testCli({ accounts: [github], now });
    await verify(cli, github, "phone");
    expect(await cli.run("audit --calendar due.ics --stale 99999d")).toMatchObject({ exitCode: 0 });
    expect(shown(cli).map(({ summary }) => summary)).toEqual(["twinseed: audit"]);
  });
});

/** A member of a shared store, or an export, can name a device: the calendar must not become the writer's. */
it.each([
  "phone\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:pay",
  "phone\nATTACH:https://example.org",
  "a;b,c\\n:\"d'",
  "\u202egpj.enohp",
  "$(reboot)",
  "電話".repeat(40),
  "x".repeat(300),
])("a device called %j stays one entry", async (name) => {
  const cli = testCli({ accounts: [github], now });
  await verify(cli, github, "phone");
  const devices = JSON.parse(String(cli.folder.files.get("devices.json")));
  for (const device of devices.devices) if (device.name === "phone") device.name = name;
  cli.folder.files.set("devices.json", JSON.stringify(devices));
  const { exitCode } = await cli.run("audit --calendar due.ics");
  if (exitCode === 1) return expect(cli.files.has("due.ics")).toBe(false); // no name of a device at all
  const text = String(cli.files.get("due.ics"));
  expect(shown(cli)).toHaveLength(2);
  expect(text.match(/^[A-Z-]+(?=[:;])/gm)).not.toContain("ATTACH");
  expect(text).not.toMatch(/\u202e|device check \$\(/);
  // RFC 5545, 3.1: no line is longer than 75 bytes, and all end in CRLF.
  for (const line of text.split("\r\n")) {
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(line).not.toMatch(/[\r\n]/);
  }
});
