/** What the chapters of the story have in common: how someone answers, what a command must do, and files that appear in a home. */
import { chownSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { screenshot } from "../helpers/xterm.ts";
import { type Authenticator, oathtool, python } from "./authenticators.ts";
import { USER } from "./computers.ts";
import { type Answer, COLUMNS, type Said, type Seat } from "./seat.ts";

export const AT_THE_DESK: Answer = ["Passphrase for the seeds:", "correct horse battery"];
export const AT_THE_LAPTOP: Answer = ["Passphrase for this computer:", "staple on a train"];
export const AT_BOBS: Answer = ["Passphrase for this computer:", "bob likes tea"];

/** Types it twice, as a new one. */
export const asNew = (what: string, [, passphrase]: Answer): Answer[] => [
  [`New passphrase for ${what}`, passphrase],
  ["Confirm passphrase:", passphrase],
];

/** Runs a command that must end with `exitCode`, and say each of `sentences`. */
export async function does(
  seat: Seat,
  exitCode: number,
  sentences: readonly string[],
  command: string,
  ...answers: readonly Answer[]
): Promise<Said> {
  const said = await seat.type(command, ...answers);
  const missing = sentences.filter((one) => !said.shown.includes(one));
  expect({ command, exitCode: said.exitCode, missing, shown: said.shown }).toEqual({
    command,
    exitCode,
    missing: [],
    shown: said.shown,
  });
  return said;
}

/** The code in what `twinseed code` has shown. */
export function codeIn({ shown }: Said): string {
  return /^(\d{6})$/m.exec(shown)?.[1] ?? "";
}

/** What both authenticators show now for the key in base32: each implements RFC 6238 on its own. */
export function codeOf(key: string, at: number): string {
  const [one, other] = [oathtool, python].map((make: (key: string) => Authenticator) => make(key).code(at));
  expect(one).toMatch(/^\d{6}$/);
  expect(one).toBe(other);
  return one ?? "";
}

export function put(seat: Seat, name: string, bytes: Buffer): void {
  const file = join(seat.home, name);
  writeFileSync(file, bytes);
  chownSync(file, USER, USER);
}

/** What a camera sees: the same screen in an xterm. `last`: a word in what is drawn last; tmux may skip over the blanks between words. */
export async function photograph({ tmux }: Seat, last: string, rows: number): Promise<Buffer> {
  return screenshot({
    ...{ command: tmux.mirror, ready: last, columns: COLUMNS, rows, padding: 8 },
    ...{ foreground: "#d8dee9", background: "#1d2129" },
  });
}
