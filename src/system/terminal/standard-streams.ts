/** stdin, stdout and stderr. A write is complete when write() returns, so exiting loses nothing. */
import { fstatSync, type Stats } from "node:fs";
import { ExitCode, UserError } from "../../base/errors.ts";
import type { Input, Output } from "../../ports/streams.ts";
import { codeOf, diskError } from "../disk/disk-error.ts";
import { writeText } from "./tty.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Once the reader is gone (`twinseed code | head -0`), the rest of the output is silently dropped and the command continues: it may
 * be in the middle of something that must be finished.
 */
export function standardOutput(env: Env): Output {
  return output(1, env, (error) => {
    if (!isReaderGone(error)) throw diskError(error, "write to", "stdout");
  });
}

/** Messages that can't be written are dropped. */
export function standardError(env: Env): Output {
  return output(2, env, () => {});
}

export function standardInput(): Input {
  return {
    get isTTY() {
      return isTerminal(0);
    },
    async readAll(limit) {
      // Node would treat it as empty.
      if (statOf(0)?.isDirectory()) throw new UserError("stdin is a folder", ExitCode.unreadable);
      // Used only here because process.stdin is slow to create. It handles every kind of stdin, even a closed one.
      const { stdin } = process;
      const chunks: Uint8Array[] = [];
      let length = 0;
      try {
        for await (const chunk of stdin) {
          chunks.push(chunk);
          length += chunk.length;
          if (length > limit) break;
        }
      } catch (error) {
        throw diskError(error, "read", "stdin", ExitCode.unreadable);
      } finally {
        stdin.destroy();
      }
      if (length > limit) {
        throw new UserError(`stdin has more than ${limit} bytes`, ExitCode.unreadable);
      }
      return Buffer.concat(chunks);
    },
  };
}

function output(descriptor: number, env: Env, onError: (error: unknown) => void): Output {
  let broken = false;
  return {
    write(text) {
      if (broken) return;
      try {
        writeText(descriptor, text);
      } catch (error) {
        broken = true;
        onError(error);
      }
    },
    get isOpen() {
      return !broken;
    },
    get isTTY() {
      return isTerminal(descriptor);
    },
    get color() {
      return !env.NO_COLOR && env.TERM !== "dumb" && isTerminal(descriptor);
    },
  };
}

function isReaderGone(error: unknown): boolean {
  // EIO: the terminal is gone.
  return codeOf(error) === "EPIPE" || codeOf(error) === "EIO";
}

function isTerminal(descriptor: number): boolean {
  // Checked first because node:tty loads the network stack, and most runs that get here are in a pipe.
  if (!statOf(descriptor)?.isCharacterDevice()) return false;
  return process.getBuiltinModule("node:tty").isatty(descriptor);
}

/** undefined if it is closed, or if Windows handed it over in a way that only process.stdin can read. */
function statOf(descriptor: number): Stats | undefined {
  try {
    return fstatSync(descriptor);
  } catch {
    return undefined;
  }
}
