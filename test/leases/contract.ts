/** What every lease engine must do: src/leases/CONTRACT.md, sentence by sentence. */
import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { LARGEST_CLOCK_DIFFERENCE } from "../../src/leases/believed.ts";
import type { Lease, Reservation, Reserved } from "../../src/leases/lease.ts";
import type { Clock } from "../../src/ports/clock.ts";

const RACERS = 12;
const STEP = 58_000_000;
const OURS: Reserved = { isOurs: true };
const not = (last: number): Reserved => ({ isOurs: false, last });

export function freshKey(): string {
  return randomBytes(16).toString("hex");
}

/** Opens a place for records, repeatedly, as different computers would: each with its own clock. */
export type Opener = (clock?: Clock) => Promise<Lease>;

/** `start` creates the place. */
export function leaseContract(name: string, start: () => Promise<Opener>): void {
  describe(`the ${name} engine keeps the lease contract`, () => {
    async function begin() {
      const open = await start();
      const key = freshKey();
      /** By a computer of its own. */
      async function alone<T>(work: (lease: Lease) => Promise<T>): Promise<T> {
        const lease = await open();
        try {
          return await work(lease);
        } finally {
          await lease.close();
        }
      }
      const reserve = (first: number, more: Partial<Reservation> = {}) =>
        alone((lease) => lease.reserve({ key, first, amount: 1, sweepBelow: 0, ...more }));
      return { open, key, alone, reserve };
    }

    it("knows nothing at first, and answers", async () => {
      const { alone, key } = await begin();
      expect(await alone((lease) => lease.last(key))).toBeUndefined();
      await alone((lease) => lease.check());
      expect(await alone((lease) => lease.last(key))).toBeUndefined();
    });

    it("gives each step once, and none at or below the last one", async () => {
      const { reserve, alone, key } = await begin();
      expect(await reserve(STEP)).toEqual(OURS);
      expect(await reserve(STEP)).toEqual(not(STEP));
      expect(await reserve(STEP - 1)).toEqual(not(STEP));
      expect(await reserve(STEP - 1000)).toEqual(not(STEP));
      expect(await reserve(STEP + 1)).toEqual(OURS);
      expect(await reserve(STEP + 10)).toEqual(OURS);
      expect(await reserve(STEP + 5)).toEqual(not(STEP + 10));
      expect(await alone((lease) => lease.last(key))).toBe(STEP + 10);
    });

    it("compares steps as numbers, from 0 to the largest", async () => {
      const { reserve } = await begin();
      expect(await reserve(0)).toEqual(OURS);
      expect(await reserve(0)).toEqual(not(0));
      expect(await reserve(9)).toEqual(OURS);
      expect(await reserve(10)).toEqual(OURS);
      expect(await reserve(9)).toEqual(not(10));
      expect(await reserve(Number.MAX_SAFE_INTEGER - 1)).toEqual(OURS);
      expect(await reserve(11)).toEqual(not(Number.MAX_SAFE_INTEGER - 1));
    });

    it("gives several steps together or not at all", async () => {
      const { reserve } = await begin();
      expect(await reserve(STEP, { amount: 3 })).toEqual(OURS);
      for (const step of [STEP, STEP + 1, STEP + 2]) expect(await reserve(step)).toEqual(not(STEP + 2));
      expect(await reserve(STEP + 2, { amount: 2 })).toEqual(not(STEP + 2));
      expect(await reserve(STEP + 3, { amount: 2 })).toEqual(OURS);
    });

    it("keeps keys apart", async () => {
      const { reserve } = await begin();
      expect(await reserve(STEP)).toEqual(OURS);
      expect(await reserve(STEP, { key: freshKey() })).toEqual(OURS);
    });

    it("sweeps, and never forgets the last one", async () => {
      const { reserve } = await begin();
      for (let i = 0; i < 3; i++) expect(await reserve(STEP + i)).toEqual(OURS);
      expect(await reserve(STEP + 200, { sweepBelow: STEP + 100 })).toEqual(OURS);
      expect(await reserve(STEP + 201, { sweepBelow: STEP + 10_000 })).toEqual(OURS);
      expect(await reserve(STEP + 1)).toEqual(not(STEP + 201));
      expect(await reserve(STEP + 201)).toEqual(not(STEP + 201));
    });

    it.each([1, 2])(`of ${RACERS} that want %i at one moment exactly one gets it`, async (amount) => {
      const { open, key } = await begin();
      const leases = await Promise.all(Array.from({ length: RACERS }, () => open()));
      for (let round = 0; round < 2; round++) {
        const first = STEP + 10 * round;
        const all = await Promise.all(
          leases.map((lease) => lease.reserve({ key, first, amount, sweepBelow: 0 })),
        );
        expect(all.filter(({ isOurs }) => isOurs)).toHaveLength(1);
        for (const one of all) if (!one.isOurs) expect(one.last).toBe(first + amount - 1);
      }
      await Promise.all(leases.map((lease) => lease.close()));
    });

    it("those that want different steps at one moment get each once, and the highest in any case", async () => {
      const { open, key, alone } = await begin();
      const leases = await Promise.all(Array.from({ length: 6 }, () => open()));
      const given: number[] = [];
      await Promise.all(
        leases.map(async (lease, i) => {
          const first = STEP + (i % 3);
          const { isOurs } = await lease.reserve({ key, first, amount: 1, sweepBelow: 0 });
          if (isOurs) given.push(first);
        }),
      );
      expect(new Set(given).size).toBe(given.length);
      expect(given).toContain(STEP + 2);
      expect(await alone((lease) => lease.last(key))).toBe(STEP + 2);
      await Promise.all(leases.map((lease) => lease.close()));
    });

    it("tells the time right, if it tells it", async () => {
      const { alone } = await begin();
      const before = Date.now();
      const now = await alone((lease) => lease.now());
      if (now === undefined) return;
      expect(now).toBeGreaterThan(before - 2000);
      expect(now).toBeLessThan(Date.now() + 2000);
    });

    it.each([-1, 1])("is not believed where its clock is far from ours, %i", async (side) => {
      const { open } = await begin();
      const off = (milliseconds: number): Clock => ({
        now: () => Date.now() - side * milliseconds,
        sleep: async () => {},
      });
      const near = await open(off(LARGEST_CLOCK_DIFFERENCE - 30_000));
      const hasClock = (await near.now()) !== undefined;
      await near.check();
      await near.close();
      if (!hasClock) return;
      const far = await open(off(LARGEST_CLOCK_DIFFERENCE + 45_000));
      const refusal = {
        exitCode: ExitCode.noUnspentCode,
        message: expect.stringMatching(/its clock is 6 minutes (ahead of|behind) this computer's$/),
      };
      await expect(far.now()).rejects.toMatchObject(refusal);
      await expect(far.check()).rejects.toMatchObject(refusal);
      await far.close();
    });

    it("says what a person can do", async () => {
      const { alone, key } = await begin();
      expect(await alone(async (lease) => lease.forget(key, STEP))).toContain(key);
    });
  });
}
