/** The ledger's files in the data folder. FORMAT.md says what is in them. */
export const ACCOUNTS = "accounts";
export const REMOVED = "removed";
export const DEVICES = "devices.json";
export const INCOMING = "incoming.json";
export const NAMES = "names.json";
