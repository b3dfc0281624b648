/** A target: a part of the program that reads bytes from outside, its permitted answers, and samples of valid input. */
import type { ExitCode } from "../../src/base/errors.ts";
import type { Chance } from "./mutate.ts";

export interface Target {
  readonly name: string;
  /** Valid inputs to start from, made by us. */
  samples(): Promise<readonly Sample[]>;
  /**
   * Handles the input as the program does. Throws what the program throws; throws Broken if the program's answer is wrong.
   * `sample`: the sample that the input was made from.
   */
  take(input: Buffer, sample: Sample): Promise<Taken>;
  /** The exit codes of the UserErrors that it may throw. */
  readonly refusals: readonly ExitCode[];
  /** Another way to change a sample, for targets where the usual changes reach little. */
  mutate?(sample: Sample, chance: Chance): Buffer;
  /** Don't grow texts from its samples' words, which mean nothing to it. */
  readonly isBinary?: true;
  /** Limit of processor time for one input; default: 2. */
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
  /** The messages that the user would see: no seed may be in them. */
  readonly said?: readonly string[];
}

/** The program's answer is wrong. */
export class Broken extends Error {
  override readonly name = "Broken";
}

export function assertThat(isRight: boolean, otherwise: string): asserts isRight {
  if (!isRight) throw new Broken(otherwise);
}
