/** Runs processes at once, each with its own end, and checks what holds for any of them. */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import type { Computer } from "../helpers/binary.ts";
import { foreignLines } from "../helpers/binary.ts";
import type { Operation } from "./operations.ts";
import { type Death, type ProcessEnd, runUntil } from "./process.ts";
import type { Tally } from "./tally.ts";
import type { Ending } from "./world.ts";

/** The share of processes killed at a change; the others are killed at some moment. */
const AT_A_CHANGE = 0.8;

export interface Ended {
  readonly operation: Operation;
  readonly step: Operation;
  readonly end: ProcessEnd;
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

/** The seeds were moved after it read config.json and before its turn: it reports that, does nothing, and can be repeated. */
const PUT_OFF = /the seeds were moved to the (keyring|file) store in the meantime/;

function endingOf({ report }: Operation, { wasKilled, exitCode, stdout, stderr }: ProcessEnd): Ending {
  if (PUT_OFF.test(stderr)) return "put off";
  if (report.test(stderr) || report.test(stdout) || exitCode === 0) return "done";
  return wasKilled ? "killed" : "refused";
}

/** The exit codes of refusals: not found, and no code left for this step. */
const REFUSALS = [0, 3, 7, null];

/** A refusal is acceptable; a bug, a warning or a stale lock is not. */
export function checkMessages(ended: readonly Ended[], addProblem: (problem: string) => void): void {
  const isMoving = ended.some(({ operation }) => operation.args[1] === "move");
  for (const { operation, end, ending } of ended) {
    const { stderr, exitCode } = end;
    const isOurs = foreignLines(stderr.slice(0, stderr.lastIndexOf("\n") + 1)).length === 0;
    const isAnswer = REFUSALS.includes(exitCode) || (isMoving && ending === "put off");
    const isFine = isAnswer && !/warning|\bbug\b|been running for|took over|damaged/.test(stderr);
    if (!isOurs || !isFine) addProblem(`${operation.args.join(" ")}: exit ${exitCode}, ${stderr}`);
  }
}

/** For debugging a failure. */
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

/** Files that a kill may leave and that the next writer removes. */
export function leftovers({ data }: Computer): string[] {
  if (!existsSync(data)) mkdirSync(data, { recursive: true, mode: 0o700 });
  const names = readdirSync(data, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.includes(".tmp-") || name === ".lock" || name === "incoming.json");
}
