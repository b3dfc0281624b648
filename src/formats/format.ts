/**
 * The interface of a format. Pure: bytes and values in, values out.
 * `detect` returns false for a file of another format. `read` throws UserError (exit 5) only if the file has this format and as
 * a whole can't be read; one bad entry never loses the rest. An entry with an unknown type or algorithm is skipped with a reason;
 * the value is never guessed. No error or reason ever quotes a seed.
 */
import type { Enrollment } from "../otp/enrollment.ts";
import type { Note } from "../otp/plain-note.ts";
import type { Secret } from "../otp/secret.ts";
import type { AskPassphrase } from "./faults.ts";
import type { ForeignFile } from "./foreign-file.ts";

export interface Format {
  /** For --format and `export`. */
  readonly id: string;
  /** The app, as people call it. */
  readonly name: string;
  detect(file: ForeignFile): boolean;
  read(file: ForeignFile, passphrase: AskPassphrase): Reading | Promise<Reading>;
  /** Its reader looks at every text field of a file; for other formats, read-whole.ts does. */
  readonly readsEveryField?: true;
  readonly writer?: Writer;
  /** The files are the app's own, and the app still uses them: never delete them. */
  readonly isAppsOwn?: true;
}

/** A note. Such a file is more than an export of one-time passwords, so it is never deleted either. */
export const HOLDS_PASSWORDS = "the file also contains passwords in plain text";

export interface Reading {
  readonly entries: readonly Entry[];
  readonly skipped: readonly Skipped[];
  /** What else the user should know, such as HOLDS_PASSWORDS. */
  readonly notes?: readonly string[];
  /** Parts of exports that are split into several QR codes. */
  readonly parts?: readonly Part[];
  /** What was locked in the file, as text or as JSON: only the reader sees it. `at` is "" for all of it. */
  readonly inside?: readonly { readonly at: string; readonly content: unknown }[];
}

export interface Entry {
  /** Where in the file: "entry 3", "line 12", "row 4", counted from 1. */
  readonly at: string;
  readonly enrollment: Enrollment;
  /** The user's name for the account; only our own format has it. */
  readonly name?: string;
  /** Its recovery codes and note. */
  readonly note?: Note;
  /** Why these can't be kept. */
  readonly noteFault?: string;
}

export interface Skipped {
  readonly at: string;
  /** Issuer and label as far as they are known, otherwise "". Untrusted text. */
  readonly who: string;
  /** Lower case, no full stop. */
  readonly reason: string;
  /** The URI or key, so that it is not named twice. */
  readonly about?: Secret;
}

/** One QR code of a batch (Google migration). */
export interface Part {
  /** The same for all parts of one batch. */
  readonly batch: string;
  readonly size: number;
  /** From 0. */
  readonly index: number;
}

/**
 * A written file, read back, produces the same codes. Issuer and label may change if the app can't store them; export reads the
 * file back and tells the user.
 */
export interface Writer {
  /** Whether the file can be locked with a password, or always is. */
  readonly password: boolean | "always";
  /** The file has a place for recovery codes and notes. */
  readonly holdsNotes?: true;
  /** Why such a file can't contain this enrollment; undefined if it can. `earlier` are the ones before it in the same file. */
  reasonToOmit(enrollment: Enrollment, earlier: readonly Enrollment[]): string | undefined;
  /** Gets only enrollments for which `reasonToOmit` returns undefined. */
  write(
    enrollments: readonly Enrollment[],
    options: WriteOptions,
  ): string | Promise<string> | Promise<Uint8Array>;
}

export interface WriteOptions {
  /** The user's name for each enrollment. */
  readonly names?: readonly string[];
  /** The recovery codes and the note of each, where they are to go along and there are some. */
  readonly notes?: readonly (Note | undefined)[];
  readonly passphrase?: string;
  random(bytes: number): Uint8Array;
  /** Milliseconds since 1970. */
  readonly now: number;
}
