/** The data folder as a git work tree, used through the user's own git. */
export interface WorkTree {
  /** Whether the data folder is a work tree: it has its own `.git`, not that of a parent folder. */
  isThere(): Promise<boolean>;
  /**
   * Runs git there, without our secrets, prompts or hooks, and in bounded time. Throws UserError if there is no git or if it is
   * too slow.
   */
  git(args: readonly string[], options?: GitOptions): Promise<GitEnd>;
  /** An empty one in a temporary folder, to look at other repositories from, before anything is made here. */
  elsewhere(): Promise<{ readonly workTree: WorkTree; remove(): void }>;
}

export interface GitOptions {
  readonly input?: string;
  /** The command talks to another computer, so it gets more time. */
  readonly remote?: boolean;
  /** The remote for "fetch twinseed" and "push twinseed"; not passed on the command line, where others can read it. */
  readonly url?: string;
  /** For "init": there is no work tree yet. */
  readonly noWorkTree?: boolean;
}

export interface GitEnd {
  readonly ok: boolean;
  readonly output: string;
  /** The same, where it may be no text. */
  readonly bytes: Uint8Array;
  /** The most informative line of its stderr. */
  readonly complaint: string;
}

/** The user's own git in an empty bare repository, to talk to other repositories with the keys and passwords that it knows. */
export interface ScratchGit {
  /**
   * Never prompts, and runs no hook. `settings` are not passed on the command line, where others can read them. Throws
   * UserError if git is too slow (counted since this repository was created), prints too much, or needs too much memory.
   */
  run(args: readonly string[], input?: string, settings?: Readonly<Record<string, string>>): Promise<GitEnd>;
  /** Deletes the repository. */
  remove(): void;
}
