/** Runs the program on a home in this process, with the same code as the shipped one, to inspect what a kill has left. */
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { run } from "../../src/cli/run.ts";
import { createLedger, type Ledger } from "../../src/ledger/ledger.ts";
import type { DataFolder } from "../../src/ports/data-folder.ts";
import { readPicture } from "../../src/qr/read.ts";
import { sealedIds } from "../../src/seeds/file/sealed-file.ts";
import { sharedKeys } from "../../src/seeds/file/shared-keys.ts";
import { SEED_STORES } from "../../src/seeds/index.ts";
import { openSeedStore } from "../../src/seeds/open-store.ts";
import type { SeedStore } from "../../src/seeds/seed-store.ts";
import type { StoreKind } from "../../src/settings/config-file.ts";
import { readConfig } from "../../src/settings/config-file.ts";
import { fileFaults, setModes } from "../../src/system/disk/file-faults.ts";
import { dataFolder } from "../../src/system/disk/open-data-folder.ts";
import { readSecretFile } from "../../src/system/disk/secret-file.ts";
import { stateFolder } from "../../src/system/disk/state-folder.ts";
import { userFiles } from "../../src/system/disk/user-files.ts";
import { workTree } from "../../src/system/programs/run-git.ts";
import type { World } from "../../src/world.ts";
import { memoryOutput } from "../helpers/memory-output.ts";
import { only } from "../helpers/only.ts";
import { realChild, realKeyring, testDeps } from "../helpers/seed-store-deps.ts";

export interface Inside {
  readonly ledger: Ledger;
  /** Warnings and notes since the last call. */
  messages(): string[];
  /** As in config.json, or as it will be if there is none yet. */
  storeInUse(): string | undefined;
  seeds(): Promise<SeedStore>;
  holds(kind: StoreKind, id: string): Promise<boolean>;
  run(args: readonly string[], stdin?: string): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  /** Modes, owners, leftovers. */
  faults(): string[];
}

/** `env` has the key to the seeds. The keyring is the one on this process's session bus. `folder` replaces the real folder. */
export function inside(data: string, env: Readonly<Record<string, string>>, folder?: DataFolder): Inside {
  const heard: string[] = [];
  const hear = (text: string): void => void heard.push(text);
  return insideOf(data, env, folder ?? dataFolder(data, hear), heard);
}

function insideOf(
  data: string,
  env: Readonly<Record<string, string>>,
  folder: DataFolder,
  heard: string[],
): Inside {
  const hear = (text: string): void => void heard.push(text);
  const { folder: _, ...others } = testDeps({
    env,
    keyring: realKeyring(),
    runChild: realChild,
    // As for a computer in the same place (computerIn).
    stateFolder: async () => stateFolder({ HOME: dirname(data), ...env }, data, data, hear),
    readSecretFile: (path) => readSecretFile(path, hear),
    isRepository: async () => existsSync(join(data, ".git")),
  });
  const deps = { ...others, folder, note: hear };
  const ledger = createLedger(folder, hear);
  /** Reused, because each of its entries is a connection. */
  let keyring: Promise<SeedStore> | undefined;
  const openKeyring = (): Promise<SeedStore> => {
    keyring ??= SEED_STORES.keyring.open(deps);
    return keyring;
  };
  return {
    ledger,
    messages: () => heard.splice(0),
    storeInUse: () => readConfig(folder)?.store ?? env.TWINSEED_STORE,
    async seeds() {
      return readConfig(folder)?.store === "keyring" ? openKeyring() : openSeedStore(deps, { create: false });
    },
    async holds(kind, id) {
      if (kind === "file") return sealedIds(folder).includes(id);
      return (await openKeyring()).get(id).then(
        () => true,
        () => false,
      );
    },
    async run(args, stdin = "") {
      const [stdout, stderr] = [memoryOutput(false, false), memoryOutput(false, false)];
      const world = only<World>({
        stdout,
        stderr,
        stdin: { isTTY: false, readAll: async () => Buffer.from(stdin) },
        env,
        computer: { hostname: hostname(), versions: process.versions },
        clock: {
          now: () => Date.now(),
          sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
        },
        random: deps.random,
        terminal: () => undefined,
        folder,
        stateFolder: deps.stateFolder,
        files: userFiles,
        pictures: { prepare() {}, read: readPicture },
        ledger: createLedger(folder, (text) => stderr.write(`twinseed: warning: ${text}\n`)),
        seeds: (purpose) => openSeedStore(deps, { create: purpose === "enroll" }),
        workTree: workTree(data, env),
        folderCare: {
          fileFaults: async () => fileFaults(data),
          access: async () => [],
          setModes: async () => setModes(data),
          idsElsewhere: async () => [],
        },
        sharedKeys: sharedKeys(deps),
        mayBeUnlocked: () => false,
        storedIds: (kind) => SEED_STORES[kind].ids(deps),
        mac: undefined,
        keyringProvider: async () => undefined,
      });
      const exitCode = await run(args, world);
      return { exitCode, stdout: stdout.written(), stderr: stderr.written() };
    },
    faults: () =>
      (fileFaults(data, Number.POSITIVE_INFINITY) ?? []).map(
        ({ kind, name, found }) => `${kind} ${name} ${found}`,
      ),
  };
}
