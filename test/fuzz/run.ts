/** Runs a target: makes inputs from its samples and judges each. The same seed makes the same inputs. */
import { randomFrom } from "../helpers/parallel.ts";
import { grown } from "./grow.ts";
import { mutate, pick } from "./mutate.ts";
import { judge } from "./oracle.ts";
import type { Sample, Target } from "./target.ts";

/** Enough to examine; more would only repeat them. */
const MOST_FAILURES = 10;

export interface Failure {
  readonly target: string;
  readonly number: number;
  readonly sample: string;
  readonly fault: string;
  readonly cause: unknown;
  readonly input: Buffer;
}

export interface Result {
  readonly target: string;
  readonly inputs: number;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly seconds: number;
  readonly slowest: number;
  readonly failures: readonly Failure[];
}

export async function run(target: Target, inputs: number, seed: number): Promise<Result> {
  const samples = await target.samples();
  const outcomes = new Map<string, number>();
  const failures: Failure[] = [];
  let [seconds, slowest, number] = [0, 0, 0];
  for (; number < inputs && failures.length < MOST_FAILURES; number++) {
    const { input, sample } = inputOf(target, samples, seed, number);
    const { outcome, fault, cause, seconds: spent } = await judge(target, input, sample);
    seconds += spent;
    slowest = Math.max(slowest, spent);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (fault !== undefined)
      failures.push({ target: target.name, number, sample: sample.name, fault, cause, input });
  }
  return { target: target.name, inputs: number, outcomes, seconds, slowest, failures };
}

/** Any input can be made again from its number. */
function inputOf(target: Target, samples: readonly Sample[], seed: number, number: number) {
  const own = seedOf(target.name, seed, number);
  const chance = randomFrom(own);
  const sample = pick(chance, samples);
  if (target.mutate !== undefined && chance() < 0.6) return { sample, input: target.mutate(sample, chance) };
  if (!target.isBinary && chance() < 0.2) return { sample, input: grown(sample.bytes, own) };
  const others = samples.map(({ bytes }) => bytes);
  return { sample, input: mutate(sample.bytes, others, chance) };
}

function seedOf(name: string, seed: number, number: number): number {
  let mixed = seed ^ Math.imul(number + 1, 0x9e3779b1);
  for (const character of name) mixed = Math.imul(mixed ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return mixed | 0;
}
