/** The user's own AWS CLI, with their profiles and keys; we never see the keys. */
export interface AwsCli {
  /**
   * Throws UserError unless the CLI can use what we hand it: input with codes, and a place for a seed. To be called before a code
   * is reserved or a device is created. Asks no one at AWS; takes at most `patience` milliseconds.
   */
  checkHandover(patience: number): Promise<void>;
  /** Throws UserError if the CLI is not installed, can't be run or is too slow; not if AWS refuses the call. */
  run(call: AwsCall): Promise<AwsEnd>;
  /**
   * Runs `work` while no other twinseed process holds the lock in `name`, a folder in the data folder: `work` may take longer
   * than the data folder's own lock allows. Throws UserError after `patience` milliseconds. `assertHeld` throws once another
   * process has taken the lock over.
   */
  alone<T>(name: string, patience: number, work: (assertHeld: () => void) => Promise<T>): Promise<T>;
  /** The file that defines the profiles. */
  configPath(): string;
  /** The file with the long-term keys; read only for what it says about profiles. */
  credentialsPath(): string;
}

export interface AwsCall {
  /** Service, operation and options. */
  readonly command: readonly string[];
  /** The operation's parameters; not passed on the command line, where others can read it. */
  readonly input?: Readonly<Record<string, string | number>>;
  /** The operation returns a seed, which is kept apart from the rest of its answer. */
  readonly seed?: boolean;
  /** The answer may be megabytes: a report on all users. */
  readonly isLong?: boolean;
  /** Milliseconds. */
  readonly patience: number;
  /** The call must never prompt. */
  readonly unattended?: boolean;
  /** Variables to add to its environment, or to take out of it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface AwsEnd {
  readonly ok: boolean;
  readonly stdout: string;
  /** Unfiltered: must not go into a message as it is. */
  readonly stderr: string;
  /** Empty if AWS returned none. */
  readonly seed?: Uint8Array;
}
