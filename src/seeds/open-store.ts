/**
 * Opens the seed store. The first command that stores something chooses it and writes it to config.json with the reason.
 * From then on it is that store or an error, never silently another one.
 */

import { ExitCode, UserError } from "../base/errors.ts";
import { readConfig, writeConfig } from "../settings/config-file.ts";
import { hasSealedSeeds } from "./file/sealed-file.ts";
import { SEED_STORES } from "./index.ts";
import type { SeedStoreDeps } from "./needs.ts";
import { NoSuchSeed, type SeedStore } from "./seed-store.ts";

export interface OpenOptions {
  /** Whether a store may be chosen and created. That takes the data folder's lock, so the caller must not hold it. */
  readonly create: boolean;
}

/** Throws UserError: exit 6 if the store can't be opened, exit 2 for an unknown TWINSEED_STORE. */
export async function openSeedStore(deps: SeedStoreDeps, { create }: OpenOptions): Promise<SeedStore> {
  const config = readConfig(deps.folder);
  if (config) return followMoves(await SEED_STORES[config.store].open(deps), deps);
  if (!create && hasSealedSeeds(deps.folder)) return SEED_STORES.file.open(deps);
  if (!create)
    throw new UserError("nothing is stored yet", ExitCode.locked, ["add an account with: twinseed add"]);

  // Prompt before taking the lock: other processes should not have to wait for the user's answer.
  const { choose } = await import("./choose-store.ts");
  const { config: choice, make } = await choose(deps);
  const store = await deps.folder.locked(async () => {
    if (readConfig(deps.folder)) return undefined; // another process was first: use its choice
    const made = await make();
    writeConfig(deps.folder, choice);
    return made;
  });
  return store ?? openSeedStore(deps, { create: false });
}

/** Readers hold no lock: a `store move` may finish after we read config.json, and then the seed is in the other store. */
function followMoves(store: SeedStore, deps: SeedStoreDeps): SeedStore {
  return {
    ...store,
    async get(id) {
      try {
        return await store.get(id);
      } catch (error) {
        const inUse = error instanceof NoSuchSeed ? readConfig(deps.folder)?.store : undefined;
        if (inUse === undefined || inUse === store.kind) throw error;
        return (await SEED_STORES[inUse].open(deps)).get(id);
      }
    },
  };
}
