/**
 * Two computers that share a store, are used at the same time, and sync now and then: whatever either was told, the audit of both
 * is never green over it (test/helpers/copies-model.ts, which is told by both).
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { isLedgerFile, mergeLedgerFiles } from "../../src/ledger/merge-files.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { formatOtpauthUri, parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { Secret } from "../../src/otp/secret.ts";
import { github } from "../helpers/accounts.ts";
import { type Event, mayHave, provedAt, statusOf } from "../helpers/copies-model.ts";
import { testCli } from "../helpers/test-cli.ts";
import { times } from "../helpers/times.ts";

/** 10,000 in the long runs. */
const HISTORIES = times(1) === 1 ? 300 : 10_000;
const DEVICES = ["phone", "tablet"] as const;
const HOUR = 3_600_000;

const side = fc.constantFrom(0 as const, 1 as const);
const device = fc.constantFrom(...DEVICES);
const name = fc.constantFrom("alpha", "omega");
const action = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("add" as const), side, seed: fc.nat(5), name }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("verify" as const), side, name, device }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("show" as const), side, name, device }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("lost" as const), side, device }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("retire" as const), side, device }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wiped" as const), side, device }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("back" as const), side, device }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), side, name }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("sync" as const) }) },
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;
type Cli = ReturnType<typeof testCli>;

interface Shared {
  readonly homes: readonly [Cli, Cli];
  readonly events: Event[];
  /** On which computers each seed was enrolled: that is a proof, too. */
  readonly enrolled: Map<string, Set<number>>;
  agreed: ReadonlyMap<string, string>;
}

async function play(shared: Shared, one: Action): Promise<void> {
  const { homes, events } = shared;
  for (const { clock } of homes) clock.now += HOUR;
  if (one.do === "sync") return sync(shared);
  const cli = homes[one.side];
  const at = cli.clock.now;
  switch (one.do) {
    case "add": {
      const secret = Secret.of(new Uint8Array(20).fill(one.seed + 1));
      const stdin = formatOtpauthUri({ ...github, label: one.name, secret });
      const { exitCode, stdout } = await cli.run(["add", "-", "--replace", "--json", "--name", one.name], {
        stdin,
      });
      if (exitCode !== 0 || JSON.parse(stdout)[0].status === "exists") return;
      const seed = cli.uris.get(JSON.parse(stdout)[0].account.id) ?? "";
      shared.enrolled.set(seed, (shared.enrolled.get(seed) ?? new Set()).add(one.side));
      return;
    }
    case "verify":
    case "show": {
      const seed = await seedNamed(cli, one.name);
      if (seed === undefined) return;
      const proof = ["verify", one.name, codeNow(cli, seed), "--device", one.device];
      const show = ["export", "uris", "--plaintext", "--accounts", one.name, "--device", one.device];
      const { exitCode } = await cli.run(one.do === "verify" ? proof : show);
      const kind = one.do === "verify" ? "proved" : "shown";
      if (exitCode === 0) events.push({ at, kind, seed, device: one.device });
      return;
    }
    case "remove":
      await cli.run(["remove", one.name, "--yes"]);
      return;
    default: {
      // To run it again is to look at what is left to do.
      const listed: { name: string; state: string }[] = JSON.parse(
        (await cli.run("device list --json")).stdout,
      );
      const isNews =
        one.do !== "lost" || !listed.some(({ name, state }) => name === one.device && state === "lost");
      const command = one.do === "back" ? ["add", one.device, "--kind", one.device] : [one.do, one.device];
      const { exitCode } = await cli.run(["device", ...command]);
      const kind = one.do === "retire" ? "retired" : one.do;
      if (exitCode === 0 && isNews) events.push({ at, kind, device: one.device });
    }
  }
}

/** What `sync` does to the ledger, without git. */
function sync(shared: Shared): void {
  const [ours, theirs] = shared.homes.map(({ folder }) => ledgerIn(folder.files));
  if (ours === undefined || theirs === undefined) return;
  const { files } = mergeLedgerFiles(shared.agreed, ours, theirs);
  const uris = new Map(shared.homes.flatMap((home) => [...home.uris]));
  for (const home of shared.homes) {
    for (const name of ledgerIn(home.folder.files).keys()) home.folder.files.delete(name);
    for (const [name, text] of files) home.folder.files.set(name, text);
    for (const [id, uri] of uris) home.uris.set(id, uri);
  }
  shared.agreed = files;
}

function ledgerIn(files: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...files].filter(([name]) => isLedgerFile(name)));
}

async function seedNamed(cli: Cli, name: string): Promise<string | undefined> {
  const { exitCode, stdout } = await cli.run(["uri", name]);
  return exitCode === 0 ? stdout.trim() : undefined;
}

function codeNow(cli: Cli, uri: string): string {
  const { secret, otp } = parseOtpauthUri(uri);
  return codeOf(secret, otp, otp.type === "hotp" ? 0 : stepAt(otp, cli.clock.now));
}

interface Report {
  account: { id: string; name: string };
  findings: { kind: string; message: string }[];
}

it("no sync turns a lost device, an old proof or a wipe into a green audit", {
  timeout: 3_600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 40 }), async (history) => {
      const homes = [testCli(), testCli({ hostname: "desk" })] as const;
      const shared: Shared = { homes, events: [], enrolled: new Map(), agreed: new Map() };
      for (const one of history) await play(shared, one);
      for (const { clock } of homes) clock.now += HOUR;
      sync(shared);
      const [first, second] = homes;
      expect(ledgerIn(first.folder.files)).toEqual(ledgerIn(second.folder.files));
      for (const cli of homes) check(cli, shared, JSON.parse((await cli.run("audit --json")).stdout));
    }),
    { numRuns: HISTORIES },
  );
});

function check(cli: Cli, { events, enrolled }: Shared, { accounts }: { accounts: Report[] }): void {
  const seedOf = ({ account }: Report): string => cli.uris.get(account.id) ?? "";
  for (const report of accounts) {
    const seed = seedOf(report);
    // Two computers that enroll one seed before they meet have two accounts, each with copies of its own: docs/sync.md.
    if ([...cli.uris.values()].filter((uri) => uri === seed).length > 1) continue;
    const messages = report.findings.map(({ message }) => message);
    const gone = DEVICES.filter((name) => statusOf(name, events) !== "active" && mayHave(seed, name, events));
    for (const name of gone)
      expect(messages).toContainEqual(expect.stringMatching(`${name} is (lost|retired)`));
    if (report.findings.length > 0) continue;
    const safe = DEVICES.filter(
      (name) => statusOf(name, events) === "active" && provedAt(seed, name, events) !== undefined,
    );
    expect(safe.length + (enrolled.get(seed)?.size ?? 0)).toBeGreaterThan(1);
  }
}
