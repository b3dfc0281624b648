/** What `twinseed help` explains in addition to commands: one line each. A topic can't have the name of a command. */

export interface Topic {
  /** Loads the text when it is needed. `width`: of the window, in columns. */
  text(width: number): Promise<string>;
}

export const TOPICS: Readonly<Record<string, Topic>> = {
  environment: { text: async (width) => (await import("./help-environment.ts")).helpEnvironment(width) },
};
