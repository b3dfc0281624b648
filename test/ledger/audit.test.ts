import { describe, expect, it } from "vitest";
import type { Account, Copy, Device, DeviceKind } from "../../src/ledger/account.ts";
import { audit, DEFAULT_AUDIT } from "../../src/ledger/findings.ts";

const now = Date.parse("2026-06-01T00:00:00Z");
const options = { now, here: "laptop", ...DEFAULT_AUDIT };
const day = (days: number) => new Date(now - days * 86_400_000).toISOString();

function device(id: string, kind: DeviceKind, more: Partial<Device> = {}): Device {
  return { id, name: id, kind, addedAt: day(300), state: "active", ...more };
}
const devices = [
  device("laptop", "computer", { computer: "1" }),
  device("phone", "phone"),
  device("tablet", "tablet"),
  device("old", "phone", { state: "retired", stateSince: day(10) }),
  device("gone", "phone", { state: "lost", stateSince: day(1) }),
  device("vault", "backup", { place: "bank", placedAt: day(300) }),
];

const copy = (device: string, confirmed?: number, more: Partial<Copy> = {}): Copy => ({
  device,
  addedAt: day(300),
  ...(confirmed === undefined ? {} : { confirmedAt: day(confirmed) }),
  ...more,
});

function account(name: string, ...copies: Copy[]): Account {
  const otp = { type: "totp", algorithm: "SHA1", digits: 6, period: 30 } as const;
  return { id: `id${name}`, name, issuer: "", label: name, otp, addedAt: day(300), copies, fingerprint: "" };
}

const known = devices.filter(({ kind }) => kind !== "backup");
const findings = (...copies: Copy[]) =>
  audit([account("a", ...copies)], known, options).accounts[0]?.findings.map(
    ({ kind, fix }) => `${kind}: ${fix.join(" ")}`,
  );

it("an account whose only copy is gone with its seed has none; of several backups one speaks as of several", () => {
  const gone = new Set(["ida"]);
  const found = audit([account("a", copy("laptop", 0))], known, { ...options, gone }).accounts[0]?.findings;
  expect(found?.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
    "no-copy: no available device has it: sign in another way and enroll again",
    "no-seed: this computer's store has no seed of it",
  ]);
  const backups = [...known, device("usb", "backup"), device("disk", "backup")];
  const messages = (...copies: Copy[]) =>
    audit([account("a", ...copies)], backups, options).accounts[0]?.findings.map(({ message }) => message);
  expect(messages(copy("laptop", 0), copy("usb"), copy("disk"))).toEqual([
    "only this computer has it; the backups usb and disk count once they are in another place, and you say in which",
  ]);
  expect(messages(copy("usb"), copy("disk"))).toEqual(["only the backups usb and disk have it"]);
});

describe("one account", () => {
  it.each([
    ["two devices, confirmed", [copy("laptop", 0), copy("phone", 10)], []],
    ["only this computer", [copy("laptop", 0)], ["one-device: qr ida --device NAME"]],
    ["only one phone", [copy("phone", 0)], ["one-device: qr ida --device NAME"]],
    ["none", [], ["no-copy: qr ida --device NAME"]],
    [
      "a second one that proved nothing",
      [copy("laptop", 0), copy("phone")],
      ["unconfirmed: verify ida --device phone"],
    ],
    ["one of two others proved it", [copy("laptop", 0), copy("phone"), copy("tablet", 5)], []],
    [
      "one device twice, in a file that was edited",
      [copy("phone", 1), copy("phone", 2)],
      ["one-device: qr ida --device NAME", "unconfirmed: verify ida --device phone"],
    ],
    ["stale", [copy("laptop", 0), copy("phone", 181)], ["stale: verify ida --device phone"]],
    ["not yet stale", [copy("laptop", 0), copy("phone", 180)], []],
    [
      "on a lost device",
      [copy("laptop", 0), copy("phone", 1), copy("gone", 5)],
      ["lost-device: device lost gone"],
    ],
    [
      "on a lost device and this computer",
      [copy("laptop", 0), copy("gone", 5)],
      ["lost-device: device lost gone", "one-device: qr ida --device NAME"],
    ],
    [
      "on a lost device alone",
      [copy("gone", 5)],
      ["no-copy: add PICTURE --replace", "lost-device: device lost gone"],
    ],
    [
      "on a retired device",
      [copy("laptop", 0), copy("phone", 1), copy("old", 30)],
      ["retired-device: device wiped old"],
    ],
    [
      "a dead copy",
      [copy("laptop", 0), copy("phone", undefined, { deadSince: day(2) })],
      ["dead-copy: qr ida --device phone", "one-device: qr ida --device NAME"],
    ],
    [
      "a dead copy on a lost device is of no interest",
      [copy("laptop", 0), copy("tablet", 1), copy("gone", 5, { deadSince: day(1) })],
      [],
    ],
  ])("%s", (_, copies, expected) => {
    expect(findings(...copies)).toEqual(expected);
  });

  it.each([
    ["laptop", "only this computer has it"],
    ["phone", "only phone has it"],
  ])("a single copy, on %s: the message says where it is", (name, message) => {
    const [one] = audit([account("a", copy(name, 0))], known, options).accounts;
    expect(one?.findings).toMatchObject([{ kind: "one-device", message }]);
  });

  it("more copies may be wanted", () => {
    const two = account("a", copy("laptop", 0), copy("phone", 1));
    const kinds = (minCopies: number) =>
      audit([two], known, { ...options, minCopies }).accounts[0]?.findings.map(({ kind }) => kind);
    expect([kinds(2), kinds(3)]).toEqual([[], ["one-device"]]);
  });

  it("all copies on devices of one kind is a note, no finding", () => {
    const phones = [...known, device("second", "phone")];
    const [one] = audit([account("a", copy("phone", 1), copy("second", 1))], phones, options).accounts;
    expect(one).toMatchObject({ findings: [], notes: ["all copies are on one kind of device (phone)"] });
  });
});

it("is sorted by risk, then by name", () => {
  const accounts = [
    account("fine", copy("laptop", 0), copy("phone", 1)),
    account("b-one", copy("laptop", 0)),
    account("a-one", copy("laptop", 0)),
    account("unproved", copy("laptop", 0), copy("phone")),
    account("lost", copy("laptop", 0), copy("phone", 1), copy("gone", 1)),
    account("nowhere"),
  ];
  expect(audit(accounts, known, options).accounts.map(({ account }) => account.name)).toEqual([
    "nowhere",
    "lost",
    "a-one",
    "b-one",
    "unproved",
    "fine",
  ]);
});

describe("backups", () => {
  const kinds = (...accounts: Account[]) =>
    audit(accounts, devices, options).findings.map(({ kind }) => kind);
  const held = account("held", copy("laptop", 0), copy("phone", 1), copy("vault", 3));
  it("holds everything and was read back", () => expect(kinds(held)).toEqual([]));
  it("older than an account", () =>
    expect(kinds(held, account("new", copy("laptop", 0), copy("phone", 1)))).toEqual(["backup-behind"]));
  it("never verified", () =>
    expect(kinds(account("a", copy("laptop", 0), copy("phone", 1), copy("vault")))).toEqual([
      "backup-unverified",
    ]));
  it("a backup proves nothing by a code: it is verified as a file", () => {
    const of = (...copies: Copy[]) =>
      audit([account("a", ...copies)], devices, options).accounts[0]?.findings.map(({ kind, fix }) => [
        kind,
        fix.join(" "),
      ]);
    expect(of(copy("laptop", 0), copy("vault"))).toEqual([["unconfirmed", "backup verify FILE"]]);
    expect(of(copy("laptop", 0), copy("vault", 200))).toEqual([["stale", "backup verify FILE"]]);
  });
  it("an old one that is retired or holds a dead seed is no risk of an account", () => {
    const retired = devices.map((one): Device => (one.id === "vault" ? { ...one, state: "retired" } : one));
    const live = [copy("laptop", 0), copy("phone", 1)];
    const dead = account("a", ...live, copy("vault", 1, { deadSince: day(1) }));
    expect(audit([account("a", ...live, copy("vault"))], retired, options)).toMatchObject({
      accounts: [{ findings: [] }],
      findings: [],
    });
    expect(audit([dead], devices, options)).toMatchObject({
      accounts: [{ findings: [] }],
      findings: [{ kind: "backup-behind" }],
    });
  });
});
