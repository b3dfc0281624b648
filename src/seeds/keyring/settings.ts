/** What can be set for the keyring store: how long to wait for an answer, and how to load the native binding. */

/** Milliseconds. */
export interface Patience {
  /** When the person at the terminal is told what we are waiting for. */
  readonly noteAfter?: number;
  readonly giveUpAfter: number;
}

/** The part of an AsyncEntry that is used. */
export interface KeyringEntry {
  getPassword(): Promise<string | null>;
  setPassword(password: string): Promise<void>;
  deletePassword(): Promise<boolean>;
}

export interface KeyringBinding {
  readonly AsyncEntry: new (
    service: string,
    user: string,
    options: { linux: { store: "secret-service" } },
  ) => KeyringEntry;
}

export interface KeyringSettings {
  readonly patience: Patience;
  /** Loads @napi-rs/keyring, whose native part may be missing. */
  load(): Promise<KeyringBinding>;
  /**
   * A call was given up, still blocks its thread and could not be cut off (not on Linux): the process can't end by
   * itself. main.ts prints the error and then ends by a signal.
   */
  onStuck(): void;
  /** Where the users' session buses are. Default: /run/user. */
  readonly runtimeFolder: string;
}
