/** What AWS says against what the ledger says: which seed belongs to which device, and what follows from what is unknown. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AwsFacts, VirtualDevice } from "../../src/aws/aws-facts.ts";
import { closedAccounts, findAtAws, type LedgerFacts } from "../../src/aws/aws-findings.ts";
import type { Seed } from "../../src/aws/seed-devices.ts";

const ACCOUNT = "123456789012";
const NOW = Date.UTC(2026, 0, 31);
const WANTED = { now: NOW, keyDays: 90, rootPasskeys: 0 };
const TOTP = { type: "totp", algorithm: "SHA1", digits: 6, period: 30 } as const;

const serial = (name: string, account = ACCOUNT): string => `arn:aws:iam::${account}:mfa/${name}`;
const seed = (name: string, more: Partial<Seed> = {}): Seed => ({
  id: name,
  name,
  issuer: "Amazon Web Services",
  label: `${name}@${ACCOUNT}`,
  otp: TOTP,
  addedAt: "2026-01-01T00:00:00Z",
  ...more,
});
const device = (name: string, more: Partial<VirtualDevice> = {}): VirtualDevice => ({
  serial: serial(name),
  owner: name,
  enabledAt: undefined,
  ...more,
});
const facts = (more: Partial<AwsFacts> = {}): AwsFacts => ({
  account: ACCOUNT,
  partition: "aws",
  rootHasMfa: undefined,
  rootHasNoCredentials: false,
  rootDevices: undefined,
  report: undefined,
  users: undefined,
  devices: undefined,
  devicesOf: new Map(),
  ...more,
});
const ledger = (seeds: readonly Seed[], more: Partial<LedgerFacts> = {}): LedgerFacts => ({
  seeds,
  removed: [],
  unfinished: [],
  aliases: new Map(),
  ...more,
});
const kinds = (devices: readonly VirtualDevice[], of: LedgerFacts): string[] =>
  findAtAws(facts({ devices }), of, WANTED).findings.map(({ kind }) => kind);

describe("a seed and a device", () => {
  it.each<[string, Seed, VirtualDevice]>([
    [
      "by serial, whatever the label",
      seed("alice", { label: "x", mfaSerial: serial("eng/alice") }),
      device("eng/alice"),
    ],
    ["by label", seed("alice"), device("alice")],
    ["by label, where the device has a path", seed("alice"), device("eng/alice")],
  ])("belong together %s", (_, one, other) => {
    expect(kinds([other], ledger([one]))).toEqual([]);
  });

  it.each<[string, Seed]>([
    ["the label of another AWS account", seed("alice", { label: "alice@210987654321" })],
    ["the serial of another AWS account", seed("alice", { mfaSerial: serial("alice", "210987654321") })],
    [
      "the serial of another partition",
      seed("alice", { mfaSerial: serial("alice").replace("aws", "aws-cn") }),
    ],
    ["a label that ends in an alias", seed("alice", { label: "alice@corp" })],
    ["codes that AWS does not take", seed("alice", { otp: { ...TOTP, digits: 8 } })],
    ["codes of a counter", seed("alice", { otp: { type: "hotp" } })],
  ])("don't, with %s", (_, one) => {
    expect(kinds([device("alice")], ledger([one]))).toEqual(["seed-not-here"]);
  });

  it("belong together by an alias that the user has named", () => {
    const one = seed("alice", { label: "alice@corp" });
    const aliases = new Map([["corp", ACCOUNT]]);
    expect(kinds([device("alice")], ledger([one], { aliases }))).toEqual([]);
    expect(kinds([], ledger([one], { aliases }))).toEqual(["device-gone"]);
  });

  it("are not guessed where two devices have the name", () => {
    const found = findAtAws(facts({ devices: [device("a/x"), device("b/x")] }), ledger([seed("x")]), WANTED);
    expect(found.findings.map(({ kind }) => kind)).toEqual(["seed-not-here", "seed-not-here"]);
    expect(found.learned).toEqual([]);
  });

  it("are saved only where nothing speaks against it", () => {
    const learned = (devices: VirtualDevice[], seeds: Seed[]) =>
      findAtAws(facts({ devices }), ledger(seeds), WANTED).learned;
    expect(learned([device("a")], [seed("a")])).toEqual([{ seed: seed("a"), serial: serial("a") }]);
    expect(learned([device("a", { owner: undefined })], [seed("a")])).toEqual([]);
    expect(learned([device("a", { enabledAt: NOW })], [seed("a")])).toEqual([]);
    expect(learned([device("a")], [seed("a"), seed("again", { label: `a@${ACCOUNT}` })])).toEqual([]);
  });
});

it("says nothing that depends on what could not be read", () => {
  const seeds = [seed("a", { mfaSerial: serial("a") }), seed("b")];
  const unfinished = [serial("c")];
  expect(findAtAws(facts(), ledger(seeds, { unfinished }), WANTED)).toEqual({ findings: [], learned: [] });
});

it("needs no list of users to judge the report, and does not judge users that are gone", () => {
  const report = [{ user: "a", hasPassword: true, hasMfa: false, keys: [{ number: 1, since: 0 } as const] }];
  const found = (more: Partial<AwsFacts>): string[] =>
    findAtAws(facts({ report, ...more }), ledger([]), WANTED).findings.map(({ kind }) => kind);
  expect(found({})).toEqual(["user-no-mfa", "old-key"]);
  expect(found({ users: new Set() })).toEqual([]);
  expect(found({ devicesOf: new Map([["a", 1]]) })).toEqual(["old-key"]);
});

it("knows each AWS account that is closed, and no other", () => {
  const closed = seed("old", { label: "root@210987654321" });
  const accounts = (status: string) => [{ id: "210987654321", name: "old", status }];
  for (const status of ["SUSPENDED", "PENDING_CLOSURE"])
    expect(closedAccounts(ledger([closed, seed("a")]), accounts(status))).toEqual([
      { kind: "account-closed", seed: closed, awsAccount: "210987654321" },
    ]);
  expect(closedAccounts(ledger([closed]), accounts("ACTIVE"))).toEqual([]);
});

it("accounts for each device and each seed once: none is silently lost", () => {
  const names: readonly string[] = ["a", "b", "c", "d", "e"];
  const some = fc.subarray([...names]);
  fc.assert(
    fc.property(some, some, some, some, (devices, owned, stored, begun) => {
      const at = devices.map((one) => device(one, { owner: owned.includes(one) ? one : undefined }));
      const here = stored.map((one) => seed(one, { mfaSerial: serial(one) }));
      const found = findAtAws(
        facts({ devices: at }),
        ledger(here, { unfinished: begun.map((one) => serial(one)) }),
        WANTED,
      );
      for (const one of names) {
        const about = found.findings.filter(
          (finding) =>
            ("serial" in finding && finding.serial === serial(one)) ||
            ("seed" in finding && finding.seed?.name === one),
        );
        const isThere = devices.includes(one);
        const isHere = stored.includes(one);
        const isWell = isThere === isHere && (!isThere || owned.includes(one)) && !begun.includes(one);
        expect({ one, isWell: about.length === 0 }).toEqual({ one, isWell });
      }
    }),
  );
});
