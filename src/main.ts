/** The real world, made once: the Context, the run, the exit code. */
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { reportError, run } from "./cli.ts";
import type { Context, Terminal } from "./context.ts";
import type { ExitCode } from "./errors.ts";
import { createLedger } from "./ledger/ledger.ts";
import type { SeedStoreDeps } from "./seeds/deps.ts";
import type { SeedStore } from "./seeds/store.ts";
import { systemClipboard } from "./system/clipboard.ts";
import { dataFolder } from "./system/data-folder.ts";
import { userFiles } from "./system/files.ts";
import { dataFolderPath } from "./system/paths.ts";
import { readSecretFile } from "./system/secret-file.ts";
import { standardError, standardInput, standardOutput } from "./system/streams.ts";
import { openTerminal } from "./system/terminal.ts";
import { VERSION } from "./version.ts";

const { env } = process;
const stdout = standardOutput(env);
const stderr = standardError(env);
const note = (text: string): void => stderr.write(`twinseed: ${text}\n`);

/** Set where a keyring call hangs in a thread that nothing but a signal ends. */
let stuck = false;

async function createContext(): Promise<Context> {
  const folder = dataFolder(await dataFolderPath(env, process.cwd()), note);
  const random = (bytes: number): Uint8Array => Uint8Array.from(randomBytes(bytes));
  const terminal = once(() => openTerminal(env));
  const deps: SeedStoreDeps = {
    folder,
    env,
    terminal,
    random,
    note,
    readSecretFile: (path) => readSecretFile(path, note),
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
    hostname: hostname(),
    now: () => Date.now(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    random,
    terminal,
    folder,
    files: userFiles,
    clipboard: systemClipboard(env),
    ledger: createLedger(folder, (text) => note(`warning: ${text}`)),
    async seeds(purpose) {
      const { openSeedStore } = await import("./seeds/open.ts");
      opened ??= openSeedStore(deps, { create: purpose === "enrol" });
      return opened;
    },
    async prepareStore(kind) {
      const { SEED_STORES } = await import("./seeds/index.ts");
      return SEED_STORES[kind].prepare(deps);
    },
    async addRawKey() {
      const { addSlot } = await import("./seeds/file-store.ts");
      const { generateRawKey, parseRawKey } = await import("./seeds/raw-key.ts");
      const key = generateRawKey(random);
      await addSlot(deps, { kind: "raw-key", key: parseRawKey(key, "the new key") });
      return key;
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

async function main(args: readonly string[]): Promise<ExitCode> {
  try {
    return await run(args, await createContext());
  } catch (error) {
    return reportError(error, stderr);
  }
}

const args = process.argv.slice(2);
if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
  stdout.write(`${VERSION}\n`);
} else {
  void main(args).then((code) => {
    process.exitCode = code;
    if (stuck) process.kill(process.pid, "SIGKILL");
  });
}
