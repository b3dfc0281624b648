/** The seed stores, one line each. */
import type { SeedStoreKind } from "./deps.ts";
import { fileStore } from "./file-store.ts";
import { keyring } from "./keyring.ts";
import type { StoreKind } from "./store.ts";

export const SEED_STORES: Readonly<Record<StoreKind, SeedStoreKind>> = {
  keyring,
  file: fileStore,
};
