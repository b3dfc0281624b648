/** What the seed stores need from outside, and what each of them offers to open-store.ts. */
import type { RunChild } from "../ports/child.ts";
import type { DataFolder } from "../ports/data-folder.ts";
import type { Terminal } from "../ports/terminal.ts";
import type { ScryptCost } from "./file/scrypt.ts";
import type { Unlocked } from "./file/slots.ts";
import type { KeyringSettings } from "./keyring/settings.ts";
import type { SeedStore } from "./seed-store.ts";

export interface SeedStoreDeps {
  readonly folder: DataFolder;
  /** What this computer alone knows. Throws UserError if there is no place for it. */
  stateFolder(): Promise<DataFolder>;
  /** Whether the data folder is a git repository, and so may be shared. */
  isRepository(): Promise<boolean>;
  /** Must be `process.env` itself in the real program: the D-Bus address is repaired in it. */
  readonly env: Record<string, string | undefined>;
  terminal(): Terminal | undefined;
  random(bytes: number): Uint8Array;
  /** Prints one line for the user on stderr. `text` does not include the program's name. */
  note(text: string): void;
  /**
   * The text of a passphrase or key file. Throws UserError (exit 6) if it can't be read, and itself warns if group or others
   * can read the file too.
   */
  readSecretFile(path: string): string;
  /** The name of the account with this id, for messages; undefined if it is not known. */
  nameOf?(id: string): string | undefined;
  /** After a passphrase that was typed has opened the file store. */
  onTyped?(unlocked: Unlocked): Promise<void>;
  readonly keyring?: Partial<KeyringSettings>;
  /** "linux", "darwin", "win32" */
  readonly platform: string;
  /** Listing a keyring needs a separate process. */
  readonly runChild?: RunChild;
  /** For tests: key derivation so cheap that any computer can break it. */
  readonly unsafeScryptCost?: ScryptCost;
}

/** One kind of seed store, as listed in seeds/index.ts. */
export interface SeedStoreKind {
  /** Opens an existing store. Creates nothing, and never falls back to another store. */
  open(deps: SeedStoreDeps): Promise<SeedStore>;
  /**
   * Prepares a new store, prompting if needed. The returned function creates it and must be called under the data folder's
   * lock.
   */
  prepare(deps: SeedStoreDeps): Promise<() => Promise<SeedStore>>;
  /**
   * The names of all entries in the store. Only for `doctor`, as the ledger is the list of accounts. Names need not be ids:
   * another program may have added entries. Throws UserError (exit 6) if the store does not answer.
   */
  ids(deps: SeedStoreDeps): Promise<string[]>;
}
