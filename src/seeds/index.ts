/** The seed stores, one line each. */

import type { StoreKind } from "../settings/config-file.ts";
import { fileStore } from "./file/file-store.ts";
import { keyring } from "./keyring/keyring.ts";
import type { SeedStoreKind } from "./needs.ts";

export const SEED_STORES: Readonly<Record<StoreKind, SeedStoreKind>> = {
  keyring,
  file: fileStore,
};
