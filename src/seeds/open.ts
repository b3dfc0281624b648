/**
 * Which seed store, and opening it. It is chosen once, by the first command that stores something, written to
 * config.json with the reason, and from then on it is that one or an error: never quietly another.
 */
import { type Config, readConfig, writeConfig } from "../config.ts";
import { ExitCode, UserError } from "../errors.ts";
import { printable } from "../printable.ts";
import type { SeedStoreDeps } from "./deps.ts";
import { SEED_STORES } from "./index.ts";
import { probeKeyring } from "./keyring.ts";
import { hasVariable, VARIABLE_NAMES } from "./openers.ts";
import { hasSealedSeeds } from "./sealed-file.ts";
import type { SeedStore, StoreKind } from "./store.ts";

/** Milliseconds for a keyring to answer; more than that is no place to put a seed unasked. */
const PROBE_PATIENCE = 2000;

export interface OpenOptions {
  /** Whether a store may be chosen and made. It takes the data folder's lock for that: don't hold it. */
  readonly create: boolean;
}

/** Throws UserError: exit 6 where the store can't be opened, exit 2 for an unknown TWINSEED_STORE. */
export async function openSeedStore(deps: SeedStoreDeps, { create }: OpenOptions): Promise<SeedStore> {
  const config = readConfig(deps.folder);
  if (config) return SEED_STORES[config.store].open(deps);
  if (!create && hasSealedSeeds(deps.folder)) return SEED_STORES.file.open(deps);
  if (!create)
    throw new UserError("nothing is stored yet", ExitCode.locked, ["add an account with: twinseed add"]);

  // Questions are asked before the lock is taken: nobody else should wait for an answer.
  const { config: choice, make } = await choose(deps);
  const store = await deps.folder.locked(async () => {
    if (readConfig(deps.folder)) return undefined; // another process was first: its choice counts
    const made = await make();
    writeConfig(deps.folder, choice);
    return made;
  });
  return store ?? openSeedStore(deps, { create: false });
}

interface Choice {
  readonly config: Config;
  readonly make: () => Promise<SeedStore>;
}

async function choose(deps: SeedStoreDeps): Promise<Choice> {
  if (hasSealedSeeds(deps.folder))
    return prepared(deps, "file", "sealed seeds were there, and no config.json");
  const wish = deps.env.TWINSEED_STORE;
  if (wish === "keyring" || wish === "file") return prepared(deps, wish, `TWINSEED_STORE=${wish}`);
  if (wish) {
    throw new UserError(`TWINSEED_STORE is "${printable(wish)}"`, ExitCode.usage, [
      'it can be "keyring" or "file"',
    ]);
  }
  const refusal = await probeKeyring(deps, PROBE_PATIENCE);
  if (refusal === undefined) {
    return {
      config: { store: "keyring", why: "a keyring answered" },
      make: () => SEED_STORES.keyring.open(deps),
    };
  }
  if (!mayMakeFileStore(deps)) {
    throw new UserError(`there is no place to keep seeds: ${refusal}`, ExitCode.locked, [
      "unlock or install a keyring (for example gnome-keyring) and run this again",
      `or keep seeds in an encrypted file: set TWINSEED_STORE=file and one of ${VARIABLE_NAMES}`,
    ]);
  }
  deps.note(refusal);
  deps.note(`seeds will be kept in an encrypted file store in ${printable(deps.folder.path, 500)}`);
  return prepared(deps, "file", refusal);
}

async function prepared(deps: SeedStoreDeps, store: StoreKind, why: string): Promise<Choice> {
  return { config: { store, why }, make: await SEED_STORES[store].prepare(deps) };
}

function mayMakeFileStore(deps: SeedStoreDeps): boolean {
  return hasVariable(deps.env) || deps.terminal() !== undefined;
}
