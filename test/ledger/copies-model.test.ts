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
import { type Event, expectedFindings, lives, statusOf, successorsOf } from "../helpers/copies-model.ts";
import { testCli } from "../helpers/test-cli.ts";
import { times } from "../helpers/times.ts";

/** 10,000 in the long runs. */
const HISTORIES = times(1) === 1 ? 300 : 10_000;
const DEVICES = ["phone", "tablet"] as const;
const LOGINS = ["alpha", "omega"] as const;
const HOUR = 3_600_000;

const device = fc.constantFrom(...DEVICES);
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
}

async function play(told: Told, one: Action): Promise<void> {
  const { cli, events, entries } = told;
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
      if (isPossible) events.push({ at, kind, seed: held, device: one.device });
      return;
    }
    case "lost":
    case "wiped":
      if ((await run("device", one.do, one.device)).exitCode === 0)
        events.push({ at, kind: one.do, device: one.device });
      return;
    case "retire":
      if ((await run("device", "retire", one.device)).exitCode === 0)
        events.push({ at, kind: "retired", device: one.device });
      return;
    case "back":
      if ((await run("device", "add", one.device, "--kind", one.device)).exitCode === 0)
        events.push({ at, kind: "back", device: one.device });
      return;
    case "replace": {
      const before = statusOf(one.device, events);
      const { exitCode } = await run("device", "replace", one.device, one.by);
      if (exitCode === 0 && before === "active") events.push({ at, kind: "retired", device: one.device });
      return;
    }
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

function codeNow(cli: Cli, seed: string): string {
  const { secret, otp } = enrollmentOf(seed);
  return codeOf(secret, otp, otp.type === "hotp" ? 0 : stepAt(otp, cli.clock.now));
}

interface Report {
  account: { id: string; name: string };
  findings: { kind: string; fix: string }[];
}

async function auditOf({ cli }: Told): Promise<Report[]> {
  const { exitCode, stdout } = await cli.run("audit --json");
  const report: Report[] = JSON.parse(stdout).accounts;
  expect(exitCode).toBe(report.some(({ findings }) => findings.length > 0) ? 8 : 0);
  return report;
}

function agree(told: Told, report: readonly Report[]): void {
  const { events, entries, cli } = told;
  const enrolled = [...lives(events)].filter(([, { state }]) => state === "here");
  expect(report).toHaveLength(enrolled.length);
  for (const [seed] of enrolled) {
    const found = report.find(({ account }) => account.id === entries.get(seed)?.id);
    const kinds = new Set(found?.findings.map(({ kind }) => kind));
    expect(kinds).toEqual(expectedFindings(seed, [...DEVICES, "extra"], events, cli.clock.now));
  }
}

/** Types what `audit` recommends, with its capitals filled in, and does what it says. */
async function follow(told: Told, { account, findings }: Report, fresh: number): Promise<void> {
  const { cli, events, entries } = told;
  const [finding] = findings;
  const [seed = ""] = [...entries].find(([, { id }]) => id === account.id) ?? [];
  const typed = (finding?.fix ?? "").replace("NAME", "extra").split(" ").slice(1);
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

it("audit says what follows from what it was told, and its advice leads to a green one", {
  timeout: 3_600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { minLength: 10, maxLength: 40 }),
      fc.nat(3),
      async (history, chance) => {
        const told: Told = { cli: testCli(), events: [], entries: new Map() };
        for (const one of history) await play(told, one);
        agree(told, await auditOf(told));
        // Drawing QR codes takes most of the time.
        for (let i = 1; chance === 0; i++) {
          const [worst] = await auditOf(told);
          if (worst === undefined || worst.findings.length === 0) break;
          // Each lost device, each dead copy, each proof is one step; nothing comes back.
          expect(i).toBeLessThan(40);
          await follow(told, worst, 10 * i);
          agree(told, await auditOf(told));
        }
      },
    ),
    { numRuns: HISTORIES },
  );
});
