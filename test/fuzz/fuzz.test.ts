/**
 * 500 inputs (5,000 in the long run) for each target (CONTRIBUTING.md, "Fuzzing"): a clear refusal, or the readable rest of the input; never a crash, a
 * long wait, much memory, a changed prototype, or a seed in a message. Earlier finds (test/fixtures/fuzz/) remain fixed.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { times } from "../helpers/times.ts";
import { judge } from "./oracle.ts";
import { run } from "./run.ts";
import { TARGETS } from "./targets/index.ts";

vi.mock("../../src/formats/derivations.ts", () => import("./unsafe-derivations.ts"));

const SEED = 7;
const INPUTS = times(500);
const FOUND = join(process.cwd(), "test/fixtures/fuzz");

it.each(TARGETS)("$name", async (target) => {
  const { failures } = await run(target, INPUTS, SEED);
  const told = failures.map(({ number, sample, fault, input }) => {
    return `${number} (from ${sample}): ${fault}: ${input.subarray(0, 2000).toString("base64")}`;
  });
  expect(told).toEqual([]);
});

/** Each file is named after what went wrong with it, in a folder named after its target. */
const crashes = readdirSync(FOUND).flatMap((target) =>
  readdirSync(join(FOUND, target)).map((file) => ({ target, file })),
);

it.each(crashes)("$target: $file", async ({ target: name, file }) => {
  const target = TARGETS.find((one) => one.name === name);
  if (target === undefined) throw new Error(`no target ${name}`);
  for (const sample of await target.samples()) {
    const { fault } = await judge(target, readFileSync(join(FOUND, name, file)), sample);
    expect(fault).toBeUndefined();
  }
});
