/**
 * A record of which steps are spent, shared by everyone who has the seed. CONTRACT.md specifies it.
 * A step is the time step of RFC 6238, or the counter of HOTP.
 */

import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { Ports } from "../ports/index.ts";

export interface Lease {
  /** Milliseconds since 1970 by the engine's own clock; undefined if it has none: then this computer's clock is used. */
  now(): Promise<number | undefined>;
  /** The last step that was ever reserved under the key; undefined if there is none. */
  last(key: string): Promise<number | undefined>;
  /**
   * Reserves the steps for us alone and permanently. Either all of them are ours, or the caller must not use any. Never
   * reserves a step at or below the last one reserved.
   */
  reserve(wanted: Reservation): Promise<Reserved>;
  /** Throws UserError (exit 7) if reserving would fail, as far as that is possible to tell without reserving. */
  check(): Promise<void>;
  /** Tells the user how to recover if the last step was reserved with a wrong clock. */
  forget(key: string, last: number): string;
  /** Closes connections and removes temporary folders. Never throws. */
  close(): Promise<void>;
}

/**
 * Opens an engine. `shown`: the URL as users may see it. Throws UserError (exit 7) if the engine can't be reached within
 * seconds.
 */
export type Engine = (url: URL, shown: string, ports: EnginePorts) => Promise<Lease>;

/** The ports that an engine may use. */
export type EnginePorts = Pick<Ports, "clock" | "random" | "scratchGit" | "openFolder" | "connect">;

export interface Reservation {
  /** 32 hexadecimal digits (see lease-key.ts); for the local records it may also be an account id. */
  readonly key: string;
  readonly first: number;
  /** How many consecutive steps. */
  readonly amount: number;
  /** Records of steps below this one may be deleted, but never the record of the last step. */
  readonly sweepBelow: number;
}

/** `last`: the last step that is reserved; it is never below `first`. */
export type Reserved = { readonly isOurs: true } | { readonly isOurs: false; readonly last: number };

/** Whole numbers that JavaScript can represent exactly: 0 to 2^53 - 1. */
export function isStep(step: number): boolean {
  return Number.isSafeInteger(step) && step >= 0;
}

/** How long a record is kept after its step, in milliseconds. */
export const KEEP_TIME = 3_600_000;

/** The error if an engine can't be used. `shown`: its URL without user and password. */
export function unreachable(shown: string, reason: string, hints: readonly string[] = []): UserError {
  const message = `can't reserve a code at ${printable(shown, 200)}: ${printable(reason, 300)}`;
  return new UserError(message, ExitCode.noUnspentCode, hints);
}

/** Turns a UserError of `work` into one that says that the engine can't be reached. */
export async function orUnreachable<T>(shown: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UserError ? unreachable(shown, error.message, error.hints) : error;
  }
}
