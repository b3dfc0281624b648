/** What `twinseed help` explains in addition to commands: one line each. A topic can't have the name of a command. */

export interface Topic {
  /** Loads the text when it is needed. `width`: of the window, in columns. */
  text(width: number): Promise<string>;
}

/** A page of docs/. */
const page = (load: () => Promise<{ readonly default: string }>): Topic => ({
  async text(width) {
    const { pageText } = await import("./page-text.ts");
    return pageText((await load()).default, width);
  },
});

export const TOPICS: Readonly<Record<string, Topic>> = {
  environment: { text: async (width) => (await import("./help-environment.ts")).helpEnvironment(width) },
  copies: page(() => import("../../docs/copies.md")),
  "locked-out": page(() => import("../../docs/locked-out.md")),
  backups: page(() => import("../../docs/backups.md")),
  importing: page(() => import("../../docs/importing.md")),
  ci: page(() => import("../../docs/ci.md")),
  sharing: page(() => import("../../docs/sync.md")),
  "aws-mfa": page(() => import("../../docs/aws.md")),
  json: page(() => import("../../docs/json.md")),
  limits: page(() => import("../../docs/limits.md")),
  recovery: page(() => import("../../docs/recover-without-twinseed.md")),
};
