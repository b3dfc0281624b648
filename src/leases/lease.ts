/**
 * Where it is written down which steps are spent, for everybody who has the seed: CONTRACT.md says all of it.
 * A step is the time step of RFC 6238, or the counter of HOTP.
 */

import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { Ports } from "../ports/index.ts";

export interface Lease {
  /** Milliseconds since 1970 by the engine's own clock; undefined where it has none, and this computer's counts. */
  now(): Promise<number | undefined>;
  /** The last step that was ever reserved under the key; undefined where there was none. */
  last(key: string): Promise<number | undefined>;
  /**
   * Reserves the steps for us alone and for good: all of them, or none that anybody may count on. Never one at or below
   * the last one reserved.
   */
  reserve(wanted: Reservation): Promise<Reserved>;
  /** Throws UserError (exit 7) where reserving would fail, as far as that can be told without doing it. */
  check(): Promise<void>;
  /** What a person can do where the last step was reserved with a clock that was wrong. */
  forget(key: string, last: number): string;
  /** Gives back connections and temporary folders. Never throws. */
  close(): Promise<void>;
}

/**
 * Opens an engine. `shown`: the URL as people may see it. Throws UserError (exit 7) where it can't be reached, within
 * seconds.
 */
export type Engine = (url: URL, shown: string, ports: EnginePorts) => Promise<Lease>;

/** What an engine may reach the world through. */
export type EnginePorts = Pick<Ports, "clock" | "random" | "scratchGit" | "openFolder" | "connect">;

export interface Reservation {
  /** See lease-key.ts: 32 hexadecimal digits; for the local records an account id, too. */
  readonly key: string;
  readonly first: number;
  /** How many consecutive ones. */
  readonly amount: number;
  /** Records of steps below this one may go; that of the last one never does. */
  readonly sweepBelow: number;
}

/** `last`: the last step that is reserved, which is not below the first one wanted. */
export type Reserved = { readonly isOurs: true } | { readonly isOurs: false; readonly last: number };

/** Whole numbers that JavaScript can tell apart: 0 to 2^53 - 1. */
export function isStep(step: number): boolean {
  return Number.isSafeInteger(step) && step >= 0;
}

/** How long what is to be swept is kept, in milliseconds. */
export const KEPT = 3_600_000;

/** Why an engine is of no use now. `shown`: its URL without user and password. */
export function unreachable(shown: string, reason: string, hints: readonly string[] = []): UserError {
  const message = `can't reserve a code at ${printable(shown, 200)}: ${printable(reason, 300)}`;
  return new UserError(message, ExitCode.noUnspentCode, hints);
}

/** Runs what needs the engine: whatever a port finds wrong makes the engine unreachable. */
export async function reaching<T>(shown: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UserError ? unreachable(shown, error.message, error.hints) : error;
  }
}
