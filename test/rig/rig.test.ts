/** Nothing is lost, and nothing is given out twice, whenever processes are killed. For what is done and checked, see home.ts. */
import { expect, it } from "vitest";
import { times } from "../helpers/times.ts";
import { runRig } from "./rig.ts";

/** 1,000 in the long run. */
const KILLS = times(1) > 1 ? 1_000 : 120;

it(`${KILLS} kills of up to eight processes at once`, { timeout: times(240_000) }, async ({ annotate }) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const { problems, numbers } = await runRig(KILLS, seed);
  const text = JSON.stringify(numbers);
  await annotate(text);
  expect(problems, text).toEqual([]);
  // Otherwise nothing was tested.
  expect(numbers.kills, text).toBeGreaterThanOrEqual(KILLS);
  for (const name of ["withStaleLock", "withLeftovers", "atAMoment"])
    expect(Number(numbers[name]), text).toBeGreaterThan(0);
});
