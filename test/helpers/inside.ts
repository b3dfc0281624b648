/**
 * For the setup of a test of the real program and its checks afterwards, without a process for each: runs the same command lines
 * on the same real folder and seed store in this process. The command under test should go through Computer.run.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { createLedger } from "../../src/ledger/ledger.ts";
import { sharedKeys } from "../../src/seeds/file/shared-keys.ts";
import { SEED_STORES } from "../../src/seeds/index.ts";
import type { SeedStoreDeps } from "../../src/seeds/needs.ts";
import { noteKeeper, openNotes } from "../../src/seeds/notes/open-notes.ts";
import { openSeedStore } from "../../src/seeds/open-store.ts";
import type { SeedStore } from "../../src/seeds/seed-store.ts";
import { dataFolder } from "../../src/system/disk/open-data-folder.ts";
import { readSecretFile } from "../../src/system/disk/secret-file.ts";
import { stateFolder } from "../../src/system/disk/state-folder.ts";
import { workTree } from "../../src/system/programs/run-git.ts";
import type { World } from "../../src/world.ts";
import type { Computer } from "./binary.ts";
import { type Session, testCli } from "./test-cli.ts";

/** Uses the computer's real file store. There is no keyring, no terminal and no other file. */
export function inside(
  { data, env }: Pick<Computer, "data" | "env">,
  args: readonly string[],
  stdin: string | Uint8Array = "",
  /** How far this computer's clock is ahead, in milliseconds. */
  ahead = 0,
): Promise<Session> {
  const cli = testCli({
    instead: (note) => ({
      ...onFolder({
        folder: dataFolder(data, note),
        stateFolder: async () => stateFolder(env, data, data, note),
        isRepository: async () => existsSync(join(data, ".git")),
        env,
        terminal: () => undefined,
        random: (bytes) => Uint8Array.from(randomBytes(bytes)),
        note,
        readSecretFile: (path) => readSecretFile(path, note),
        platform: process.platform,
        keyring: { load: () => Promise.reject(new Error("Cannot find native binding.")) },
      }),
      workTree: workTree(data, env),
      computer: { hostname: hostname(), versions: process.versions },
      clock: { now: () => Date.now() + ahead, sleep: async () => {} },
    }),
  });
  return cli.run(args, { stdin });
}

/** The part of the World that concerns the data folder and its seeds, for one command. */
export function onFolder(deps: SeedStoreDeps): Partial<World> {
  const { folder, env, random, note, stateFolder } = deps;
  let opened: Promise<SeedStore> | undefined;
  return {
    env,
    random,
    folder,
    notes: () => openNotes(deps),
    noteKeeper: (kind) => noteKeeper(deps, kind),
    stateFolder,
    ledger: createLedger(folder, (text) => note(`warning: ${text}`)),
    seeds(purpose) {
      opened ??= openSeedStore(deps, { create: purpose === "enroll" });
      return opened;
    },
    prepareStore: (kind) => SEED_STORES[kind].prepare(deps),
    sharedKeys: sharedKeys(deps),
  };
}
