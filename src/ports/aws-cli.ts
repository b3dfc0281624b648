/** The user's own AWS CLI, with their profiles and their keys, which never come near us. */
export interface AwsCli {
  /** Throws UserError: not installed, can't be run, too slow; not where AWS says no. */
  run(call: AwsCall): Promise<AwsEnd>;
  /**
   * Does `work` alone among all twinseed processes that do `name`, a folder in the data folder: it may take longer than the
   * data folder's own lock allows. Throws UserError after `patience` milliseconds. `assertHeld` throws once another has
   * taken over.
   */
  alone<T>(name: string, patience: number, work: (assertHeld: () => void) => Promise<T>): Promise<T>;
  /** Where the profiles are described. */
  configPath(): string;
  /** Where the long-term keys are; read for the names of profiles only. */
  credentialsPath(): string;
}

export interface AwsCall {
  /** Service, operation and options. */
  readonly command: readonly string[];
  /** What the operation is to get; not on the command line, where others can read it. */
  readonly input?: Readonly<Record<string, string | number>>;
  /** The operation gives a seed, which comes back apart from its answer. */
  readonly seed?: boolean;
  /** Milliseconds. */
  readonly patience: number;
  /** It shall ask nobody. */
  readonly unattended?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export interface AwsEnd {
  readonly ok: boolean;
  readonly stdout: string;
  /** As it came: not fit for a message. */
  readonly stderr: string;
  /** Empty where none came. */
  readonly seed?: Uint8Array;
}
