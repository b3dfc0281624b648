/** The data folder as a git work tree, by the user's own git. */
export interface WorkTree {
  /** Whether it is one: a `.git` of its own, not that of a folder around it. */
  isThere(): Promise<boolean>;
  /** Runs git there, with nothing of our secrets, no prompt, no hook, in bounded time. Throws UserError: no git, too slow. */
  git(args: readonly string[], options?: GitOptions): Promise<GitEnd>;
}

export interface GitOptions {
  readonly input?: string;
  /** It talks to another computer: more patience. */
  readonly remote?: boolean;
  /** Where to, for "fetch twinseed" and "push twinseed"; not on the command line, where others can read it. */
  readonly url?: string;
  /** For "init": there is no work tree yet. */
  readonly noWorkTree?: boolean;
}

export interface GitEnd {
  readonly ok: boolean;
  readonly output: string;
  /** The line of its stderr that says most. */
  readonly complaint: string;
}

/** The user's own git in an empty bare repository of its own: to talk to others, with what it knows of keys and passwords. */
export interface ScratchGit {
  /**
   * Asks nobody, runs no hook. `settings` do not get onto the command line, where others can read them. Throws UserError:
   * too slow (the time since this repository was made counts), too much.
   */
  run(args: readonly string[], input?: string, settings?: Readonly<Record<string, string>>): Promise<GitEnd>;
  /** The repository is gone then. */
  remove(): void;
}
