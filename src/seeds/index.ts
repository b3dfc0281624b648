/** The seed stores, one line each. */

import { fileStore } from "./file/file-store.ts";
import { keyring } from "./keyring/keyring.ts";
import type { SeedStoreKind } from "./needs.ts";
import type { StoreKind } from "./seed-store.ts";

export const SEED_STORES: Readonly<Record<StoreKind, SeedStoreKind>> = {
  keyring,
  file: fileStore,
};
