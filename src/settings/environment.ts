/**
 * The environment variables that twinseed reads. Only for --help, the man page and docs/commands.md: the code that reads a
 * variable spells its name itself, so that `code NAME` does not load these descriptions. A test compares the two.
 */

export interface Variable {
  readonly name: string;
  /** What it does, in the style of --help. */
  readonly what: string;
  readonly readBy: string;
}

const EVERYTHING = "every command";
const KEYRING = "what uses the keyring";
const FIRST_SEED = "the first command that stores a seed, such as add or import";
const FILE_STORE = "the file store, which uses the first one that is set";

export const VARIABLES: readonly Variable[] = [
  {
    name: "TWINSEED_HOME",
    what: "the data folder (default: the platform's, such as ~/.local/share/twinseed on Linux)",
    readBy: EVERYTHING,
  },
  {
    name: "TWINSEED_STATE",
    what: "the folder for what this computer alone knows, never shared (default: such as ~/.local/state/twinseed)",
    readBy: EVERYTHING,
  },
  { name: "NO_COLOR", what: "no colors, whatever its value", readBy: EVERYTHING },
  {
    name: "TWINSEED_STORE",
    what: 'where to keep seeds, "keyring" or "file"; ignored once a store is in use',
    readBy: FIRST_SEED,
  },
  {
    name: "TWINSEED_KEYRING_WAIT",
    what: "how many seconds to wait for a locked keyring (default: 120 on a terminal, otherwise 14)",
    readBy: KEYRING,
  },
  {
    name: "TWINSEED_KEYRING_LABELS",
    what: 'with "none", entries of a Linux keyring are not labeled with issuer and login',
    readBy: KEYRING,
  },
  {
    name: "TWINSEED_KEY",
    what: "a raw key (32 bytes, base64; generate one with twinseed store key); fast, for scripts",
    readBy: FILE_STORE,
  },
  { name: "TWINSEED_KEY_FILE", what: "a file with a raw key", readBy: FILE_STORE },
  { name: "TWINSEED_IDENTITY", what: "an age identity, to open a shared store", readBy: FILE_STORE },
  { name: "TWINSEED_IDENTITY_FILE", what: "a file with age identities", readBy: FILE_STORE },
  { name: "TWINSEED_PASSPHRASE", what: "the passphrase", readBy: FILE_STORE },
  { name: "TWINSEED_PASSPHRASE_FILE", what: "a file with the passphrase", readBy: FILE_STORE },
  {
    name: "TWINSEED_STORE_WORDS",
    what: "the words of a shared store, where it was never seen before; for scripts that write to it",
    readBy: "the file store, before it seals or pushes anything",
  },
  {
    name: "TWINSEED_URI",
    what: "an otpauth URI with the seed to use; no store is opened",
    readBy: "code --env",
  },
  {
    name: "TWINSEED_LEASE",
    what:
      "where several computers reserve codes: a git+ssh:, git+https:, git+file:, redis: or rediss: URL, or none. " +
      'It may contain a password, and is never shown. If unset, "lease" in config.json is used',
    readBy: "code --once",
  },
];

/** Grouped by reader, in the order of the table. */
export function byReader(): ReadonlyMap<string, readonly Variable[]> {
  const readers = new Map<string, Variable[]>();
  for (const variable of VARIABLES)
    readers.set(variable.readBy, [...(readers.get(variable.readBy) ?? []), variable]);
  return readers;
}
