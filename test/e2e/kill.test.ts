/** Nothing is lost, whenever the program is killed. The rules stand in test/helpers/kill-rig.ts. */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { beginHome, emptyTally, surviveKills, type Typical } from "../helpers/kill-rig.ts";
import { gate } from "../helpers/parallel.ts";

const HOMES = 40;
const KILLS = 5;
/** A lock of the dead is waited for, which costs time and no work: so many homes are under way at once. */
const HOMES_AT_ONCE = 16;
const RUNS_AT_ONCE = 3;
const LONG = 240_000;

const root = mkdtempSync(join(tmpdir(), "twinseed-kill-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("killed at any moment", { timeout: LONG }, () => {
  it(`${HOMES * KILLS} times, nothing is lost and the next command works`, async ({ annotate }) => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const key = randomBytes(32).toString("base64");
    const tally = emptyTally();
    const [homes, runs] = [gate(HOMES_AT_ONCE), gate(RUNS_AT_ONCE)];
    const rigs = Array.from({ length: HOMES }, (_, i) => {
      return { home: join(root, `home${i}`), key, seed: seed + i, kills: KILLS, tally, gate: runs };
    });
    // The others begin with a kill in their very first command: with a folder that is there, or without.
    const begun = rigs.filter((_, i) => i % 4 > 1);
    for (const { home } of rigs.filter((_, i) => i % 4 === 1))
      mkdirSync(join(home, "data"), { recursive: true });
    // As busy as it will be later.
    const typical = middle(await Promise.all(begun.map((rig) => beginHome(rig))));
    const found = await Promise.all(rigs.map((rig) => homes(() => surviveKills({ ...rig, typical }))));
    const { waits, ...kills } = tally;
    const longest = Math.round(Math.max(0, ...waits));
    const sorted = waits.sort((a, b) => a - b);
    const median = Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
    const numbers = JSON.stringify({ seed, typical, kills, locks: { found: waits.length, median, longest } });
    await annotate(numbers);
    expect(found.flat(), numbers).toEqual([]);
    // Else nothing was tried: kills must have hit before, within and after the writing.
    const locked = kills.lockedUntouched + kills.lockedPart + kills.lockedDone;
    expect(locked, numbers).toBeGreaterThan((HOMES * KILLS) / 10);
    expect(kills.early, numbers).toBeGreaterThan(0);
    // A dead one's lock counts for three seconds.
    expect(longest, numbers).toBeLessThan(10_000);
  });
});

function middle(found: readonly Typical[]): Typical {
  const median = (values: number[]): number =>
    values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  return { run: median(found.map(({ run }) => run)), locked: median(found.map(({ locked }) => locked)) };
}
