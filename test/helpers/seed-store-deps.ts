/** What openSeedStore needs, in memory: real randomness, no keyring and no terminal unless a test provides them. */
import { randomBytes } from "node:crypto";
import { ExitCode, UserError } from "../../src/base/errors.ts";
import type { RunChild } from "../../src/ports/child.ts";
import type { KeyringBinding, KeyringEntry } from "../../src/ports/os-keyring.ts";
import type { Terminal } from "../../src/ports/terminal.ts";
import type { KeyringSettings } from "../../src/seeds/keyring/settings.ts";
import type { SeedStoreDeps } from "../../src/seeds/needs.ts";
import { loadBinding } from "../../src/system/desktop/keyring-binding.ts";
import { sessionBus } from "../../src/system/desktop/session-bus.ts";
import { childRunner } from "../../src/system/programs/own-child.ts";
import { CHILD } from "./binary.ts";
import { type MemoryFolder, memoryFolder } from "./memory-folder.ts";

/** The keyring on this process's session bus. */
export function realKeyring(runtimeFolder?: string): Pick<KeyringSettings, "load" | "bus"> {
  return { load: loadBinding, bus: sessionBus(process.env, runtimeFolder) };
}

/** Runs children like the built program. */
export const realChild: RunChild = (...task) => childRunner(process.execPath, CHILD, process.env)(...task);

export interface TestDeps extends SeedStoreDeps {
  readonly folder: MemoryFolder;
  readonly notes: string[];
}

export function testDeps(
  changes: Partial<Omit<SeedStoreDeps, "folder">> & { folder?: MemoryFolder } = {},
): TestDeps {
  const notes: string[] = [];
  const state = memoryFolder();
  return {
    folder: memoryFolder(),
    stateFolder: async () => state,
    isRepository: async () => false,
    env: {},
    terminal: () => undefined,
    random: (bytes) => Uint8Array.from(randomBytes(bytes)),
    note: (text) => void notes.push(text),
    readSecretFile(path) {
      throw new UserError(`can't read "${path}"`, ExitCode.locked);
    },
    platform: process.platform,
    keyring: { load: () => Promise.reject(new Error("Cannot find native binding.")) },
    unsafeScryptCost: { N: 2, r: 1, p: 1 },
    ...changes,
    notes,
  };
}

/** A terminal that gives these answers, and fails the test if asked again after that. */
export function answering(answers: readonly string[]): Terminal & { readonly asked: string[] } {
  const left = [...answers];
  const asked: string[] = [];
  const answer = async (question: string): Promise<string> => {
    asked.push(question);
    const next = left.shift();
    if (next === undefined) throw new Error(`unexpected question "${question}"`);
    return next;
  };
  const unexpected = (): never => {
    throw new Error("the seed store only asks hidden questions, yes-or-no questions, and on a screen");
  };
  return {
    asked,
    size: { columns: 80, rows: 24 },
    colors: 16,
    print: unexpected,
    ask: unexpected,
    askHidden: answer,
    confirm: async (question) => (await answer(question)) === "y",
    fullScreen: (session) => session({ draw: () => {}, ask: answer, key: unexpected }),
  };
}

/** A keyring binding backed by a map. `fault` runs before each call, and may throw or never settle. */
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
