/** A seed store in memory. Like the real ones, it stores text, so nothing is passed by reference. */

import { NoSuchSeed, type SeedStore } from "../../src/seeds/seed-store.ts";
import { checkId, enrollmentOf, isSame, takenError, textOf } from "../../src/seeds/seed-text.ts";
import type { StoreKind } from "../../src/settings/config-file.ts";

export function memorySeedStore(texts = new Map<string, string>(), kind: StoreKind = "keyring"): SeedStore {
  const store: SeedStore = {
    kind,
    async get(id) {
      checkId(id);
      const text = texts.get(id);
      if (text === undefined) throw new NoSuchSeed(`no seed for account "${id}"`, []);
      return enrollmentOf(text, `the seed of account "${id}"`);
    },
    async put(id, enrollment) {
      checkId(id);
      const older = texts.get(id);
      if (older === undefined) texts.set(id, textOf(id, enrollment));
      else if (!isSame(enrollmentOf(older, "the older seed"), enrollment)) throw takenError(id);
    },
    async putAll(seeds, stored = () => {}) {
      for (const [i, [id, enrollment]] of seeds.entries()) {
        await store.put(id, enrollment);
        stored(i + 1);
      }
    },
    async delete(id) {
      checkId(id);
      texts.delete(id);
    },
  };
  return store;
}
