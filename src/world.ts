/**
 * All that a command may pick from: the ports, and what is built on them for each run. Made once in cli/ from the real ones;
 * tests make one in memory. No function but a command's own takes all of it: it says what it needs.
 */
import type { Ledger } from "./ledger/ledger.ts";
import type { Ports } from "./ports/index.ts";
import type { SharedKeys } from "./seeds/file/shared-keys.ts";
import type { SeedStore } from "./seeds/seed-store.ts";
import type { StoreKind } from "./settings/config-file.ts";

export interface World extends Ports {
  readonly ledger: Ledger;
  /**
   * Opens the seed store, asking for a passphrase if it needs one. The same one on each call.
   * Only "enroll" may choose and make a store where there is none yet; "unattended" asks nobody, and fails instead.
   */
  readonly seeds: (purpose?: "enroll" | "unattended") => Promise<SeedStore>;
  /**
   * Gets the other kind of store ready, asking what it has to ask. What comes back makes it, and is called under the
   * data folder's lock. config.json is not touched.
   */
  readonly prepareStore: (kind: StoreKind) => Promise<() => Promise<SeedStore>>;
  /** See SeedStoreKind.ids: takes up to ten seconds. */
  readonly storedIds: (kind: StoreKind) => Promise<string[]>;
  /** One more way to open the file store: a new raw key, as base64. */
  readonly addRawKey: () => Promise<string>;
  readonly sharedKeys: SharedKeys;
  /**
   * The same world with another data folder. Throws UserError (exit 1) unless that is empty, not there yet, or has a file
   * of the name `unfinished`, which says that what is in it was begun by the same command.
   */
  readonly inOtherFolder: (path: string, unfinished: string) => Promise<World>;
  /** Tests only: log2 of the scrypt cost of a backup's passphrase that any computer breaks. */
  readonly unsafeBackupCost?: number;
}

export type Needs<Names extends keyof World> = Pick<World, Names>;
