/** What `doctor` says: one line for each thing that is well, or wrong, or could not be looked at. */
import { ExitCode, type UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";

export const CHECKS = [
  "version",
  "folder",
  "files",
  "config",
  "store",
  "keys",
  "sharing",
  "sync",
  "accounts",
  "devices",
  "clock",
  "lease",
  "seeds",
  "orphans",
] as const;

export interface Line {
  readonly check: (typeof CHECKS)[number];
  readonly state: "ok" | "wrong" | "unknown";
  readonly message: string;
  /** The step that fixes it. */
  readonly fix?: string;
  /** The seed store is what is in the way. */
  readonly isLocked?: true;
}

type Check = Line["check"];

export const REPAIR = "twinseed doctor --repair";

export function ok(check: Check, message: string): Line {
  return { check, state: "ok", message };
}

export function unknown(check: Check, message: string): Line {
  return { check, state: "unknown", message };
}

export function wrong(check: Check, message: string, fix: string): Line {
  return { check, state: "wrong", message, fix };
}

/** An error as a finding: its last hint is the step, as the ones before explain. */
export function wrongBy(check: Check, error: UserError, fix?: string): Line {
  const line = wrong(check, error.message, fix ?? error.hints.at(-1) ?? "run this again");
  return error.exitCode === ExitCode.locked ? { ...line, isLocked: true } : line;
}

const MARKS = { ok: "ok", wrong: "wrong", unknown: "?" } as const;

export function formatLine({ state, check, message, fix }: Line): string {
  const text = `${MARKS[state].padEnd(6)} ${check.padEnd(9)} ${printable(message, 400)}`;
  return fix === undefined ? text : `${text}; fix it: ${printable(fix, 400)}`;
}

export function lineJson({ check, state, message, fix }: Line) {
  return { check, state, message, ...(fix === undefined ? {} : { fix }) };
}
