/** What the seed stores need from the outside, and what each of them offers to open.ts. */
import type { DataFolder } from "../ports/data-folder.ts";
import type { Terminal } from "../ports/terminal.ts";
import type { ScryptCost } from "./file/scrypt.ts";
import type { KeyringSettings } from "./keyring/settings.ts";
import type { SeedStore } from "./seed-store.ts";

export interface SeedStoreDeps {
  readonly folder: DataFolder;
  /** Must be `process.env` itself in the real program: the D-Bus address is repaired in it. */
  readonly env: Record<string, string | undefined>;
  terminal(): Terminal | undefined;
  random(bytes: number): Uint8Array;
  /** One line for the person, on stderr. Without the program's name in front. */
  note(text: string): void;
  /**
   * The text of a passphrase or key file. Throws UserError (exit 6) where it can't be read, and warns by itself where
   * group or others can read it too.
   */
  readSecretFile(path: string): string;
  readonly keyring?: Partial<KeyringSettings>;
  /** The Node.js that runs this: listing a keyring needs a process of its own. */
  readonly node?: string;
  /** For tests: key derivation that any computer breaks. */
  readonly unsafeScryptCost?: ScryptCost;
}

/** One seed store, as seeds/index.ts lists it. */
export interface SeedStoreKind {
  /** Opens what is there. Makes nothing, and never turns to another store. */
  open(deps: SeedStoreDeps): Promise<SeedStore>;
  /**
   * Gets ready to be the place where seeds are kept, and asks what it has to ask; what comes back writes it down,
   * and is called under the data folder's lock.
   */
  prepare(deps: SeedStoreDeps): Promise<() => Promise<SeedStore>>;
  /**
   * Under which names something is kept: for `doctor` alone, as the ledger is the list of accounts. They need not be ids:
   * others may have put something there. Throws UserError (exit 6) where the store does not answer.
   */
  ids(deps: SeedStoreDeps): Promise<string[]>;
}
