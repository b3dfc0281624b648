/** stdin, stdout and stderr. Writes are done when write() returns, so that ending the process loses nothing. */
import { fstatSync } from "node:fs";
import { ExitCode, UserError } from "../../base/errors.ts";
import type { Input, Output } from "../../ports/streams.ts";
import { codeOf, diskError } from "../disk/disk-error.ts";
import { writeAll } from "../disk/write-all.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Once nobody reads any more (`twinseed code | head -0`) the rest is dropped without a word, and the command goes on:
 * it may be in the middle of something that must be finished.
 */
export function standardOutput(env: Env): Output {
  return output(1, env, (error) => {
    if (!nobodyReads(error)) throw diskError(error, "write to", "stdout");
  });
}

/** What can't be said is dropped. */
export function standardError(env: Env): Output {
  return output(2, env, () => {});
}

export function standardInput(): Input {
  return {
    get isTTY() {
      return isTerminal(0);
    },
    async readAll(limit) {
      // Node would take it for an empty one.
      if (fstatSync(0).isDirectory()) throw new UserError("stdin is a folder", ExitCode.unreadable);
      // process.stdin is slow to make and knows every kind of stdin there is, one that is not open included.
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
        throw new UserError(`stdin holds more than ${limit} bytes`, ExitCode.unreadable);
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
        writeAll(descriptor, text);
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

function nobodyReads(error: unknown): boolean {
  // EIO: the terminal is gone.
  return codeOf(error) === "EPIPE" || codeOf(error) === "EIO";
}

function isTerminal(descriptor: number): boolean {
  try {
    // node:tty brings the network stack with it; most runs that ask are in a pipe.
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  return process.getBuiltinModule("node:tty").isatty(descriptor);
}
