/**
 * The environment variables that twinseed reads. For help, the man page and docs/commands.md only: what reads a variable
 * names it itself, so that `code NAME` does not load these texts. A test compares the two.
 */

export interface Variable {
  readonly name: string;
  /** What it does, as the lines of --help are written. */
  readonly what: string;
  readonly readBy: string;
}

const EVERYTHING = "every command";
const FIRST_SEED = "the first command that keeps a seed, such as add or import";
const FILE_STORE = "the file store, which takes the first one that is set";

export const VARIABLES: readonly Variable[] = [
  {
    name: "TWINSEED_HOME",
    what: "the data folder (default: the platform's, such as ~/.local/share/twinseed on Linux)",
    readBy: EVERYTHING,
  },
  { name: "NO_COLOR", what: "no colors, whatever its value", readBy: EVERYTHING },
  {
    name: "TWINSEED_STORE",
    what: 'where to keep seeds, "keyring" or "file"; later it changes nothing',
    readBy: FIRST_SEED,
  },
  {
    name: "TWINSEED_KEY",
    what: "a raw key (32 bytes, base64; twinseed store key makes one); fast, for scripts",
    readBy: FILE_STORE,
  },
  { name: "TWINSEED_KEY_FILE", what: "a file with a raw key", readBy: FILE_STORE },
  { name: "TWINSEED_IDENTITY", what: "an age identity, to open a shared store", readBy: FILE_STORE },
  { name: "TWINSEED_IDENTITY_FILE", what: "a file with age identities", readBy: FILE_STORE },
  { name: "TWINSEED_PASSPHRASE", what: "the passphrase", readBy: FILE_STORE },
  { name: "TWINSEED_PASSPHRASE_FILE", what: "a file with the passphrase", readBy: FILE_STORE },
  {
    name: "TWINSEED_URI",
    what: "an otpauth URI to take the seed from; no store is opened",
    readBy: "code --env",
  },
  {
    name: "TWINSEED_LEASE",
    what:
      "where several computers reserve codes: a git+ssh:, git+https:, git+file:, redis: or rediss: URL, or none. " +
      'It may hold a password, and is never shown. Without it, "lease" in config.json counts',
    readBy: "code --once",
  },
];

/** Those with the same reader together, in the order of the table. */
export function byReader(): ReadonlyMap<string, readonly Variable[]> {
  const readers = new Map<string, Variable[]>();
  for (const variable of VARIABLES)
    readers.set(variable.readBy, [...(readers.get(variable.readBy) ?? []), variable]);
  return readers;
}
