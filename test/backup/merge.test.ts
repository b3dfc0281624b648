/** Restoring into homes of all kinds, several accounts with one seed among them: nothing goes back, and twice is once. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BackupContent, BackupEntry } from "../../src/backup/backup-content.ts";
import { type Home, planMerge } from "../../src/backup/restore-plan.ts";
import type { Account, Copy } from "../../src/ledger/account.ts";
import { type Enrollment, sameCodes } from "../../src/otp/enrollment.ts";
import { counting, github, key } from "../helpers/accounts.ts";

const at = "2026-01-31T12:00:00.000Z";
const SEEDS = [counting.secret, key("MFRGGZDFMZTWQ2LK")];

/** An account and its seed: its id, the number of its seed, the counter, and the devices that hold it. */
type Kept = readonly [id: string, seed: number, counter: number, devices: readonly string[]];

const kept = (ids: readonly string[]) =>
  fc.tuple(
    fc.constantFrom(...ids),
    fc.nat(1),
    fc.nat(60),
    fc.uniqueArray(fc.constantFrom("p", "q", "r"), { maxLength: 3 }),
  );
/** In the backup and in the home some ids are the same; there, too, an id is there once. */
const accounts = (ids: readonly string[]) =>
  fc.uniqueArray(kept(ids), { selector: ([id]) => id, maxLength: 6 });

function entryOf([id, seed, counter, devices]: Kept, isRemoved: boolean): BackupEntry {
  const otp = { type: "hotp", algorithm: "SHA1", digits: 6, counter } as const;
  const copies = devices.map((device): Copy => ({ device, addedAt: at }));
  const { issuer, label } = counting;
  const fields = { id, name: id, issuer, label, otp, addedAt: at, copies, fingerprint: "" };
  const account: Account = { ...fields, ...(isRemoved ? { removedAt: at } : {}) };
  return { account, enrollment: { ...counting, otp, secret: SEEDS[seed] ?? github.secret } };
}

/** A home that takes a plan in, as `backup restore` does. */
function homeOf(active: readonly Kept[], gone: readonly Kept[]) {
  const [present, removed] = [new Map<string, Account>(), new Map<string, Account>()];
  const seeds = new Map<string, Enrollment>();
  let drawn = 0;
  for (const [list, isRemoved] of [
    [active, false],
    [gone, true],
  ] as const) {
    for (const { account, enrollment } of list.map((one) => entryOf(one, isRemoved))) {
      (isRemoved ? removed : present).set(account.id, account);
      seeds.set(account.id, enrollment);
    }
  }
  const view = (): Home => ({
    accounts: [...present.values()],
    removed: [...removed.values()],
    damaged: [],
    devices: [],
    random: (bytes) => createHash("sha512").update(`${drawn++}`).digest().subarray(0, bytes),
    async compare(id, enrollment) {
      const there = seeds.get(id);
      return there === undefined ? "missing" : sameCodes(there, enrollment) ? "same" : "other";
    },
  });
  return {
    seeds,
    content: () => structuredClone([[...present], [...removed]]),
    counters: (seed: number) =>
      [...present.values()].flatMap(({ id, otp }) => {
        const isIts = SEEDS[seed] !== undefined && seeds.get(id)?.secret.equals(SEEDS[seed]);
        return isIts && otp.type === "hotp" ? [otp.counter] : [];
      }),
    present,
    async restore(backup: BackupContent) {
      const { steps } = await planMerge(backup, view());
      for (const { account, enrollment, write, put } of steps) {
        if (put) seeds.set(account.id, enrollment);
        if (write === "nothing") continue;
        (account.removedAt === undefined ? present : removed).set(account.id, account);
      }
      return steps;
    },
  };
}

function backupOf(active: readonly Kept[], gone: readonly Kept[]): BackupContent {
  return {
    createdAt: at,
    device: "p",
    accounts: active.map((one) => entryOf(one, false)),
    removed: gone.map((one) => entryOf(one, true)),
    devices: [],
  };
}

describe("two accounts of a backup with one seed, which is one account here", () => {
  const both: readonly Kept[] = [
    ["x", 0, 50, ["p"]],
    ["old", 0, 8, ["q"]],
  ];
  it.each([[both], [both.toReversed()]])(
    "the largest counter wins, and no copy is lost: %j",
    async (inside) => {
      const home = homeOf([["h", 0, 5, ["r"]]], []);
      const steps = await home.restore(backupOf(inside, []));
      expect(home.present.get("h")).toMatchObject({ otp: { counter: 50 } });
      expect(
        home.present
          .get("h")
          ?.copies.map(({ device }) => device)
          .sort(),
      ).toEqual(["p", "q", "r"]);
      expect(steps.flatMap(({ notes }) => notes)).toEqual(["continues at counter 50, the higher one"]);
      for (const { account } of steps) expect(account).toEqual(home.present.get("h"));
    },
  );

  it("a counter of what was removed on either side does not go back either", async () => {
    const home = homeOf([["h", 0, 5, []]], []);
    await home.restore(backupOf([], [["old", 0, 50, ["q"]]]));
    // What was known of the seed's copies is known of them still.
    expect(home.present.get("h")).toMatchObject({ otp: { counter: 50 }, copies: [{ device: "q" }] });
    const other = homeOf([], [["h", 0, 5, []]]);
    const [step] = await other.restore(backupOf([["x", 0, 50, ["q"]]], []));
    expect(step).toMatchObject({
      status: "aside",
      account: { id: "h", removedAt: at, otp: { counter: 50 } },
    });
    expect(other.present.size).toBe(0);
  });
});

it("no counter goes back, no copy is lost, and a second restore changes nothing", async () => {
  const ids = ["a", "b", "c", "d", "e", "f"];
  const split = (list: readonly Kept[], isGone: readonly boolean[]) => ({
    active: list.filter((_, i) => isGone[i] !== true),
    gone: list.filter((_, i) => isGone[i] === true),
  });
  const flags = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(accounts(ids), flags, accounts(ids), flags, async (inside, f, here, g) => {
      const [backed, own] = [split(inside, f), split(here, g)];
      const backup = backupOf(backed.active, backed.gone);
      const home = homeOf(own.active, own.gone);
      const before = new Map(home.present);
      await home.restore(backup);
      for (const [id, { otp, copies }] of before) {
        const now = home.present.get(id);
        expect(now?.otp.type === "hotp" && otp.type === "hotp" && now.otp.counter >= otp.counter).toBe(true);
        expect(now?.copies).toEqual(expect.arrayContaining([...copies]));
      }
      for (const seed of [0, 1]) {
        // Unless it was removed here, in which case that one takes it in.
        const due = backed.active.filter(([, one]) => one === seed).map(([, , counter]) => counter);
        const isHere = own.active.some(([, one]) => one === seed);
        if (isHere) expect(Math.max(...home.counters(seed))).toBeGreaterThanOrEqual(Math.max(0, ...due));
      }
      const once = home.content();
      const again = await home.restore(backup);
      expect(again.filter(({ write, put }) => write !== "nothing" || put)).toEqual([]);
      expect(home.content()).toEqual(once);
    }),
    { numRuns: 400 },
  );
});
