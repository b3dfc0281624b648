/** Processes that run at once, each with its own end; and what may be said of any of them. */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import type { Computer } from "../helpers/binary.ts";
import { foreignLines } from "../helpers/binary.ts";
import type { Operation } from "./operations.ts";
import { type Death, type Died, runUntil } from "./process.ts";
import type { Tally } from "./tally.ts";
import type { Ending } from "./world.ts";

/** Of those who are to die at a change; the others die at some moment. */
const AT_A_CHANGE = 0.8;

export interface Ended {
  readonly operation: Operation;
  readonly step: Operation;
  readonly end: Died;
  readonly ending: Ending;
}

interface Chance {
  readonly random: () => number;
  readonly tally: Tally;
}

export async function runAll(
  chosen: readonly (readonly [Operation, Computer])[],
  chance: Chance,
): Promise<Ended[]> {
  return Promise.all(
    chosen.map(async ([operation, computer]) => {
      const { args, stdin, meeting } = operation;
      const end = await runUntil(deathFor(operation, chance), computer, args, stdin, meeting);
      chance.tally.count(args, end);
      return { operation, step: operation, end, ending: endingOf(operation, end) };
    }),
  );
}

function deathFor({ args, isSpared }: Operation, { random, tally }: Chance): Death {
  if (isSpared === true || random() < 0.04) return "none";
  const { changes, ms } = tally.typical(args);
  if (random() > AT_A_CHANGE) return { milliseconds: ms * (0.2 + 0.7 * random()) };
  const at = 1 + Math.floor(random() * changes);
  return random() < 0.2 ? { torn: at } : { after: at };
}

/** The seeds were moved between its look at config.json and its turn: it says so, does nothing, and may be said again. */
const PUT_OFF = /the seeds were moved to the (keyring|file) store in the meantime/;

function endingOf({ report }: Operation, { wasKilled, exitCode, stdout, stderr }: Died): Ending {
  if (PUT_OFF.test(stderr)) return "put off";
  if (report.test(stderr) || report.test(stdout) || exitCode === 0) return "done";
  return wasKilled ? "killed" : "refused";
}

/** What refusals there are is said by the exit code: not found, and no code of this step left. */
const REFUSALS = [0, 3, 7, null];

/** A refusal is an answer; a bug, a warning or a lock that nobody holds is not. */
export function checkVoices(ended: readonly Ended[], said: (problem: string) => void): void {
  const isMoving = ended.some(({ operation }) => operation.args[1] === "move");
  for (const { operation, end, ending } of ended) {
    const { stderr, exitCode } = end;
    const isOurs = foreignLines(stderr.slice(0, stderr.lastIndexOf("\n") + 1)).length === 0;
    const isAnswer = REFUSALS.includes(exitCode) || (isMoving && ending === "put off");
    const isFine = isAnswer && !/warning|\bbug\b|been running for|took over|damaged/.test(stderr);
    if (!isOurs || !isFine) said(`${operation.args.join(" ")}: exit ${exitCode}, ${stderr}`);
  }
}

/** For whoever has to find out what went wrong. */
export function storyOf(ended: readonly Ended[]): string {
  const lines = ended.map(
    ({ operation, end, ending }) =>
      `  ${operation.args.join(" ")}: ${ending}, exit ${end.exitCode}, ${end.trace} ${end.stderr.trim()}`,
  );
  return lines.join("\n");
}

export function killsOf(ended: readonly Ended[]): number {
  return ended.filter(({ end }) => end.wasKilled).length;
}

/** What a kill may leave for a moment, and the next writer takes away. */
export function leftovers({ data }: Computer): string[] {
  if (!existsSync(data)) mkdirSync(data, { recursive: true, mode: 0o700 });
  const names = readdirSync(data, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.includes(".tmp-") || name === ".lock" || name === "incoming.json");
}
