/**
 * Runs the real program as users do (`node bin/twinseed.js`, or the executable), on a separate computer: a folder as HOME, nothing of our
 * environment, and no access to the session bus, display or terminal of the person who runs the tests.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const BIN = join(ROOT, "bin", "twinseed.js");
export type Program = readonly [string, ...string[]];
/** The executable that needs no Node.js, if the end-to-end tests are to run that (`npm run test:standalone`). */
export const EXECUTABLE = process.env.TWINSEED_TEST_EXECUTABLE;
/** What starts the program. */
export const PROGRAM: Program = EXECUTABLE === undefined ? [process.execPath, BIN] : [EXECUTABLE];
/** The built cli/child-tasks.ts. */
export const CHILD = join(ROOT, "dist", "child.cjs");
export const EXAMPLE = join(ROOT, "examples", "aws-virtual-mfa.png");

export interface RunOptions {
  /** In addition to the computer's own; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * "closed" (the default): descriptor 0 is not open at all. "empty": a pipe that ends at once. Otherwise the text is piped in.
   */
  readonly stdin?: "closed" | "empty" | { readonly text: string | Uint8Array };
  /** What the shell does with the program's output: ">&-", "| head -0" (the exit code is still the program's). */
  readonly redirect?: string;
  /** Milliseconds; a program that runs longer is reported as hanging. */
  readonly timeout?: number;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** What was written to stdout and stderr so far. */
  printed(): string;
  said(): string;
  /** Signals the program and everything that it started. Default: SIGKILL. */
  kill(signal?: NodeJS.Signals): void;
}

export interface Computer {
  readonly home: string;
  /** TWINSEED_HOME. */
  readonly data: string;
  readonly env: Readonly<Record<string, string>>;
  /** What starts twinseed there. */
  readonly program: Program;
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
  start(args: readonly string[], options?: RunOptions): Running;
}

const ENOUGH = 120_000;

/** `env` is added to the bare environment: TWINSEED_KEY or the address of a private session bus, for example. */
export function computerIn(
  home: string,
  env: Readonly<Record<string, string>> = {},
  program = PROGRAM,
): Computer {
  requireBuild();
  const data = join(home, "data");
  const bare = {
    PATH: process.env.PATH ?? "",
    LANG: "C.UTF-8",
    HOME: home,
    // Otherwise the bus at its default place, /run/user/UID/bus, would be found.
    XDG_RUNTIME_DIR: home,
    TWINSEED_HOME: data,
  };
  const own = { ...bare, ...env };
  mkdirSync(home, { recursive: true });
  const start: Computer["start"] = (args, options = {}) =>
    startIn(home, [...program, ...args], { ...options, env: { ...own, ...options.env } });
  return { home, data, env: own, program, start, run: (args, options) => start(args, options).ended };
}

/** In its own session, so that there is no /dev/tty to open. */
function startIn(cwd: string, program: Program, options: RunOptions): Running {
  const { stdin = "closed", redirect = "", timeout = ENOUGH } = options;
  const begin = performance.now();
  const [command, ...words] = commandLine(program, stdin, redirect);
  const env = Object.fromEntries(
    Object.entries(options.env ?? {}).filter(([, value]) => value !== undefined),
  );
  const child = spawn(command, words, { cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  // A program may end before it has read everything.
  child.stdin.on("error", () => {});
  child.stdin.end(typeof stdin === "string" ? undefined : stdin.text);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    killGroup(child);
  }, timeout);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => {
      clearTimeout(timer);
      const ms = performance.now() - begin;
      if (isLate) reject(new Error(`${program.join(" ")} did not finish in ${timeout} ms. ${output.stderr}`));
      else resolve({ exitCode, signal, ...output, ms });
    });
  });
  return {
    pid: child.pid ?? 0,
    ended,
    printed: () => output.stdout,
    said: () => output.stderr,
    kill: (signal) => killGroup(child, signal),
  };
}

function commandLine(program: Program, stdin: RunOptions["stdin"], redirect: string): [string, ...string[]] {
  if (stdin !== "closed" && redirect === "") return [...program];
  const closing = stdin === "closed" ? "<&-" : "";
  if (!redirect.startsWith("|")) return ["sh", "-c", `exec "$@" ${closing} ${redirect}`, "sh", ...program];
  // Passes on the exit code of the program, not of the reader, through descriptor 3.
  const line = `exit "$({ { "$@" ${closing} 3>&-; echo $? >&3; } ${redirect} >/dev/null; } 3>&1)"`;
  return ["sh", "-c", line, "sh", ...program];
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}

function requireBuild(): void {
  if (existsSync(join(ROOT, "dist", "twinseed.cjs"))) return;
  throw new Error("dist/twinseed.cjs is missing: these tests run the built program; run: npm run build");
}

/** Every file in a folder with its bytes (base64), and folders with "", to compare folders byte by byte. */
export function contentOf(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readIfFile(path)]),
  );
}

function readIfFile(path: string): string {
  try {
    return readFileSync(path).toString("base64");
  } catch {
    return "";
  }
}

/** The lines of stderr that are not ours: there should be none. */
export function foreignLines(stderr: string): string[] {
  return stderr.split("\n").filter((line) => line !== "" && !line.startsWith("twinseed: "));
}
