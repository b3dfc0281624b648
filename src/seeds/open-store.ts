/**
 * Which seed store, and opening it. It is chosen once, by the first command that stores something, written to
 * config.json with the reason, and from then on it is that one or an error: never quietly another.
 */

import { ExitCode, UserError } from "../base/errors.ts";
import { readConfig, writeConfig } from "../settings/config-file.ts";
import { hasSealedSeeds } from "./file/sealed-file.ts";
import { SEED_STORES } from "./index.ts";
import type { SeedStoreDeps } from "./needs.ts";
import { NoSuchSeed, type SeedStore } from "./seed-store.ts";

export interface OpenOptions {
  /** Whether a store may be chosen and made. It takes the data folder's lock for that: don't hold it. */
  readonly create: boolean;
}

/** Throws UserError: exit 6 where the store can't be opened, exit 2 for an unknown TWINSEED_STORE. */
export async function openSeedStore(deps: SeedStoreDeps, { create }: OpenOptions): Promise<SeedStore> {
  const config = readConfig(deps.folder);
  if (config) return following(await SEED_STORES[config.store].open(deps), deps);
  if (!create && hasSealedSeeds(deps.folder)) return SEED_STORES.file.open(deps);
  if (!create)
    throw new UserError("nothing is stored yet", ExitCode.locked, ["add an account with: twinseed add"]);

  // Questions are asked before the lock is taken: nobody else should wait for an answer.
  const { choose } = await import("./choose-store.ts");
  const { config: choice, make } = await choose(deps);
  const store = await deps.folder.locked(async () => {
    if (readConfig(deps.folder)) return undefined; // another process was first: its choice counts
    const made = await make();
    writeConfig(deps.folder, choice);
    return made;
  });
  return store ?? openSeedStore(deps, { create: false });
}

/** Who reads holds no lock: between config.json and a seed a `store move` may have come, and the seed is in the other store. */
function following(store: SeedStore, deps: SeedStoreDeps): SeedStore {
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
