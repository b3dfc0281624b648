/** config.json: which seed store this data folder uses, and why. Written once; never changes on its own. */

import { ExitCode, UserError } from "../base/errors.ts";
import { parseFields } from "../base/untrusted-json.ts";
import type { DataFolder } from "../ports/data-folder.ts";

const FILE = "config.json";
const VERSION = 1;

export type StoreKind = "keyring" | "file";

export interface Config {
  readonly store: StoreKind;
  /** The reason for this choice, for `twinseed store` to print. */
  readonly why: string;
  /** The program that was the keyring when the seeds were put there, such as "KWallet"; unknown on most systems. */
  readonly provider?: string;
}

/** undefined before first use. Throws UserError for a damaged file or one of a newer version, and changes neither. */
export function readConfig(folder: DataFolder): Config | undefined {
  const text = folder.read(FILE);
  if (text === undefined) return undefined;
  const { version, store, why, provider } = parseFields(text);
  if (typeof version === "number" && version > VERSION) {
    throw new UserError(`"${FILE}" was written by a newer twinseed (version ${version})`, ExitCode.failed, [
      "update twinseed; nothing was changed",
    ]);
  }
  if (version !== VERSION || (store !== "keyring" && store !== "file")) {
    throw new UserError(`"${FILE}" is damaged: it names no seed store`, ExitCode.failed, [
      `fix ${folder.path}/${FILE}: "store" must be "keyring" or "file", and "version" must be ${VERSION}`,
    ]);
  }
  return {
    store,
    why: typeof why === "string" ? why : "",
    ...(typeof provider === "string" ? { provider } : {}),
  };
}

/** Keeps fields that other versions of twinseed may have written; not the provider of a store that is left. */
export function writeConfig(folder: DataFolder, config: Config): void {
  const older = folder.read(FILE);
  const { provider: _, ...others } = older === undefined ? {} : parseFields(older);
  const content = { ...others, version: VERSION, ...config };
  folder.write(FILE, `${JSON.stringify(content, null, 2)}\n`);
}

/**
 * The URL of the lease engine that `code --once` uses by default. It may contain a password. Throws UserError if the file is
 * too damaged to tell whether one is configured.
 */
export function configuredLease(folder: DataFolder): string | undefined {
  const text = folder.read(FILE);
  if (text === undefined) return undefined;
  const { version, lease } = parseFields(text);
  if (typeof lease === "string" || (lease === undefined && version !== undefined)) return lease;
  throw new UserError(`"${FILE}" is damaged: it does not say which lease to use`, ExitCode.failed, [
    `fix ${folder.path}/${FILE}: "lease" must be a string`,
  ]);
}
