/** What `twinseed help` explains besides commands: one line each. A topic has no name that a command has. */

export interface Topic {
  /** Loaded when somebody asks. `width`: of the window, in columns. */
  text(width: number): Promise<string>;
}

export const TOPICS: Readonly<Record<string, Topic>> = {
  environment: { text: async (width) => (await import("./help-environment.ts")).helpEnvironment(width) },
};
