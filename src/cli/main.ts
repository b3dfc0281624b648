/** The real world, made once: the Context, the run, the exit code. What `code NAME` does not need is loaded lazily. */

import type { ExitCode } from "../base/errors.ts";
import { nodeCrypto } from "../base/node-crypto.ts";
import type { Context, Terminal } from "../context.ts";
import { createLedger } from "../ledger/ledger.ts";
import { addRawKey } from "../seeds/file/file-store.ts";
import { SEED_STORES } from "../seeds/index.ts";
import type { SeedStoreDeps } from "../seeds/needs.ts";
import { openSeedStore } from "../seeds/open-store.ts";
import type { SeedStore } from "../seeds/seed-store.ts";
import { dataFolder } from "../system/disk/open-data-folder.ts";
import { dataFolderPath } from "../system/disk/paths.ts";
import { readSecretFile } from "../system/disk/secret-file.ts";
import { openTerminal } from "../system/terminal/open-terminal.ts";
import { standardError, standardInput, standardOutput } from "../system/terminal/standard-streams.ts";
import { reportError, run } from "./run.ts";

const { env } = process;
const stdout = standardOutput(env);
const stderr = standardError(env);
const note = (text: string): void => stderr.write(`twinseed: ${text}\n`);

const terminal = once(() => openTerminal(env));

/** Set where a keyring call hangs in a thread that nothing but a signal ends. */
let stuck = false;

/** `home`: absolute; the usual data folder where nothing is said. */
async function createContext(home?: string): Promise<Context> {
  const folder = dataFolder(home ?? (await dataFolderPath(env, process.cwd())), note);
  const random = (bytes: number): Uint8Array => Uint8Array.from(nodeCrypto().randomBytes(bytes));
  const deps: SeedStoreDeps = {
    folder,
    env,
    terminal,
    random,
    note,
    readSecretFile: (path) => readSecretFile(path, note),
    node: process.execPath,
    keyring: {
      onStuck: () => {
        stuck = true;
      },
    },
  };
  let opened: Promise<SeedStore> | undefined;
  return {
    stdout,
    stderr,
    stdin: standardInput(),
    env,
    get hostname() {
      return process.getBuiltinModule("node:os").hostname();
    },
    now: () => Date.now(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    random,
    terminal,
    folder,
    files: {
      async read(path, limit) {
        const { userFiles } = await import("../system/disk/user-files.ts");
        return userFiles.read(path, limit);
      },
      async write(path, content, options) {
        const { userFiles } = await import("../system/disk/user-files.ts");
        return userFiles.write(path, content, options);
      },
      async kind(path) {
        const { userFiles } = await import("../system/disk/user-files.ts");
        return userFiles.kind(path);
      },
      async demandWritable(path) {
        const { userFiles } = await import("../system/disk/user-files.ts");
        return userFiles.demandWritable(path);
      },
      async remove(path) {
        const { userFiles } = await import("../system/disk/user-files.ts");
        return userFiles.remove(path);
      },
      async folder(path, most) {
        const { userFiles } = await import("../system/disk/user-files.ts");
        return userFiles.folder(path, most);
      },
      async expand(path) {
        const { userFiles } = await import("../system/disk/user-files.ts");
        return userFiles.expand(path);
      },
    },
    gpg: {
      async decrypt(path, limit) {
        const { decryptWithGpg } = await import("../system/programs/run-gpg.ts");
        return decryptWithGpg(path, limit, env);
      },
    },
    clipboard: {
      async copy(text, clearAfter) {
        const { systemClipboard } = await import("../system/desktop/clipboard.ts");
        return systemClipboard(env).copy(text, clearAfter);
      },
      async picture(limit) {
        const { systemClipboard } = await import("../system/desktop/clipboard.ts");
        return systemClipboard(env).picture(limit);
      },
      async text(limit) {
        const { systemClipboard } = await import("../system/desktop/clipboard.ts");
        return systemClipboard(env).text(limit);
      },
    },
    screen: {
      async canSelect() {
        const { systemScreen } = await import("../system/desktop/screen-capture.ts");
        return systemScreen(env).canSelect();
      },
      async capture(kind, limit) {
        const { systemScreen } = await import("../system/desktop/screen-capture.ts");
        return systemScreen(env).capture(kind, limit);
      },
    },
    printer: {
      async print(page, options) {
        const { systemPrinter } = await import("../system/desktop/printer.ts");
        return systemPrinter(env, note).print(page, options);
      },
    },
    ledger: createLedger(folder, (text) => note(`warning: ${text}`)),
    async seeds(purpose) {
      const asking = purpose === "unattended" ? { ...deps, terminal: () => undefined } : deps;
      opened ??= openSeedStore(asking, { create: purpose === "enrol" });
      return opened;
    },
    async prepareStore(kind) {
      return SEED_STORES[kind].prepare(deps);
    },
    async addRawKey() {
      return addRawKey(deps);
    },
    sharedKeys: {
      async add(recipients, now) {
        const { sharedKeys } = await import("../seeds/file/shared-keys.ts");
        return sharedKeys(deps).add(recipients, now);
      },
      async rekey(leaving, drop) {
        const { sharedKeys } = await import("../seeds/file/shared-keys.ts");
        return sharedKeys(deps).rekey(leaving, drop);
      },
      async reseal() {
        const { sharedKeys } = await import("../seeds/file/shared-keys.ts");
        return sharedKeys(deps).reseal();
      },
      async check() {
        const { sharedKeys } = await import("../seeds/file/shared-keys.ts");
        return sharedKeys(deps).check();
      },
    },
    workTree: {
      isThere() {
        return process.getBuiltinModule("node:fs").existsSync(`${folder.path}/.git`);
      },
      async git(args, options) {
        const { runGit } = await import("../system/programs/run-git.ts");
        return runGit(folder.path, env, args, options);
      },
    },
    async scratchGit() {
      const { scratchGit } = await import("../system/programs/scratch-git.ts");
      return scratchGit(env);
    },
    nodeVersion: process.versions.node,
    networkTime: {
      async http(url) {
        const { httpTime } = await import("../system/network-time.ts");
        return httpTime(url);
      },
      async ntp(host) {
        const { ntpTime } = await import("../system/network-time.ts");
        return ntpTime(host);
      },
    },
    upkeep: {
      async fileFaults() {
        const { fileFaults } = await import("../system/disk/file-faults.ts");
        return fileFaults(folder.path);
      },
      async setModes() {
        const { setModes } = await import("../system/disk/file-faults.ts");
        setModes(folder.path);
      },
      async storedIds(kind) {
        return SEED_STORES[kind].ids(deps);
      },
      async idsElsewhere() {
        const { idsInUsualFolder } = await import("../system/disk/usual-folder.ts");
        return idsInUsualFolder(env, folder);
      },
    },
    async aws() {
      const { awsCli } = await import("../system/programs/run-aws.ts");
      return awsCli(env, folder.path, note);
    },
    async elsewhere(path, unfinished) {
      const { emptyFolder } = await import("../system/disk/empty-folder.ts");
      return createContext(emptyFolder(path, process.cwd(), unfinished));
    },
  };
}

function once(open: () => Terminal | undefined): () => Terminal | undefined {
  let result: { terminal: Terminal | undefined } | undefined;
  return () => {
    result ??= { terminal: open() };
    return result.terminal;
  };
}

export async function main(args: readonly string[]): Promise<void> {
  // Node.js would print the message, the line of source, and with --report-uncaught-exception a file with all of both.
  process.on("uncaughtException", (error) => process.exit(reportError(error, stderr)));
  process.exitCode = await exitCodeOf(args);
  if (stuck) process.kill(process.pid, "SIGKILL");
}

async function exitCodeOf(args: readonly string[]): Promise<ExitCode> {
  try {
    return await run(args, await createContext());
  } catch (error) {
    return reportError(error, stderr);
  }
}
