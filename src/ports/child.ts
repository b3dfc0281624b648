/** Runs part of this program in its own process: code that may hang or crash, or needs settings that this process must not have. */

/** Implemented in cli/child-tasks.ts. */
export type ChildTask = "read-picture" | "list-keyring" | "clear-clipboard" | "clear-terminal";

export interface ChildLimits {
  /** Milliseconds; then the process is killed. */
  readonly patience: number;
  /** The maximum size of its answer. */
  readonly bytes: number;
  /** Options for Node itself. */
  readonly nodeOptions?: readonly string[];
}

/** The answer, or why there is none. */
export type ChildEnd = { readonly answer: Uint8Array } | { readonly fault: "too slow" | "failed" };

/**
 * `input` is the process's stdin; if it is a promise, the process starts up while we wait for it. The process gets none of
 * our passphrases, and ends when we end.
 */
export type RunChild = (
  task: ChildTask,
  input: Uint8Array | string | Promise<Uint8Array>,
  limits: ChildLimits,
) => Promise<ChildEnd>;
