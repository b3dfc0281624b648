/** Errors that the user can fix, and the exit codes. cli/exit-codes.ts has their meanings; the numbers never change meaning. */

export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  ambiguous: 4,
  unreadable: 5,
  locked: 6,
  noUnspentCode: 7,
  findings: 8,
  undecided: 9,
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/**
 * An error that the user can fix: what failed, on what, and (as hints) what to do next.
 * Never holds a seed, a code or a passphrase. Anything else that is thrown counts as a bug of ours.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly exitCode: ExitCode;
  readonly hints: readonly string[];

  constructor(message: string, exitCode: ExitCode, hints: readonly string[] = []) {
    super(message);
    this.exitCode = exitCode;
    this.hints = hints;
  }
}

/** There is something in a file's place that can never be that file: a link, a folder, or far too much of it. */
export class UnusableFile extends UserError {}

/** A folder that belongs to another user, or that others can write to: what is in it is not believed. */
export class ForeignFolder extends UserError {}

/** A wrong command line (exit 2). */
export function usageError(message: string, ...hints: string[]): UserError {
  return new UserError(message, ExitCode.usage, hints);
}

/**
 * Returns the result of `work`, or the UserError that it throws: for callers that must continue, because one damaged entry
 * must never hide the others. Any other error counts as a bug here too, and is rethrown.
 */
export function attempt<T>(work: () => T): T | UserError {
  try {
    return work();
  } catch (error) {
    return asUserError(error);
  }
}

/** The same, for a promise's `catch`. */
export function asUserError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  throw error;
}

/** The message of the UserError that `work` throws; undefined if it throws none. */
export function faultOf(work: () => unknown): string | undefined {
  const outcome = attempt(work);
  return outcome instanceof UserError ? outcome.message : undefined;
}

/** Ends the command with this exit code and prints nothing: the command has already printed everything. */
export class Exit extends Error {
  override readonly name = "Exit";
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}
