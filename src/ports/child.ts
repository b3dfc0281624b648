/** A part of this program in a process of its own: what may hang or crash, or takes settings that this process must not have. */

/** See cli/child-tasks.ts, which does them. */
export type ChildTask = "read-picture" | "list-keyring";

export interface ChildLimits {
  /** Milliseconds; then it is killed. */
  readonly patience: number;
  /** The most bytes it may answer. */
  readonly bytes: number;
  /** Options of Node itself. */
  readonly nodeOptions?: readonly string[];
}

/** What it answered, or why it did not. */
export type ChildEnd = { readonly answer: Uint8Array } | { readonly fault: "too slow" | "failed" };

/**
 * `input` is its stdin; where that is a promise, the process gets ready meanwhile. It gets none of our passphrases, and dies
 * with us.
 */
export type RunChild = (
  task: ChildTask,
  input: Uint8Array | string | Promise<Uint8Array>,
  limits: ChildLimits,
) => Promise<ChildEnd>;
