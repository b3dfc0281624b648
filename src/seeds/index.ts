/** The seed stores, one line each. Each is loaded when it is first used: a run needs one of them. */
import type { SeedStoreKind } from "./deps.ts";
import type { StoreKind } from "./store.ts";

export const SEED_STORES: Readonly<Record<StoreKind, SeedStoreKind>> = {
  keyring: lazily(async () => (await import("./keyring.ts")).keyring),
  file: lazily(async () => (await import("./file-store.ts")).fileStore),
};

function lazily(load: () => Promise<SeedStoreKind>): SeedStoreKind {
  return {
    open: async (deps) => (await load()).open(deps),
    prepare: async (deps) => (await load()).prepare(deps),
    ids: async (deps) => (await load()).ids(deps),
  };
}
