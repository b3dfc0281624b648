/** What `twinseed help` explains in addition to commands: one line each. A topic can't have the name of a command. */
import type { Page } from "./help-pages.ts";

export interface Topic {
  /** Loads the text when it is needed. `width`: of the window, in columns. */
  text(width: number): Promise<string>;
}

const page = (name: Page): Topic => ({
  text: async (width) => (await import("./help-pages.ts")).helpPage(name, width),
});

export const TOPICS: Readonly<Record<string, Topic>> = {
  environment: { text: async (width) => (await import("./help-environment.ts")).helpEnvironment(width) },
  copies: page("copies"),
  "locked-out": page("locked-out"),
  backups: page("backups"),
  importing: page("importing"),
  ci: page("ci"),
  sharing: page("sync"),
  "aws-mfa": page("aws"),
  json: page("json"),
  limits: page("limits"),
  recovery: page("recover-without-twinseed"),
};
