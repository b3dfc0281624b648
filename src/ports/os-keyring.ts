/** The operating system's keyring, as the native binding exposes it, and the session bus that connects to it on Linux. */

/** The part of the binding's AsyncEntry that we use. */
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

export interface SessionBus {
  /** Restores the bus's address in the real environment, if `su`, `sudo -u` or cron dropped it. */
  repairAddress(): void;
  /** Connects with `connect`, which must be synchronous, so that every socket opened meanwhile belongs to it. */
  connecting<T>(connect: () => T): Connection<T>;
}

export interface Connection<T> {
  readonly value: T;
  /** Shuts its sockets down. Returns false if we know of none (other systems). */
  hangUp(): Promise<boolean>;
}
