/**
 * Random histories of what people do, against a model that is told the same (test/helpers/copies-model.ts): `audit` says exactly
 * what follows, and every command that it recommends helps, or leaves a finding that is really there.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { Secret } from "../../src/otp/secret.ts";
import { github } from "../helpers/accounts.ts";
import {
  type Event,
  expectedFindings,
  expectedOfBackup,
  fileOf,
  lives,
  statusOf,
  successorsOf,
} from "../helpers/copies-model.ts";
import { testCli } from "../helpers/test-cli.ts";
import { times } from "../helpers/times.ts";

/** 10,000 in the long runs. */
const HISTORIES = times(1) === 1 ? 300 : 10_000;
const DEVICES = ["phone", "tablet"] as const;
const BACKUPS = ["usb", "disk"] as const;
const LOCK = ["--passphrase-file", "words"];
const LOGINS = ["alpha", "omega"] as const;
const HOUR = 3_600_000;

const device = fc.constantFrom(...DEVICES);
const backup = fc.constantFrom(...BACKUPS);
const login = fc.constantFrom(...LOGINS);
const seed = fc.integer({ min: 1, max: 6 }).map(String);
const action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("add" as const), seed, replace: fc.nat(3).map((one) => one > 0) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("verify" as const), login, device }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("show" as const), login, device }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("qr" as const), login, device }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("lost" as const), device }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("retire" as const), device }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wiped" as const), device }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("back" as const), device }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("replace" as const), device, by: device }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), login }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restore" as const), seed }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), days: fc.nat(150) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("check" as const), device, forgets: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("mistake" as const), device }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("backup" as const), backup, follows: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("open" as const),
      backup,
      old: fc.boolean(),
      place: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom("lost" as const, "retire" as const, "back" as const),
      device: backup,
    }),
  },
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;
type Cli = ReturnType<typeof testCli>;

/** Each login has its own seeds. */
const loginOf = (seed: string): string => LOGINS[Number(seed) % LOGINS.length] ?? "alpha";
const enrollmentOf = (seed: string) => ({
  ...github,
  label: loginOf(seed),
  secret: Secret.of(new Uint8Array(20).fill(7).fill(Number(seed) % 256, 0, 10)),
});

interface Told {
  readonly cli: Cli;
  readonly events: Event[];
  /** The account's name and id for each seed that is in the ledger. */
  readonly entries: Map<string, { name: string; id: string }>;
  /** The seeds that each phone or tablet really has; one that was only shown a code may not have stored it. */
  readonly really: Map<string, Set<string>>;
  /** The files of backups that were written, in order, and what is in each. */
  readonly files: { readonly name: string; readonly backup: string; readonly seeds: readonly string[] }[];
}

function newHome(): Told {
  const cli = testCli({ files: { words: "correct horse battery staple" } });
  return { cli, events: [], entries: new Map(), really: new Map(), files: [] };
}

async function play(told: Told, one: Action): Promise<void> {
  const { cli, events, entries, really } = told;
  cli.clock.now += HOUR;
  const at = cli.clock.now;
  const run = async (...args: string[]) => {
    const session = await cli.run(args);
    expect(session.stderr).not.toContain("this is a bug");
    return session;
  };
  const here = (name: string): string | undefined =>
    [...lives(events)].find(([seed, { state }]) => state === "here" && entries.get(seed)?.name === name)?.[0];
  switch (one.do) {
    case "wait":
      cli.clock.now += one.days * 24 * HOUR;
      return;
    case "add":
      return add(told, one);
    case "verify":
    case "show":
    case "qr": {
      const held = here(one.login);
      const device = `--device=${one.device}`;
      const code = held === undefined ? "000000" : codeNow(cli, held);
      const { exitCode } =
        one.do === "verify"
          ? await run("verify", one.login, code, device)
          : one.do === "qr"
            ? await run("qr", one.login, device)
            : await run("export", "uris", "--plaintext", "--accounts", one.login, device);
      const isPossible = held !== undefined && statusOf(one.device, events) === "active";
      expect([one, exitCode === 0]).toEqual([one, isPossible]);
      const kind = one.do === "verify" ? "proved" : "shown";
      if (!isPossible) return;
      events.push({ at, kind, seed: held, device: one.device });
      if (kind === "proved") really.set(one.device, new Set([...(really.get(one.device) ?? []), held]));
      return;
    }
    case "lost":
    case "wiped":
      if ((await run("device", one.do, one.device)).exitCode !== 0) return;
      events.push({ at, kind: one.do, device: one.device });
      if (one.do === "wiped") really.delete(one.device);
      return;
    case "retire":
      if ((await run("device", "retire", one.device)).exitCode === 0)
        events.push({ at, kind: "retired", device: one.device });
      return;
    case "back":
      if ((await run("device", "add", one.device, "--kind", kindOf(one.device))).exitCode === 0)
        events.push({ at, kind: "back", device: one.device });
      return;
    case "replace": {
      const before = statusOf(one.device, events);
      const { exitCode } = await run("device", "replace", one.device, one.by);
      if (exitCode === 0 && before === "active") events.push({ at, kind: "retired", device: one.device });
      return;
    }
    case "check":
      return check(told, one);
    case "mistake": {
      const { exitCode } = await run("device", "remove", one.device, "--mistake");
      if (exitCode !== 0) return;
      // As if no one had ever heard of it.
      const others = events.filter((event) => !("device" in event) || event.device !== one.device);
      events.splice(0, events.length, ...others);
      really.delete(one.device);
      return;
    }
    case "backup":
      return writeBackup(told, one.backup, one.follows);
    case "open":
      return openBackup(told, one);
    case "remove": {
      const held = here(one.login);
      const { exitCode } = await run("remove", one.login, "--yes");
      if (exitCode === 0 && held !== undefined)
        events.push({ at, kind: "removed", seed: held, login: one.login });
      return;
    }
    case "restore": {
      const entry = entries.get(one.seed);
      if (entry === undefined) return;
      const { exitCode } = await run("restore", entry.id);
      if (exitCode === 0) events.push({ at, kind: "restored", seed: one.seed, login: entry.name });
    }
  }
}

async function add(
  { cli, events, entries }: Told,
  { seed, replace }: Extract<Action, { do: "add" }>,
): Promise<void> {
  const at = cli.clock.now;
  const login = loginOf(seed);
  const life = lives(events).get(seed)?.state;
  const other = [...lives(events)].find(
    ([one, { login: of, state }]) => of === login && state === "here" && one !== seed,
  )?.[0];
  const isDead = life !== undefined && life !== "here" && successorsOf(seed, events).length > 0;
  const args = ["add", "-", "--name", login, "--json", ...(replace ? ["--replace"] : [])];
  const { exitCode, stdout } = await cli.run(args, { stdin: formatOtpauthUri(enrollmentOf(seed)) });
  const [{ status, account } = { status: "", account: { id: "" } }] =
    exitCode === 0 ? JSON.parse(stdout) : [];
  const wanted =
    life === "here"
      ? "exists"
      : isDead || (other !== undefined && !replace)
        ? ""
        : life !== undefined
          ? "restored"
          : other === undefined
            ? "added"
            : "replaced";
  expect([seed, life, status]).toEqual([seed, life, wanted]);
  if (wanted === "" || wanted === "exists") return;
  entries.set(seed, { name: login, id: account.id });
  const instead = other === undefined ? {} : { instead: other };
  events.push(
    wanted === "restored" && other === undefined
      ? { at, kind: "restored", seed, login }
      : { at, kind: "enrolled", seed, login, ...instead },
  );
}

function kindOf(device: string): string {
  return BACKUPS.some((name) => name === device) ? "backup" : device;
}

/** The app exports what the device really has; a person may have deleted something there. */
async function check(
  { cli, events, really, entries }: Told,
  { device, forgets }: Extract<Action, { do: "check" }>,
): Promise<void> {
  const at = cli.clock.now;
  const has = really.get(device) ?? new Set<string>();
  const [first] = has;
  if (forgets && first !== undefined) has.delete(first);
  if (has.size === 0) return;
  const uris = [...has].map((seed) => formatOtpauthUri(enrollmentOf(seed)));
  const { exitCode } = await cli.run(["device", "check", device, "-"], { stdin: uris.join("\n") });
  if (statusOf(device, events) !== "active") return expect(exitCode).toBe(1);
  const enrolled = seedsHere(events);
  const isSame = enrolled.length === has.size && enrolled.every((seed) => has.has(seed));
  expect([has, enrolled, exitCode]).toEqual([has, enrolled, isSame ? 0 : 8]);
  for (const seed of enrolled) {
    if (has.has(seed)) events.push({ at, kind: "proved", seed, device });
    else events.push({ at, kind: "doubted", seed, device });
  }
  expect(entries.size).toBeGreaterThan(0);
}

function seedsHere(events: readonly Event[]): string[] {
  return [...lives(events)].flatMap(([seed, { state }]) => (state === "here" ? [seed] : []));
}

async function writeBackup(told: Told, backup: string, follows: boolean): Promise<void> {
  const { cli, events, files } = told;
  const at = cli.clock.now;
  const name = `${files.length}.age`;
  const other = BACKUPS.find((one) => one !== backup) ?? "";
  const isKnown = (one: string): boolean => events.some((event) => "device" in event && event.device === one);
  const args = [
    "backup",
    "create",
    name,
    ...LOCK,
    "--device",
    backup,
    ...(follows ? ["--follows", other] : []),
  ];
  const { exitCode } = await cli.run(args);
  if (exitCode !== 0) return;
  if (follows) {
    expect([isKnown(backup), isKnown(other)]).toEqual([false, true]);
    const renamed = events.map((event) =>
      "device" in event && event.device === other ? { ...event, device: backup } : event,
    );
    events.splice(0, events.length, ...renamed);
    for (const [i, file] of files.entries()) if (file.backup === other) files[i] = { ...file, backup };
  }
  const seeds = [...lives(events).keys()];
  files.push({ name, backup, seeds });
  events.push({ at, kind: "written", device: backup, seeds });
}

async function openBackup(
  told: Told,
  { backup, old, place }: { backup: string; old: boolean; place: boolean },
): Promise<void> {
  const { cli, events, files } = told;
  const at = cli.clock.now;
  const own = files.filter((file) => file.backup === backup);
  const latest = own.at(-1);
  const file = old ? own[0] : latest;
  if (file === undefined) return;
  const { exitCode } = await cli.run([
    ...["backup", "verify", file.name, ...LOCK],
    ...(place ? ["--place", "bank box"] : []),
  ]);
  expect([0, 1]).toContain(exitCode);
  const here = seedsHere(events);
  const compared = here.filter((seed) => file.seeds.includes(seed));
  const isActive = statusOf(backup, events) === "active";
  // An older file says nothing about the one that was written over it, or after it.
  if (!isActive || (file !== latest && compared.length > 0)) return;
  if (file !== latest) return;
  events.push({ at, kind: "opened", device: backup, seeds: compared });
  if (place) events.push({ at, kind: "placed", device: backup });
}

function codeNow(cli: Cli, seed: string): string {
  const { secret, otp } = enrollmentOf(seed);
  return codeOf(secret, otp, otp.type === "hotp" ? 0 : stepAt(otp, cli.clock.now));
}

interface Report {
  account: { id: string; name: string };
  findings: { kind: string; fix: string }[];
}

interface Whole {
  complete: boolean;
  accounts: Report[];
  findings: { kind: string; fix: string; message: string }[];
}

async function auditOf({ cli }: Told): Promise<Whole> {
  const { exitCode, stdout } = await cli.run("audit --json");
  const report: Whole = JSON.parse(stdout);
  const isFound = report.findings.length > 0 || report.accounts.some(({ findings }) => findings.length > 0);
  expect([report.complete, exitCode]).toEqual([true, isFound ? 8 : 0]);
  return report;
}

function agree(told: Told, { accounts: report, findings }: Whole): void {
  const { events, entries, cli } = told;
  const enrolled = [...lives(events)].filter(([, { state }]) => state === "here");
  expect(report).toHaveLength(enrolled.length);
  for (const [seed] of enrolled) {
    const found = report.find(({ account }) => account.id === entries.get(seed)?.id);
    const kinds = new Set(found?.findings.map(({ kind }) => kind));
    expect(kinds).toEqual(expectedFindings(seed, [...DEVICES, "extra"], events, cli.clock.now, BACKUPS));
  }
  const seeds = seedsHere(events);
  expect(findings.map(({ kind }) => kind).toSorted()).toEqual(
    BACKUPS.flatMap((one) => expectedOfBackup(one, seeds, events)).toSorted(),
  );
}

/** One file can't be read: the others are judged as before, and nothing is green that depends on it. */
async function agreeWithout(told: Told, name: string, before: Whole): Promise<void> {
  const { folder } = told.cli;
  const text = folder.files.get(name);
  if (text === undefined) return;
  folder.files.set(name, text.slice(0, text.length / 2));
  const { exitCode, stdout } = await told.cli.run("audit --json");
  const report: Whole = JSON.parse(stdout);
  expect([exitCode, report.complete]).toEqual([1, false]);
  expect(report.findings[0]?.message).toContain(name);
  const isList = name === "devices.json";
  if (isList) expect(report.accounts.every(({ findings }) => findings.length > 0)).toBe(true);
  else {
    const others = before.accounts.filter(({ account }) => !name.includes(account.id));
    expect(new Set(report.accounts.map((one) => JSON.stringify(one)))).toEqual(
      new Set(others.map((one) => JSON.stringify(one))),
    );
  }
  expect((await told.cli.run("audit")).stdout).not.toMatch(/^\d+ accounts?, none at risk/m);
  folder.files.set(name, text);
}

/** Types what `audit` recommends, with its capitals filled in, and does what it says. */
async function follow(told: Told, { account, findings }: Report, fresh: number): Promise<void> {
  const { cli, events, entries } = told;
  const [finding] = findings;
  const [seed = ""] = [...entries].find(([, { id }]) => id === account.id) ?? [];
  const wanted = finding?.fix ?? "";
  if (wanted.startsWith("twinseed backup verify FILE")) return followVerify(told, seed, wanted);
  const typed = wanted.replace("NAME", "extra").split(" ").slice(1);
  const device = typed.at(-1) ?? "";
  cli.clock.now += HOUR;
  const at = cli.clock.now;
  if (finding?.kind === "lost-device") {
    // The list says what to do for each account: a new seed.
    const { stdout } = await cli.run(typed);
    expect(stdout).toContain(`then: twinseed add SCREENSHOT --replace --name ${account.name}`);
    const renewed = String(Number(seed) + fresh);
    const { exitCode, stdout: added } = await cli.run(
      ["add", "-", "--replace", "--json", "--name", account.name],
      { stdin: formatOtpauthUri(enrollmentOf(renewed)) },
    );
    expect(exitCode).toBe(0);
    entries.set(renewed, { name: account.name, id: JSON.parse(added)[0].account.id });
    events.push({ at, kind: "enrolled", seed: renewed, login: account.name, instead: seed });
    return;
  }
  const isProof = typed[0] === "verify";
  const { exitCode } = await cli.run(isProof ? [...typed, codeNow(cli, seed)] : typed);
  expect({ typed, exitCode }).toEqual({ typed, exitCode: 0 });
  if (typed[0] === "device") events.push({ at, kind: "wiped", device });
  else events.push({ at, kind: isProof ? "proved" : "shown", seed, device });
}

/** A backup that is known to hold the seed, which the command is about. */
async function followVerify(told: Told, seed: string, fix: string): Promise<void> {
  const { cli, events } = told;
  cli.clock.now += HOUR;
  const place = fix.endsWith("--place PLACE");
  const due = BACKUPS.find((one) => {
    const file = fileOf(one, events);
    if (!file?.seeds.includes(seed) || statusOf(one, events) !== "active") return false;
    const at = file.openedAt(seed);
    const isStale = at === undefined || cli.clock.now - at > 180 * 24 * HOUR;
    return place ? !file.isPlaced : file.isPlaced && isStale;
  });
  expect([fix, due]).toEqual([fix, expect.any(String)]);
  await openBackup(told, { backup: due ?? "", old: false, place });
}

/** About the backups as a whole. */
async function followWhole(told: Told, { kind, fix, message }: Whole["findings"][number]): Promise<void> {
  const { cli, events, files } = told;
  cli.clock.now += HOUR;
  const backup = BACKUPS.find((one) => message.includes(`the backup ${one} `)) ?? "";
  if (kind === "backup-unverified") return openBackup(told, { backup, old: false, place: false });
  expect([kind, fix]).toEqual(["backup-behind", `twinseed backup create FILE --follows ${backup}`]);
  const name = `${files.length}.age`;
  const typed = [...fix.replace("FILE", name).split(" ").slice(1), ...LOCK];
  expect(await cli.run(typed)).toMatchObject({ exitCode: 0 });
  // It has the name of its file now; the model goes on with the old one.
  await cli.run(["device", "rename", String(files.length), backup]);
  const seeds = [...lives(events).keys()];
  files.push({ name, backup, seeds });
  events.push({ at: cli.clock.now, kind: "written", device: backup, seeds });
}

it("audit says what follows from what it was told, and its advice leads to a green one", {
  timeout: 3_600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { minLength: 10, maxLength: 40 }),
      fc.nat(3),
      async (history, chance) => {
        const told = newHome();
        for (const one of history) await play(told, one);
        const before = await auditOf(told);
        agree(told, before);
        const [, { id } = { id: "" }] = [...told.entries].at(-1) ?? [];
        for (const name of [`accounts/${id}.json`, "devices.json"]) await agreeWithout(told, name, before);
        // Drawing QR codes takes most of the time.
        for (let i = 1; chance === 0; i++) {
          const { accounts, findings } = await auditOf(told);
          const [worst] = accounts;
          const [whole] = findings;
          const isGreen = worst === undefined || worst.findings.length === 0;
          if (isGreen && whole === undefined) break;
          // Each lost device, each dead copy, each proof is one step; nothing comes back.
          expect(i).toBeLessThan(60);
          if (!isGreen) await follow(told, worst, 10 * i);
          else if (whole !== undefined) await followWhole(told, whole);
          agree(told, await auditOf(told));
        }
      },
    ),
    { numRuns: HISTORIES },
  );
});
