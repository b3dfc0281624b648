/**
 * The `keyring` store: Secret Service, macOS Keychain or Windows Credential Manager, through @napi-rs/keyring.
 * One entry per account: service "twinseed", user = account id, password = the otpauth URI.
 *
 * Rules, each because of a loss that was measured: always pin the store to the Secret Service (otherwise the binding falls
 * back to the kernel keyring, which forgets at reboot); never call findCredentials in this process (it hangs; see
 * keyring-list.ts) nor withTarget; never take the answer "not there" as proof; use one Entry per id (each keeps a socket
 * open); bound every wait.
 */
import { UserError } from "../../base/errors.ts";
import type { SeedStoreDeps, SeedStoreKind } from "../needs.ts";
import { NoSuchSeed, type SeedStore } from "../seed-store.ts";
import { enrollmentOf, isSame, notReadBackError, takenError, textOf } from "../seed-text.ts";
import { keyringEntries } from "./keyring-entries.ts";
import type { Patience } from "./settings.ts";

export const keyring: SeedStoreKind = {
  async open(deps) {
    return keyringStore(deps);
  },

  async prepare(deps) {
    await probe(deps);
    return async () => keyringStore(deps);
  },

  async ids(deps) {
    const { keyringIds } = await import("./keyring-list.ts");
    return keyringIds(deps);
  },
};

/** Returns undefined if the keyring really stores something within that time, else a sentence that says why not. */
export async function probeKeyring(deps: SeedStoreDeps, giveUpAfter: number): Promise<string | undefined> {
  try {
    await probe(deps, { giveUpAfter });
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** Stores, reads and deletes a test entry: a locked or empty keyring answers a mere read as if everything were fine. */
async function probe(deps: SeedStoreDeps, patience?: Patience): Promise<void> {
  const id = `probe${Buffer.from(deps.random(8)).toString("hex")}`;
  const use = keyringEntries(deps, patience);
  const what = "the keyring can't be used";
  await use(id, what, (entry) => entry.setPassword(id));
  const found = await use(id, what, (entry) => entry.getPassword());
  await use(id, what, (entry) => entry.deletePassword());
  if (found === id) return;
  const { notPersistentError } = await import("./keyring-errors.ts");
  throw notPersistentError(what);
}

/** With fewer seeds, listing takes longer than reading them one by one. */
const WORTH_A_LIST = 8;

/** No seed, as we never store an empty text; and no proof of damage, as a locked wallet may return it. */
function emptyAnswer(what: string): NoSuchSeed {
  return new NoSuchSeed(`${what}: it returned an empty entry`, [
    "a locked keyring may answer like this: unlock it in its own program and run this again",
    "if it is unlocked, another program emptied the entry: restore the seed from a backup",
  ]);
}

function keyringStore(deps: SeedStoreDeps): SeedStore {
  let prefetched = new Map<string, string>();
  const use = keyringEntries(deps);
  const what = (id: string) => `can't read the seed of account "${id}" in the keyring`;
  const read = (id: string) => use(id, what(id), (entry) => entry.getPassword());
  const source = (id: string) => `the keyring entry of account "${id}"`;

  const store: SeedStore = {
    kind: "keyring",

    async prefetch(ids) {
      if (deps.platform !== "linux" || ids.length < WORTH_A_LIST) return; // never tested on other systems
      const { keyringTexts } = await import("./keyring-list.ts");
      prefetched = await keyringTexts(deps);
    },

    async get(id) {
      const text = prefetched.get(id) ?? (await read(id));
      prefetched.delete(id); // the entry may change: the next get must read it again
      if (text === "") throw emptyAnswer(what(id));
      if (text !== null) return enrollmentOf(text, source(id));
      throw new NoSuchSeed(`the seed of account "${id}" was not found in the keyring`, [
        "a locked keyring may answer like this too: unlock it and run this again",
        "is this another user's or another computer's keyring? if not, restore the seed from a backup",
      ]);
    },

    async put(id, enrollment) {
      const text = textOf(id, enrollment);
      const older = await read(id);
      if (older === "") throw emptyAnswer(what(id));
      if (older !== null) {
        if (isSame(enrollmentOf(older, source(id)), enrollment)) return;
        throw takenError(id);
      }
      await use(id, "can't store a seed in the keyring", (entry) => entry.setPassword(text));
      if ((await read(id)) !== text) throw notReadBackError(id);
    },

    async putAll(seeds, stored = () => {}) {
      for (const [i, [id, enrollment]] of seeds.entries()) {
        await store.put(id, enrollment);
        stored(i + 1);
      }
    },

    async delete(id) {
      await use(id, "can't delete a seed in the keyring", (entry) => entry.deletePassword());
    },
  };
  return store;
}
