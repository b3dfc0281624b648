/**
 * What a format is. Pure: bytes and values in, values out.
 * `detect` answers no by returning false. `read` throws UserError (exit 5) only when the file is of this format and as a
 * whole can't be read; one bad entry never loses the rest. An unknown type or algorithm is skipped with a reason, never
 * guessed. Nothing that is thrown or returned as a reason quotes a seed.
 */
import type { Enrollment } from "../otp/enrollment.ts";
import type { AskPassphrase } from "./faults.ts";
import type { ForeignFile } from "./foreign-file.ts";

export interface Format {
  /** For --format and `export`. */
  readonly id: string;
  /** The app, as people call it. */
  readonly name: string;
  detect(file: ForeignFile): boolean;
  read(file: ForeignFile, passphrase: AskPassphrase): Reading | Promise<Reading>;
  readonly writer?: Writer;
  /** What it reads are the app's own files, which the app still works with: never to be deleted. */
  readonly isAppsOwn?: true;
}

/** A note: the file is more than an export of one-time passwords, and never to be deleted either. */
export const HOLDS_PASSWORDS = "the file holds passwords in the clear, too";

export interface Reading {
  readonly entries: readonly Entry[];
  readonly skipped: readonly Skipped[];
  /** What a person should know besides, such as HOLDS_PASSWORDS. */
  readonly notes?: readonly string[];
  /** Parts of exports that are spread over several QR codes. */
  readonly parts?: readonly Part[];
}

export interface Entry {
  /** Where in the file: "entry 3", "line 12", "row 4", counted from 1. */
  readonly at: string;
  readonly enrollment: Enrollment;
  /** What the person called it; ours alone has such names. */
  readonly name?: string;
}

export interface Skipped {
  readonly at: string;
  /** Issuer and label, as far as they are known; "" else. Comes from outside. */
  readonly who: string;
  /** Lower case, no full stop. */
  readonly reason: string;
}

/** One QR code of a batch (Google migration). */
export interface Part {
  /** What the parts of one batch have in common. */
  readonly batch: string;
  readonly size: number;
  /** From 0. */
  readonly index: number;
}

/**
 * What is read back gives the same codes. Issuer and label may change where the app has no way to keep them: whoever exports
 * is told then, by reading it back.
 */
export interface Writer {
  /** Whether the file can be locked with a password. */
  readonly password: boolean;
  /** Why this one can't go into such a file; undefined if it can. `earlier` go into the same file before it. */
  leavesOut(enrollment: Enrollment, earlier: readonly Enrollment[]): string | undefined;
  /** Gets only what `leavesOut` lets pass. */
  write(enrollments: readonly Enrollment[], options: WriteOptions): string | Promise<string>;
}

export interface WriteOptions {
  /** What the person calls each of them. */
  readonly names?: readonly string[];
  readonly passphrase?: string;
  random(bytes: number): Uint8Array;
  /** Milliseconds since 1970. */
  readonly now: number;
}
