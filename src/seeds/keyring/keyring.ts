/**
 * The `keyring` store: Secret Service, macOS Keychain or Windows Credential Manager, through @napi-rs/keyring.
 * One entry per account: service "twinseed", user = account id, password = the otpauth URI.
 *
 * Rules, each because of a loss that was measured: always pin the store to the Secret Service (otherwise the binding falls
 * back to the kernel keyring, which forgets at reboot); never call findCredentials in this process (it hangs; see
 * keyring-list.ts) nor withTarget; never take the answer "not there" as proof; use one Entry per id (each keeps a socket
 * open); bound every wait.
 */
import { asUserError, ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { SeedStoreDeps, SeedStoreKind } from "../needs.ts";
import type { SeedStore } from "../seed-store.ts";
import { enrollmentOf } from "../seed-text.ts";
import { keyringEntries } from "./keyring-entries.ts";
import type { SeedWriter } from "./seed-writes.ts";

export const keyring: SeedStoreKind = {
  async open(deps) {
    return keyringStore(deps);
  },

  async prepare(deps) {
    const { probe } = await import("./probe.ts");
    await probe(deps);
    return async () => keyringStore(deps);
  },

  async ids(deps) {
    const { keyringIds } = await import("./keyring-list.ts");
    return keyringIds(deps);
  },
};

/** With fewer seeds, listing takes longer than reading them one by one. */
const WORTH_A_LIST = 8;

function keyringStore(deps: SeedStoreDeps): SeedStore {
  let prefetched = new Map<string, string>();
  /** Once a person refused to unlock it: no one is to be asked again for each account. */
  let refused: UserError | undefined;
  let asked: ReturnType<typeof import("./own-keyring.ts").requireOwnKeyring> | undefined;
  let writing: Promise<SeedWriter> | undefined;
  const use = keyringEntries(deps);
  const nameOf = (id: string) => `account "${printable(deps.nameOf?.(id) ?? id)}"`;
  const what = (id: string) => `can't read the seed of ${nameOf(id)} in the keyring`;
  const source = (id: string) => `the keyring entry of ${nameOf(id)}`;

  /** An entry that is not there, or empty: a locked keyring may answer like this, and another one does. */
  async function read(id: string): Promise<string | null> {
    if (refused) throw refused;
    const text = prefetched.get(id) ?? (await readEntry(id));
    prefetched.delete(id); // the entry may change: the next time it must be read again
    if (text) return text;
    const isFirst = asked === undefined;
    asked ??= import("./own-keyring.ts").then((own) => own.requireOwnKeyring(deps, what(id)));
    await asked;
    return isFirst ? readEntry(id) : text;
  }

  async function readEntry(id: string): Promise<string | null> {
    try {
      return await use(id, what(id), (entry) => entry.getPassword());
    } catch (error) {
      if (!(error instanceof UserError) || error.exitCode !== ExitCode.failed) throw error;
      const { sameInAll } = await import("./keyring-list.ts");
      return sameInAll(deps, id, error);
    }
  }

  async function absent(id: string, isEmpty: boolean): Promise<UserError> {
    const { absentError } = await import("./absent-seed.ts");
    return absentError(`the seed of ${nameOf(id)}`, isEmpty);
  }

  function writer(): Promise<SeedWriter> {
    writing ??= import("./seed-writes.ts").then(({ seedWriter }) =>
      seedWriter(deps, { use, read, nameOf, absent }),
    );
    return writing;
  }

  const store: SeedStore = {
    kind: "keyring",

    async prefetch(ids) {
      if (deps.platform !== "linux" || ids.length < WORTH_A_LIST) return; // never tested on other systems
      const [{ keyringTexts }, { requireUnlocked }] = await Promise.all([
        import("./keyring-list.ts"),
        import("./own-keyring.ts"),
      ]);
      refused = await requireUnlocked(deps, "can't read the seeds in the keyring").then(
        () => undefined,
        asUserError,
      );
      if (refused === undefined) prefetched = await keyringTexts(deps);
    },

    async get(id) {
      const text = await read(id);
      if (text) return enrollmentOf(text, source(id));
      throw await absent(id, text === "");
    },

    async put(id, enrollment, options) {
      await (await writer()).put(id, enrollment, options);
    },

    async putAll(seeds, stored = () => {}) {
      for (const [i, [id, enrollment]] of seeds.entries()) {
        await store.put(id, enrollment);
        stored(i + 1);
      }
    },

    async delete(id) {
      await (await writer()).delete(id);
    },
  };
  return store;
}
