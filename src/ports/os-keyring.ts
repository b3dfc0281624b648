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

export type CollectionState = "open" | "locked" | "missing";

export interface ServiceState {
  /** The program's name, such as "KWallet"; undefined if it can't be told. */
  readonly provider: string | undefined;
  /** The default collection, where our entries are. */
  readonly collection: CollectionState;
}

/** How a prompt ended. "failed": there was none to show, or the keyring refused. */
export type Prompted = "open" | "dismissed" | "too slow" | "failed";

/** The Secret Service on Linux, asked without the binding. Never handles a secret. Never throws. */
export interface SecretService {
  /** undefined if none answers. */
  state(): Promise<ServiceState | undefined>;
  /** Shows the keyring's own prompt, if it is locked. */
  unlock(giveUpAfter: number): Promise<Prompted>;
  /** Has the keyring make a default collection, which asks for a password. */
  createCollection(label: string, giveUpAfter: number): Promise<Prompted>;
  /** The attributes of all entries that have these, also of locked ones; undefined if that can't be asked. */
  entries(
    attributes: Readonly<Record<string, string>>,
  ): Promise<readonly Readonly<Record<string, unknown>>[] | undefined>;
  /** Names the only entry with these attributes; does nothing if there is another one. */
  label(attributes: Readonly<Record<string, string>>, label: string): Promise<void>;
}
