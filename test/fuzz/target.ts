/** A target: a part of the program that takes bytes from outside, what it may answer, and what sound input looks like. */
import type { ExitCode } from "../../src/base/errors.ts";
import type { Chance } from "./mutate.ts";

export interface Target {
  readonly name: string;
  /** Sound inputs to start from, of our own making. */
  samples(): Promise<readonly Sample[]>;
  /**
   * Does with the input what the program does. Throws what the program throws; throws Broken where its answer is wrong.
   * `sample`: what the input was made from.
   */
  take(input: Buffer, sample: Sample): Promise<Taken>;
  /** What UserErrors it may throw. */
  readonly refusals: readonly ExitCode[];
  /** Where the usual changes reach little: another way to change a sample. */
  mutate?(sample: Sample, chance: Chance): Buffer;
  /** No texts are made of its samples' words: they mean nothing to it. */
  readonly isBinary?: true;
  /** Of processor time, for one input; 2 unless it says otherwise. */
  readonly seconds?: number;
}

export interface Sample {
  readonly name: string;
  readonly bytes: Buffer;
  readonly password?: string;
}

export interface Taken {
  /** For the table: "read", "refused: …". */
  readonly outcome: string;
  /** What a person would be told: no seed may be in it. */
  readonly said?: readonly string[];
}

/** The program has answered, and wrongly. */
export class Broken extends Error {
  override readonly name = "Broken";
}

export function demand(isRight: boolean, otherwise: string): asserts isRight {
  if (!isRight) throw new Broken(otherwise);
}
