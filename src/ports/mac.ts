/** What only macOS has. None of these opens a window. */
export interface Mac {
  /** The path of the keychain that entries go to: the default one of this user. undefined if there is none. */
  defaultKeychain(): Promise<string | undefined>;
  /** How the Node that runs us is signed: the keychain remembers by the signature what was allowed. undefined if it can't be told. */
  nodeSignature(): Promise<Signature | undefined>;
  /** Whether this terminal may record the screen, and read all files; undefined if it can't be told. */
  consents(): Promise<{ readonly screen: boolean | undefined; readonly allFiles: boolean }>;
  /** The words that start this program where there is no PATH: apps and launchd know only the system's own folders. */
  startWords(): Promise<readonly string[]>;
}

/** "own": ad hoc, or none at all; each version of the program is then another one to the keychain. */
export type Signature = { readonly kind: "own" } | { readonly kind: "developer"; readonly name: string };
