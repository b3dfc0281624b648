import { SEED_STORES } from "../../src/seeds/index.ts";
import { memorySeedStore } from "../helpers/memory-seed-store.ts";
import { fakeKeyring, testDeps } from "../helpers/seed-store-deps.ts";
import { seedStoreContract } from "./contract.ts";

seedStoreContract("memory", async () => {
  const texts = new Map<string, string>();
  return async () => memorySeedStore(texts);
});

seedStoreContract("file", async () => {
  const deps = testDeps({ env: { TWINSEED_PASSPHRASE: "correct horse" } });
  await (await SEED_STORES.file.prepare(deps))();
  return () => SEED_STORES.file.open(deps);
});

seedStoreContract("keyring (a pretended one)", async () => {
  const deps = testDeps({ keyring: { load: fakeKeyring() } });
  return () => SEED_STORES.keyring.open(deps);
});
