/** Creates the real world, once per run: each port from system/, and what is built on them. What `code NAME` does not need is lazy. */
import { nodeCrypto } from "../base/node-crypto.ts";
import { STANDALONE } from "../base/version.ts";
import { createLedger } from "../ledger/ledger.ts";
import type { RunChild } from "../ports/child.ts";
import type { Ports } from "../ports/index.ts";
import type { Mac } from "../ports/mac.ts";
import type { PictureReader } from "../ports/pictures.ts";
import { readerProcess } from "../qr/reader-process.ts";
import { hasOpener } from "../seeds/file/openers.ts";
import type { Unlocked } from "../seeds/file/slots.ts";
import { SEED_STORES } from "../seeds/index.ts";
import type { KeyringSettings } from "../seeds/keyring/settings.ts";
import type { SeedStoreDeps } from "../seeds/needs.ts";
import { openSeedStore } from "../seeds/open-store.ts";
import type { SeedStore } from "../seeds/seed-store.ts";
import { readConfig } from "../settings/config-file.ts";
import { hasSocketFolder } from "../system/channel/socket-folder.ts";
import { loadBinding } from "../system/desktop/keyring-binding.ts";
import { sessionBus } from "../system/desktop/session-bus.ts";
import { dataFolder } from "../system/disk/open-data-folder.ts";
import { dataFolderPath } from "../system/disk/paths.ts";
import { readSecretFile } from "../system/disk/secret-file.ts";
import { openTerminal } from "../system/terminal/open-terminal.ts";
import { standardError, standardInput, standardOutput } from "../system/terminal/standard-streams.ts";
import type { World } from "../world.ts";
import { lazy } from "./lazy.ts";

const { env } = process;
export const stderr = standardError(env);
const note = (text: string): void => stderr.write(`twinseed: ${text}\n`);
const stdout = standardOutput(env);
/** What comes before the name of a task (cli/child-tasks.ts): a file in this folder; in the executable, a hidden subcommand. */
const tasks = STANDALONE ? "__task" : `${__dirname}/child.cjs`;
const runChild: RunChild = async (...task) => {
  const { childRunner } = await import("../system/programs/own-child.ts");
  return childRunner(process.execPath, tasks, env)(...task);
};
/** --liftoff-only was tested with the V8 of Node 20 to 24; another V8 may refuse to start with it. */
const knowsLiftoff = process.versions.bun === undefined && Number.parseInt(process.versions.v8, 10) <= 13;
const terminal = once(() => openTerminal(env));

/** A keyring call hangs, in a thread that only a signal can end. */
let hangs = false;

export function isStuck(): boolean {
  return hangs;
}

/** The world on the usual data folder. Throws UserError if there is no place for that. */
export async function createWorld(): Promise<World> {
  return worldOn(await dataFolderPath(env, process.cwd()));
}

/** `home`: an absolute path. */
function worldOn(home: string, own = env): World {
  const ports = { ...portsOn(home), env: own };
  const ledger = createLedger(ports.folder, (text) => note(`warning: ${text}`));
  const deps = {
    ...seedStoreDeps(ports),
    nameOf: (id: string) => ledger.accounts().find((account) => account.id === id)?.name,
    onTyped: async (unlocked: Unlocked) =>
      (await import("../unlocking/unlock-when-typed.ts")).unlockWhenTyped(unlocked, ports),
  };
  let opened: Promise<SeedStore> | undefined;
  return {
    ...ports,
    ledger,
    async seeds(purpose) {
      const asking = purpose === "unattended" ? { ...deps, terminal: () => undefined } : deps;
      opened ??= openSeedStore(asking, { create: purpose === "enroll" });
      return opened;
    },
    mayBeUnlocked: () =>
      !hasOpener(own) && hasSocketFolder(own) && readConfig(ports.folder)?.store === "file",
    prepareStore: async (kind) => SEED_STORES[kind].prepare(deps),
    keyringProvider: async () => (await import("../seeds/keyring/own-keyring.ts")).providerNow(deps),
    waitForKeyring: (seconds) => {
      own.TWINSEED_KEYRING_WAIT = String(seconds);
    },
    storedIds: async (kind) => SEED_STORES[kind].ids(deps),
    sharedKeys: lazy(async () => (await import("../seeds/file/shared-keys.ts")).sharedKeys(deps)),
    notes: async () => (await import("../seeds/notes/open-notes.ts")).openNotes(deps),
    noteKeeper: async (kind) => (await import("../seeds/notes/open-notes.ts")).noteKeeper(deps, kind),
    async inOtherFolder(path, unfinished) {
      const { emptyFolder } = await import("../system/disk/empty-folder.ts");
      // The words name the store in the usual data folder.
      return worldOn(emptyFolder(path, process.cwd(), unfinished), { ...env, TWINSEED_STORE_WORDS: "" });
    },
  };
}

function portsOn(home: string): Ports {
  const openFolder = (path: string) => dataFolder(path, note);
  const folder = openFolder(home);
  return {
    stdin: standardInput(),
    stdout,
    stderr,
    terminal,
    env,
    computer: {
      get hostname() {
        return process.getBuiltinModule("node:os").hostname();
      },
      versions: process.versions,
    },
    clock: {
      now: () => Date.now(),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    },
    random: (bytes) => Uint8Array.from(nodeCrypto().randomBytes(bytes)),
    folder,
    stateFolder: async () =>
      (await import("../system/disk/state-folder.ts")).stateFolder(env, home, process.cwd(), note),
    folderCare: lazy(async () => (await import("../system/care/care-for-folder.ts")).folderCare(env, folder)),
    openFolder,
    pictures: pictureReader(),
    files: lazy(async () => (await import("../system/disk/user-files.ts")).userFiles),
    clipboard: lazy(async () => (await import("../system/desktop/clipboard.ts")).systemClipboard(env, tasks)),
    screen: lazy(async () => (await import("../system/desktop/screen-capture.ts")).systemScreen(env)),
    printer: lazy(async () => (await import("../system/desktop/printer.ts")).systemPrinter(env, note)),
    gpg: lazy(async () => (await import("../system/programs/run-gpg.ts")).userGpg(env)),
    editor: lazy(async () => (await import("../system/programs/run-editor.ts")).userEditor(env)),
    workTree: lazy(async () => (await import("../system/programs/run-git.ts")).workTree(home, env)),
    scratchGit: async () => (await import("../system/programs/scratch-git.ts")).scratchGit(env),
    connect: async (place, limits) => (await import("../system/connect.ts")).connect(place, limits),
    aws: once(async () => (await import("../system/programs/run-aws.ts")).awsCli(env, home, note)),
    unlocked: lazy(async () =>
      (await import("../system/channel/ask-unlocked.ts")).unlockedStore(tasks, env, home, note),
    ),
    networkTime: lazy(async () => (await import("../system/ask-time.ts")).networkTime),
    ykman: lazy(async () => (await import("../system/programs/run-ykman.ts")).userYkman(env)),
    mac: process.platform === "darwin" ? lazy(theMac) : undefined,
  };
}

async function theMac(): Promise<Mac> {
  const { macSystem } = await import("../system/desktop/mac-system.ts");
  return macSystem(env, process.execPath, STANDALONE ? undefined : process.argv[1]);
}

function pictureReader(): PictureReader {
  let reader: ReturnType<typeof readerProcess> | undefined;
  const start = () => {
    reader ??= readerProcess(runChild);
    return reader;
  };
  let isFirst = true;
  return {
    prepare: () => void (knowsLiftoff && start()),
    async read(image) {
      const { readInChild } = await import("../qr/read-in-child.ts");
      const process = isFirst && knowsLiftoff ? start : undefined;
      isFirst = false;
      return readInChild(image, process);
    },
  };
}

const keyringService = lazy(async () =>
  (await import("../system/desktop/secret-service.ts")).secretService(env),
);

function seedStoreDeps({ env, folder, random, stateFolder, workTree }: Ports): SeedStoreDeps {
  return {
    folder,
    stateFolder,
    isRepository: () => workTree.isThere(),
    env,
    terminal,
    random,
    note,
    readSecretFile: (path) => readSecretFile(path, note),
    platform: process.platform,
    runChild,
    keyring: {
      ...(process.platform === "darwin" ? keychain() : { load: loadBinding, bus: sessionBus(env) }),
      ...(process.platform === "linux" ? { service: keyringService } : {}),
      onStuck: () => {
        hangs = true;
      },
    },
  };
}

/** The window of a keychain blocks the process that calls it. */
function keychain(): Pick<KeyringSettings, "load" | "bus"> {
  let hangUp = async (): Promise<boolean> => false;
  return {
    async load() {
      const { childKeyring } = await import("../system/desktop/keyring-child.ts");
      const made = childKeyring(process.execPath, process.execArgv, tasks, env);
      hangUp = made.hangUp;
      return made;
    },
    bus: { repairAddress() {}, connecting: (connect) => ({ value: connect(), hangUp: () => hangUp() }) },
  };
}

function once<T>(open: () => T): () => T {
  let result: { readonly opened: T } | undefined;
  return () => {
    result ??= { opened: open() };
    return result.opened;
  };
}
