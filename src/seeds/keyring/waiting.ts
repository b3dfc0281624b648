/** How long a keyring that is locked is waited for, and what is said meanwhile. */

import { usageError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { SeedStoreDeps } from "../needs.ts";
import type { Patience } from "./settings.ts";

/** In milliseconds: time to look for a password and to type it; and in a script, where most likely no one sees the window. */
const PERSON = 120_000;
const SCRIPT = 14_000;
const NOTE_AFTER = 1000;
const MOST_SECONDS = 86_400;

export const WAITING = "waiting for the keyring to be unlocked";

/** Throws UserError (exit 2) if TWINSEED_KEYRING_WAIT is no time. */
export function patienceOf(deps: Pick<SeedStoreDeps, "env" | "terminal">, wanted?: Patience): Patience {
  if (wanted !== undefined) return wanted;
  const given = deps.env.TWINSEED_KEYRING_WAIT;
  if (given) return { noteAfter: NOTE_AFTER, giveUpAfter: secondsIn(given, "TWINSEED_KEYRING_WAIT") * 1000 };
  return { noteAfter: NOTE_AFTER, giveUpAfter: deps.terminal() === undefined ? SCRIPT : PERSON };
}

/** Throws UserError (exit 2). `source`: the option or variable. */
export function secondsIn(text: string, source: string): number {
  const seconds = /^\d+$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= MOST_SECONDS) return seconds;
  throw usageError(`${source} must be a number of seconds from 1 to ${MOST_SECONDS}: "${printable(text)}"`);
}

/** Says each text once, and only to a person: for scripts, the error says enough. */
export function quietNotes(deps: Pick<SeedStoreDeps, "terminal" | "note">): (text: string) => void {
  const noted = new Set<string>();
  return (text) => {
    if (noted.has(text) || deps.terminal() === undefined) return;
    noted.add(text);
    deps.note(text);
  };
}
