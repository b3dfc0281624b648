/** What a person can put right, and the exit codes. The table stands in the README too; the numbers never change meaning. */

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
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/**
 * An error that the person in front of the program can fix: what failed, on what, and (as hints) what to do next.
 * Never holds a seed, a code or a passphrase. Everything else that is thrown counts as a bug of ours.
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

/** A wrong command line (exit 2). */
export function usageError(message: string, ...hints: string[]): UserError {
  return new UserError(message, ExitCode.usage, hints);
}

/**
 * What `work` gives, or the UserError that it ends with: for those who go on, because one damaged entry must never hide the
 * others. Anything else that is thrown counts as a bug here too, and is thrown on.
 */
export function attempt<T>(work: () => T): T | UserError {
  try {
    return work();
  } catch (error) {
    return asUserError(error);
  }
}

/** For the catch of a promise: the same. */
export function asUserError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  throw error;
}

/** What `work` finds wrong, as a sentence; undefined where it finds nothing. */
export function faultOf(work: () => unknown): string | undefined {
  const outcome = attempt(work);
  return outcome instanceof UserError ? outcome.message : undefined;
}

/** Ends the command with this code: what there was to say has been said. */
export class Exit extends Error {
  override readonly name = "Exit";
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}
