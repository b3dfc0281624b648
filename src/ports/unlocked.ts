/** The process of the user's own that has opened the file store, and hands out codes (src/unlocking). */

/** Its answer, once it has closed the connection; or what is wrong; undefined if there is none. Neither text is printable. */
export type Asked =
  | { readonly answer: string }
  | { readonly fault: string; readonly pid?: number }
  | undefined;

export interface UnlockedStore {
  /** Asks the first process that is there. Never throws. */
  ask(text: string): Promise<Asked>;
  /** Asks each process that there could be: one that was started with other variables, too. Never throws. */
  askAll(text: string): Promise<Asked[]>;
  /**
   * Starts the process, after `endOther` has ended the one that is there; `message` reaches it by a pipe. Throws UserError (exit 1)
   * if it can't be started, or if others could get at its socket.
   */
  start(message: string, endOther: string): Promise<void>;
}
