/** Counts what the kills have hit and how long commands take, which is used to aim the next kills. */
import type { ProcessEnd } from "./process.ts";

const FIRST_GUESS = { changes: 40, ms: 150 };

export interface Tally {
  /** How many changes a command usually makes, and how long it takes. */
  typical(args: readonly string[]): { changes: number; ms: number };
  count(args: readonly string[], end: ProcessEnd): void;
  /** `isLocked`: a dead process still holds the lock. */
  round(processes: number, isLocked: boolean, leftovers: number): void;
  /** How many milliseconds the next command took, if there was a stale lock. */
  wait(milliseconds: number | undefined): void;
  numbers(): Record<string, unknown>;
}

export function newTally(): Tally {
  const known = new Map<string, { changes: number; ms: number }>();
  const killed = { atAChange: 0, atAMoment: 0 };
  const at = new Map<string, number>();
  const by = new Map<string, number>();
  const rounds = { rounds: 0, processes: 0, withStaleLock: 0, withLeftovers: 0 };
  const waits: number[] = [];
  const more = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);
  return {
    typical: (args) => known.get(kindOf(args)) ?? FIRST_GUESS,
    count(args, { wasKilled, trace, ms }) {
      const kind = kindOf(args);
      const changes = Number(/^(\d+) calls$/.exec(trace)?.[1]);
      if (changes > 0) {
        const before = known.get(kind) ?? { changes, ms };
        known.set(kind, { changes: (before.changes * 3 + changes) / 4, ms: (before.ms * 3 + ms) / 4 });
      }
      if (!wasKilled) return;
      more(by, kind);
      if (trace === "") killed.atAMoment += 1;
      else killed.atAChange += 1;
      if (trace !== "") more(at, pointOf(trace));
    },
    round(processes, isLocked, leftovers) {
      rounds.rounds += 1;
      rounds.processes += processes;
      if (isLocked) rounds.withStaleLock += 1;
      if (leftovers > 0) rounds.withLeftovers += 1;
    },
    wait(milliseconds) {
      if (milliseconds !== undefined) waits.push(Math.round(milliseconds));
    },
    numbers() {
      const sorted = waits.toSorted((a, b) => a - b);
      const lists = { by: Object.fromEntries(by), at: Object.fromEntries(at) };
      const waited = { median: sorted[sorted.length >> 1], longest: sorted.at(-1) };
      return { kills: killed.atAChange + killed.atAMoment, ...killed, ...rounds, waited, ...lists };
    },
  };
}

/** `code ID --once` is "code --once". */
function kindOf([command = "", ...words]: readonly string[]): string {
  const options = words.filter((word) => /^(--once|--pair|--replace|restore|move|--init|--into)$/.test(word));
  return [command, ...options].join(" ");
}

/** "12 renameSync /…/accounts/k3f9.json" is "renameSync accounts/*". */
function pointOf(trace: string): string {
  const [, name = "", target = ""] = /^\d+ (.*?Sync|.* (?:begun|done)) ?(.*)$/.exec(trace) ?? [];
  const place = /^descriptor [12]$/.test(target)
    ? " output"
    : /^descriptor/.test(target)
      ? ""
      : ` ${target
          .replace(/^.*\/data\/?/, "")
          .replace(/[^/]*$/, "")
          .replace(/^steps\/.+/, "steps/*/")}`;
  return `${name}${place}`.trim();
}
