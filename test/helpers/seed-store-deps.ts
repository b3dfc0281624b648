/** What openSeedStore needs, in memory: real randomness, no keyring, no terminal, unless a test says otherwise. */
import { randomBytes } from "node:crypto";
import { ExitCode, UserError } from "../../src/base/errors.ts";
import type { Terminal } from "../../src/ports/terminal.ts";
import type { KeyringBinding, KeyringEntry } from "../../src/seeds/keyring/settings.ts";
import type { SeedStoreDeps } from "../../src/seeds/needs.ts";
import { type MemoryFolder, memoryFolder } from "./memory-folder.ts";

export interface TestDeps extends SeedStoreDeps {
  readonly folder: MemoryFolder;
  readonly notes: string[];
}

export function testDeps(
  changes: Partial<Omit<SeedStoreDeps, "folder">> & { folder?: MemoryFolder } = {},
): TestDeps {
  const notes: string[] = [];
  return {
    folder: memoryFolder(),
    env: {},
    terminal: () => undefined,
    random: (bytes) => Uint8Array.from(randomBytes(bytes)),
    note: (text) => void notes.push(text),
    readSecretFile(path) {
      throw new UserError(`can't read "${path}"`, ExitCode.locked);
    },
    keyring: { load: () => Promise.reject(new Error("Cannot find native binding.")) },
    unsafeScryptCost: { N: 2, r: 1, p: 1 },
    ...changes,
    notes,
  };
}

/** A terminal that types these answers, and fails the test when asked once more. */
export function answering(answers: readonly string[]): Terminal & { readonly asked: string[] } {
  const left = [...answers];
  const asked: string[] = [];
  const answer = async (question: string): Promise<string> => {
    asked.push(question);
    const next = left.shift();
    if (next === undefined) throw new Error(`nobody expected the question "${question}"`);
    return next;
  };
  const unexpected = (): never => {
    throw new Error("the seed store only asks hidden questions");
  };
  return {
    asked,
    size: { columns: 80, rows: 24 },
    colors: 16,
    print: unexpected,
    ask: unexpected,
    askHidden: answer,
    confirm: unexpected,
    fullScreen: unexpected,
  };
}

/** A keyring binding on a map; `fault` may throw or never settle in front of each call. */
export function fakeKeyring(
  passwords = new Map<string, string>(),
  fault: (call: "open" | "get" | "set" | "delete") => Promise<void> | undefined = () => undefined,
): () => Promise<KeyringBinding> {
  class AsyncEntry implements KeyringEntry {
    readonly #user: string;
    constructor(service: string, user: string, options: { linux: { store: string } }) {
      if (service !== "twinseed" || options.linux.store !== "secret-service") throw new Error("not pinned");
      this.#user = user;
      void fault("open");
    }
    async getPassword() {
      await fault("get");
      return passwords.get(this.#user) ?? null;
    }
    async setPassword(password: string) {
      await fault("set");
      passwords.set(this.#user, password);
    }
    async deletePassword() {
      await fault("delete");
      return passwords.delete(this.#user);
    }
  }
  return async () => ({ AsyncEntry });
}
