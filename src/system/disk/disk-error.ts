/** Turns an error from the operating system into one that the user can act on. */
import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { shellWord } from "../../base/shell-words.ts";
import { privacyAdvice } from "./macos-privacy.ts";

const LONGEST_PATH = 400;

/** A disk may be full of files while it still has space. */
function hasRoomForFiles(path: string): boolean {
  try {
    const { files, ffree } = statfsSync(dirname(path));
    return files === 0 || ffree > 0;
  } catch {
    return true; // not known
  }
}

type Advice = (path: string) => { reason: string; hints: string[] };

const ADVICE: Readonly<Record<string, Advice>> = {
  ENOSPC: (path) =>
    hasRoomForFiles(path)
      ? { reason: "the disk is full", hints: ["free some space and run this again"] }
      : {
          reason: "the disk can hold no more files (its inodes are used up)",
          hints: ["delete files that you don't need, however small they are, and run this again"],
        },
  EDQUOT: () => ({ reason: "your disk quota is used up", hints: ["free some space and run this again"] }),
  EROFS: () => ({ reason: "the file system is read-only", hints: [] }),
  EACCES: (path) => ({ reason: "permission denied", hints: [howToSeeOwner(path)] }),
  EPERM: (path) => ({ reason: "the system does not allow it", hints: [howToSeeOwner(path)] }),
  EBUSY: () => ({
    reason: "another program has it open",
    hints: ["close it there, then run this again"],
  }),
  ENOENT: () => ({ reason: "no such file or folder", hints: [] }),
  EISDIR: () => ({ reason: "it is a folder", hints: [] }),
  ENOTDIR: () => ({ reason: "part of its path is not a folder", hints: [] }),
  ENXIO: () => ({ reason: "no process reads from it", hints: [] }),
  ELOOP: () => ({ reason: "it is not a regular file", hints: [] }),
};

/** Not from the table of commands by platform (base/platform-hints.ts): this is loaded by every run. */
function howToSeeOwner(path: string): string {
  if (process.platform === "win32") return "check its owner and its permissions";
  return `see who owns it: ls -ld ${shellWord(visible(path)) ?? "PATH"}`;
}

/** The path, or the nearest folder above that `ls` would show: the path may not exist, or be below a folder of another user. */
function visible(path: string): string {
  const folder = dirname(path);
  return existsSync(path) || folder === path ? path : visible(folder);
}

/** Returns a UserError for `error` if it comes from the system. Anything else is a bug and is returned unchanged. */
export function diskError(
  error: unknown,
  action: string,
  path: string,
  exitCode: ExitCode = ExitCode.failed,
): unknown {
  const code = codeOf(error);
  if (code === undefined || error instanceof UserError) return error;
  const shown = quotable(path);
  const privacy =
    code === "EPERM" ? privacyAdvice(path, process.env.HOME ?? "", process.platform) : undefined;
  const advice = privacy ?? ADVICE[code]?.(path) ?? { reason: systemText(error, code), hints: [] };
  return new UserError(`can't ${action} "${shown}": ${advice.reason}`, exitCode, advice.hints);
}

/** Runs `work`. Rethrows a system error as a UserError that names `path`. */
export function orDiskError<T>(action: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw diskError(error, action, path);
  }
}

/** A path that is safe to show in a message. An otpauth URI mistaken for a path contains a seed, so only its scheme is kept. */
export function quotable(path: string): string {
  const [, scheme] = /^\s*((?=[a-z-]*otp)[a-z-]+|steam):/i.exec(path) ?? [];
  return scheme === undefined ? printable(path, LONGEST_PATH) : `${scheme}:…`;
}

/** "ENOENT" and the like; undefined if the error is not from the system. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  return /^(E[A-Z0-9]+|UNKNOWN)$/.test(error.code) ? error.code : undefined;
}

// Node writes "EIO: i/o error, read '/path'"; the part in the middle is the system's own text.
function systemText(error: unknown, code: string): string {
  const text = error instanceof Error ? /^\w+: ([^,]+)/.exec(error.message)?.[1] : undefined;
  return text === undefined ? code : `${printable(text)} (${code})`;
}
