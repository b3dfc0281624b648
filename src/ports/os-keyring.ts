/** The operating system's keyring, as the native binding offers it, and the session bus by which Linux reaches it. */

/** The part of the binding's AsyncEntry that is used. */
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
  /** Puts the bus's address back into the real environment, where `su`, `sudo -u` and cron dropped it. */
  repairAddress(): void;
  /** Makes a connection by `connect`, which must be synchronous, so that every new socket is its own. */
  connecting<T>(connect: () => T): Connection<T>;
}

export interface Connection<T> {
  readonly value: T;
  /** Shuts its sockets down. false where there is none that we know of (other systems). */
  hangUp(): Promise<boolean>;
}
