/** Computers in a merge: none becomes another one, and no danger turns into safety. */
import { expect, it } from "vitest";
import { mergeLedgerFiles } from "../../src/ledger/merge-files.ts";

const DAY = (day: number) => `2026-01-${String(day).padStart(2, "0")}T00:00:00.000Z`;

type Fields = Readonly<Record<string, unknown>>;
type Side = Map<string, string>;

function side(devices: readonly Fields[], account?: Fields): Side {
  const list = devices.map((one) => ({ kind: "computer", addedAt: DAY(1), state: "active", ...one }));
  const otp = { type: "totp", algorithm: "SHA1", digits: 6, period: 30 };
  const whole = { version: 1, id: "a", name: "a", issuer: "", label: "a", ...otp, addedAt: DAY(1) };
  const content = { ...whole, copies: [], fingerprint: "", ...account };
  const folder = account !== undefined && "removedAt" in account ? "removed" : "accounts";
  return new Map([
    ["devices.json", JSON.stringify({ version: 1, devices: list })],
    ...(account === undefined ? [] : [[`${folder}/a.json`, JSON.stringify(content)] as const]),
  ]);
}

function merged(base: Side, ours: Side, theirs: Side) {
  const { files, notes } = mergeLedgerFiles(base, ours, theirs);
  expect(mergeLedgerFiles(base, theirs, ours).files, "the same whoever merges").toEqual(files);
  expect(mergeLedgerFiles(files, files, files).files, "nothing more").toEqual(files);
  const devices: Fields[] = JSON.parse(files.get("devices.json") ?? "{}").devices;
  const account = JSON.parse(files.get("accounts/a.json") ?? "null");
  return { files, notes, devices, account };
}

const none: Side = new Map();
const bob = { id: "b", name: "bob", computer: "1" };
const copy = { device: "b", addedAt: DAY(1), confirmedAt: DAY(1) };

it.each<[string, Fields, Fields, number]>([
  ["two computers of one name", { computer: "1" }, { computer: "2" }, 2],
  ["a computer, and what a user called like it", { computer: "1" }, {}, 2],
  ["two that users called the same", {}, {}, 1],
  ["one computer under two names", { computer: "1" }, { computer: "1", name: "other" }, 1],
  ["a member that both removed", { member: "k", state: "lost" }, { member: "k", state: "lost" }, 1],
  [
    "a member that was removed, and its computer",
    { member: "k", computer: "1" },
    { member: "k", state: "lost" },
    1,
  ],
  ["two computers with one key", { member: "k", computer: "1" }, { member: "k", computer: "2" }, 2],
])("%s", (_, ours, theirs, amount) => {
  const one = side([{ id: "x", name: "mbp", ...ours }]);
  const { devices } = merged(none, one, side([{ id: "y", name: "mbp", addedAt: DAY(2), ...theirs }]));
  expect(devices).toHaveLength(amount);
  expect(new Set(devices.map(({ name }) => name)).size).toBe(amount);
  const isLost = [ours, theirs].some(({ state }) => state === "lost");
  expect(devices.some(({ state }) => state === "lost")).toBe(isLost);
});

it("a date that a thief renews does not bring a lost laptop back", () => {
  const base = side([bob], { copies: [copy] });
  const lost = side([{ ...bob, state: "lost", stateSince: DAY(2) }], { copies: [copy] });
  const renewed = side([{ ...bob, openedAt: DAY(9) }], { copies: [copy] });
  expect(merged(base, lost, renewed).devices).toMatchObject([{ state: "lost", openedAt: DAY(9) }]);
});

it("a laptop that someone else called wiped, and that opened its store after that, may have the seed", () => {
  const base = side([bob], { copies: [copy] });
  const wiped = side([{ ...bob, wipedAt: DAY(5) }], {
    copies: [{ device: "b", addedAt: DAY(1), wipedAt: DAY(5) }],
  });
  for (const [opened, shownAt] of [
    [9, DAY(9)],
    [4, undefined],
  ] as const) {
    const { account } = merged(base, wiped, side([{ ...bob, openedAt: DAY(opened) }], { copies: [copy] }));
    expect(account.copies).toEqual([
      expect.objectContaining({ wipedAt: DAY(5), ...(shownAt ? { shownAt } : {}) }),
    ]);
    expect(account.copies[0].shownAt).toBe(shownAt);
  }
});

it("a computer that entered its own copy has not used the account: its removal stands", () => {
  const base = side([bob], {});
  const removed = side([bob], { removedAt: DAY(3) });
  expect(merged(base, removed, side([bob], { copies: [copy] })).account).toBeNull();
  const phone = { id: "p", name: "phone", kind: "phone" };
  const used = side([bob, phone], { copies: [{ ...copy, device: "p" }] });
  expect(merged(base, removed, used).account).toMatchObject({ id: "a" });
});
