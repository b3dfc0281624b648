/**
 * Runs one of the system's own tools for what it prints: with an argument list, never through a shell, without our
 * passphrase in its environment, and bounded in time and output. It does not outlive us.
 */
import { ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { onTheWayOut } from "../terminal/signals.ts";
import { watchMemory } from "./watch-memory.ts";

export type Env = Readonly<Record<string, string | undefined>>;
export type Command = readonly [command: string, ...args: string[]];

export interface ToolLimits {
  readonly env: Env;
  /** Milliseconds; a tool that takes longer is ended. */
  readonly patience: number;
  /** From when on that counts, by performance.now(), where several share it. Default: now. */
  readonly since?: number;
  /** The most bytes it may print. */
  readonly limit: number;
  readonly cwd?: string;
  /** For its stdin, which is empty otherwise. */
  readonly input?: Uint8Array;
  /**
   * It may not be cut off in the middle of a write: it is in a session of its own, where what kills us does not reach it,
   * and is asked to end where others are killed.
   */
  readonly gently?: boolean;
  /** It shall find no terminal to ask on. What it has started is ended together with it. */
  readonly unattended?: boolean;
  /** The most bytes of memory that git may take, where that can be told. */
  readonly memory?: number;
  /** Descriptors of ours that it gets, from 3 on. */
  readonly descriptors?: readonly number[];
}

export interface ToolEnd {
  readonly ok: boolean;
  readonly output: Uint8Array;
  /** The last line of its stderr, fit for a message. */
  readonly complaint: string;
  /** All of it, up to a limit, as it came: not fit for a message. */
  readonly stderr: string;
}

const LONGEST_COMPLAINT = 4096;

/** Throws UserError where it can't be started, takes too long or prints too much; not where it merely fails. */
export async function runTool([command, ...args]: Command, limits: ToolLimits): Promise<ToolEnd> {
  const { spawn } = await import("node:child_process");
  const { env, patience, limit, cwd, input } = limits;
  const { gently = false, unattended = false, descriptors = [], memory, since = performance.now() } = limits;
  // What it writes to a file is for nobody else.
  const umask = process.umask(0o077);
  const child = spawn(command, args, {
    env: withoutOurs(env),
    stdio: ["pipe", "pipe", "pipe", ...descriptors],
    windowsHide: true,
    // In a session of its own, which has no terminal.
    detached: gently || unattended,
    ...(cwd === undefined ? {} : { cwd }),
  });
  process.umask(umask);
  // It may well end before it has read everything, or never be started.
  child.stdin?.on("error", () => {}).end(input);
  const end = (): void => {
    if (gently) child.kill("SIGTERM");
    else if (!unattended || !killSession(child.pid)) child.kill("SIGKILL");
  };
  const callOff = onTheWayOut(end);
  return new Promise<ToolEnd>((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    let complaint = "";
    const over = (): void => {
      clearTimeout(timer);
      unwatch();
      callOff();
    };
    const giveUp = (why: string, exitCode: ExitCode): void => {
      over();
      end();
      // Something that it has started may hold on to them.
      child.stdout?.destroy();
      child.stderr?.destroy();
      reject(new UserError(`"${command}" ${why}`, exitCode));
    };
    const timer = setTimeout(
      () => giveUp(`did not answer within ${patience / 1000} seconds`, ExitCode.failed),
      patience - (performance.now() - since),
    );
    const unwatch =
      memory === undefined || child.pid === undefined
        ? () => {}
        : watchMemory(child.pid, memory, () =>
            giveUp(`took more than ${memory} bytes of memory`, ExitCode.unreadable),
          );
    child.once("error", (error) => giveUp(`can't be run: ${printable(error.message)}`, ExitCode.failed));
    child.stdout?.on("data", (chunk: Uint8Array) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > limit) giveUp(`gave more than ${limit} bytes`, ExitCode.unreadable);
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      if (complaint.length < LONGEST_COMPLAINT) complaint += text;
    });
    child.once("close", (exitCode) => {
      over();
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
 * A tool that is alone in its session, and what it has started there: a helper that talks to a server would go on by itself.
 * False where that can't be done.
 */
function killSession(leader: number | undefined): boolean {
  if (leader === undefined || process.platform === "win32") return false;
  try {
    return process.kill(-leader, "SIGKILL");
  } catch {
    return false; // it has ended
  }
}

/** What we run has no business with our passphrase. */
export function withoutOurs(env: Env): Env {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith("TWINSEED_") && name !== "NODE_OPTIONS"),
  );
}

/** Indented lines go on with what an earlier one says. */
function lastLine(text: string): string {
  return printable(text.split("\n").findLast((line) => /^\S/.test(line)) ?? "", 200);
}
