/**
 * Everything that a command may use: the ports, and what is built on them for each run. cli/ creates it once from the real ports;
 * tests create one in memory. Only a command's own function gets all of it; every other function names what it needs.
 */
import type { Ledger } from "./ledger/ledger.ts";
import type { Ports } from "./ports/index.ts";
import type { SharedKeys } from "./seeds/file/shared-keys.ts";
import type { NoteKeeper, Notes } from "./seeds/notes/notes.ts";
import type { SeedStore } from "./seeds/seed-store.ts";
import type { StoreKind } from "./settings/config-file.ts";

export interface World extends Ports {
  readonly ledger: Ledger;
  /**
   * Opens the seed store, and asks for a passphrase if it needs one. Every call returns the same store.
   * Only "enroll" may choose and create a store if there is none yet; "unattended" never prompts, and fails instead.
   */
  readonly seeds: (purpose?: "enroll" | "unattended") => Promise<SeedStore>;
  /** Whether the file store is in use, and no variable opens it: then it may be unlocked. Opens nothing. */
  readonly mayBeUnlocked: () => boolean;
  /**
   * Prepares the other kind of store, and asks what it has to ask. The function that it returns creates the store; call
   * that under the data folder's lock. Neither touches config.json.
   */
  readonly prepareStore: (kind: StoreKind) => Promise<() => Promise<SeedStore>>;
  /** See SeedStoreKind.ids; may take up to ten seconds. */
  readonly storedIds: (kind: StoreKind) => Promise<string[]>;
  /** Opens what seals the notes; may ask for a passphrase. Throws UserError (exit 6) if it can't be opened. */
  readonly notes: () => Promise<Notes>;
  /** For `store move`: the keys of the notes with either store. May ask for a passphrase. */
  readonly noteKeeper: (kind: StoreKind) => Promise<NoteKeeper>;
  /** The name of the program that is the keyring now; undefined if it can't be told. */
  readonly keyringProvider: () => Promise<string | undefined>;
  /** How many seconds to wait for a locked keyring, in place of the usual time. */
  readonly waitForKeyring: (seconds: number) => void;
  readonly sharedKeys: SharedKeys;
  /**
   * The same world with another data folder. Throws UserError (exit 1) unless that is empty, does not exist yet, or has a file
   * named `unfinished`, which shows that the same command has begun to fill it.
   */
  readonly inOtherFolder: (path: string, unfinished: string) => Promise<World>;
  /** Tests only: log2 of a scrypt cost for a backup's passphrase, so low that any computer can break it. */
  readonly unsafeBackupCost?: number;
}

export type Needs<Names extends keyof World> = Pick<World, Names>;
