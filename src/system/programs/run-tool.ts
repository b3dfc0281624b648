/**
 * Runs one of the system's own tools and returns what it prints. The tool gets an argument list, never goes through a shell, does
 * not have our passphrase in its environment, and is limited in time and output. It does not outlive us.
 */
import { ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { onExit } from "../signals.ts";
import type { Env } from "../tool-environment.ts";
import { toolEnvironment, withFullPath } from "./find-program.ts";
import { killTree } from "./kill-tree.ts";
import { watchMemory } from "./watch-memory.ts";

export type Command = readonly [command: string, ...args: string[]];

export interface ToolLimits {
  readonly env: Env;
  /** Milliseconds; a tool that takes longer is stopped. */
  readonly patience: number;
  /** When that time begins, by performance.now(), for tools that share it. Default: now. */
  readonly since?: number;
  /** The most bytes it may print. */
  readonly limit: number;
  readonly cwd?: string;
  /** For its stdin; otherwise stdin is empty. */
  readonly input?: Uint8Array;
  /**
   * It must not be interrupted during a write. It runs in its own session, where a signal that kills us does not reach it, and it
   * is stopped with SIGTERM, while other tools get SIGKILL.
   */
  readonly graceful?: boolean;
  /** It must not find a terminal to prompt on. The processes that it has started are stopped together with it. */
  readonly unattended?: boolean;
  /** The processes that it has started are stopped together with it, wherever they are. */
  readonly withChildren?: boolean;
  /** The most bytes of memory that git may use, where we can measure that. */
  readonly memory?: number;
}

export interface ToolEnd {
  readonly ok: boolean;
  readonly output: Uint8Array;
  /** The last line of its stderr, fit for a message. */
  readonly complaint: string;
  /** All of it, up to a limit, unfiltered: not fit for a message. */
  readonly stderr: string;
}

const LONGEST_COMPLAINT = 4096;

/** Throws UserError if the tool is not installed, can't be started, takes too long or prints too much, but not if it merely fails. */
export async function runTool(command: Command, limits: ToolLimits): Promise<ToolEnd> {
  const [name] = command;
  const [program, ...args] = withFullPath(command, limits.env);
  const { spawn, spawnSync } = await import("node:child_process");
  const { env, patience, limit, cwd, input } = limits;
  const {
    graceful = false,
    unattended = false,
    withChildren = false,
    memory,
    since = performance.now(),
  } = limits;
  // No other user may read the files it writes.
  const umask = process.umask(0o077);
  const child = spawn(program, args, {
    env: toolEnvironment(env),
    windowsHide: true,
    // In its own session, which has no terminal.
    detached: graceful || unattended,
    ...(cwd === undefined ? {} : { cwd }),
  });
  process.umask(umask);
  // Errors are expected: it may end before it has read everything, or never start.
  child.stdin?.on("error", () => {}).end(input);
  const stop = (): void => {
    if (graceful) return void child.kill("SIGTERM");
    // Once it has ended, its number may belong to another process.
    if (withChildren && child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      killTree(child.pid, spawnSync);
    if (!unattended || !killSession(child.pid)) child.kill("SIGKILL");
  };
  const cancelCleanUp = onExit(stop);
  return new Promise<ToolEnd>((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    let complaint = "";
    const finish = (): void => {
      clearTimeout(timer);
      unwatch();
      cancelCleanUp();
    };
    const giveUp = (why: string, exitCode: ExitCode): void => {
      finish();
      stop();
      // A process that it started may keep these open.
      child.stdout?.destroy();
      child.stderr?.destroy();
      reject(new UserError(`"${name}" ${why}`, exitCode));
    };
    const timer = setTimeout(
      () => giveUp(`did not answer within ${patience / 1000} seconds`, ExitCode.failed),
      patience - (performance.now() - since),
    );
    const unwatch =
      memory === undefined || child.pid === undefined
        ? () => {}
        : watchMemory(child.pid, memory, () =>
            giveUp(`used more than ${memory} bytes of memory`, ExitCode.unreadable),
          );
    child.once("error", (error) => giveUp(`can't be run: ${printable(error.message)}`, ExitCode.failed));
    child.stdout?.on("data", (chunk: Uint8Array) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > limit) giveUp(`printed more than ${limit} bytes`, ExitCode.unreadable);
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      if (complaint.length < LONGEST_COMPLAINT) complaint += text;
    });
    child.once("close", (exitCode) => {
      finish();
      resolve({
        ok: exitCode === 0,
        output: Buffer.concat(chunks),
        complaint: lastLine(complaint),
        stderr: complaint,
      });
    });
  });
}

/**
 * Kills a tool that is alone in its session, and the processes that it has started there: a helper that talks to a server would
 * continue on its own. Returns false if that is not possible.
 */
function killSession(leader: number | undefined): boolean {
  if (leader === undefined || process.platform === "win32") return false;
  try {
    return process.kill(-leader, "SIGKILL");
  } catch {
    return false; // it has ended
  }
}

/** Skips indented lines, which continue an earlier one. */
function lastLine(text: string): string {
  return printable(text.split("\n").findLast((line) => /^\S/.test(line)) ?? "", 200);
}
