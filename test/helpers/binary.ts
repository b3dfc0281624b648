/**
 * The real program, started as people start it (`node bin/twinseed.js`), on a computer of its own: a folder as HOME,
 * nothing of our environment, and no way to the session bus, display or terminal of the person who runs the tests.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const BIN = join(ROOT, "bin", "twinseed.js");
export const EXAMPLE = join(ROOT, "examples", "aws-virtual-mfa.png");

export interface RunOptions {
  /** On top of the computer's own; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** "closed": descriptor 0 is not open at all (the default). "empty": a pipe that ends at once. Else what is piped in. */
  readonly stdin?: "closed" | "empty" | { readonly text: string | Uint8Array };
  /** What the shell does with the program's output: ">&-", "| head -0" (the exit code is the program's even so). */
  readonly redirect?: string;
  /** Milliseconds; a program that runs longer hangs, which is an error of its own. */
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
  /** What stdout and stderr have got so far. */
  printed(): string;
  said(): string;
  /** To the program and all that it started: SIGKILL unless told otherwise. */
  kill(signal?: NodeJS.Signals): void;
}

export interface Computer {
  readonly home: string;
  /** TWINSEED_HOME. */
  readonly data: string;
  readonly env: Readonly<Record<string, string>>;
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
  start(args: readonly string[], options?: RunOptions): Running;
}

const ENOUGH = 60_000;

/** `env`: on top of the bare one, such as TWINSEED_KEY or the address of a private session bus. */
export function computerIn(home: string, env: Readonly<Record<string, string>> = {}): Computer {
  requireBuild();
  const data = join(home, "data");
  const bare = {
    PATH: process.env.PATH ?? "",
    LANG: "C.UTF-8",
    HOME: home,
    // Else the bus at the usual place, /run/user/UID/bus, would be found.
    XDG_RUNTIME_DIR: home,
    TWINSEED_HOME: data,
  };
  const own = { ...bare, ...env };
  mkdirSync(home, { recursive: true });
  const start: Computer["start"] = (args, options = {}) =>
    startIn(home, args, { ...options, env: { ...own, ...options.env } });
  return { home, data, env: own, start, run: (args, options) => start(args, options).ended };
}

/** In a session of its own, so that there is no /dev/tty to open. */
function startIn(cwd: string, args: readonly string[], options: RunOptions): Running {
  const { stdin = "closed", redirect = "", timeout = ENOUGH } = options;
  const begin = performance.now();
  const [command, ...words] = commandLine(args, stdin, redirect);
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
  // A program may well end before it has read everything.
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
      if (isLate)
        reject(new Error(`twinseed ${args.join(" ")} hung: not over in ${timeout} ms. ${output.stderr}`));
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

function commandLine(
  args: readonly string[],
  stdin: RunOptions["stdin"],
  redirect: string,
): [string, ...string[]] {
  const program = [process.execPath, BIN, ...args];
  if (stdin !== "closed" && redirect === "") return [process.execPath, BIN, ...args];
  const closing = stdin === "closed" ? "<&-" : "";
  if (!redirect.startsWith("|")) return ["sh", "-c", `exec "$@" ${closing} ${redirect}`, "sh", ...program];
  // The exit code of the program, and not of who reads, by way of descriptor 3.
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

/** Every file in a folder with its bytes (base64), folders with "": for "byte by byte the same". */
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

/** The lines of stderr that are not in our voice: there should be none. */
export function foreignLines(stderr: string): string[] {
  return stderr.split("\n").filter((line) => line !== "" && !line.startsWith("twinseed: "));
}
