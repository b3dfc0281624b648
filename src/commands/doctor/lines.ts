/** What `doctor` prints: one line for each thing that is ok, or wrong, or could not be checked. */
import { ExitCode, type UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";

export const CHECKS = [
  "version",
  "folder",
  "files",
  "config",
  "store",
  "macos",
  "keyring",
  "keys",
  "sharing",
  "sync",
  "accounts",
  "devices",
  "clock",
  "lease",
  "seeds",
  "notes",
  "orphans",
] as const;

export interface Line {
  readonly check: (typeof CHECKS)[number];
  readonly state: "ok" | "wrong" | "unknown";
  readonly message: string;
  /** The step that fixes it. */
  readonly fix?: string;
  /** The problem is a locked or missing seed store. */
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

/** An error as a finding. Its last hint is the step that fixes it, because the hints before that one only explain. */
export function wrongBy(check: Check, error: UserError, fix?: string): Line {
  const line = wrong(check, error.message, fix ?? error.hints.at(-1) ?? "run this again");
  return error.exitCode === ExitCode.locked ? { ...line, isLocked: true } : line;
}

const MARKS = { ok: "ok", wrong: "wrong", unknown: "?" } as const;

export function formatLine({ state, check, message, fix }: Line): string {
  const text = `${MARKS[state].padEnd(6)} ${check.padEnd(9)} ${printable(message, 400)}`;
  return fix === undefined ? text : `${text}; fix: ${printable(fix, 400)}`;
}

export function lineJson({ check, state, message, fix }: Line) {
  return { check, state, message, ...(fix === undefined ? {} : { fix }) };
}
