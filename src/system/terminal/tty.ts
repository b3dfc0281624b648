/** The controlling terminal as a file: /dev/tty, whatever stdin and stdout are. */
import { openSync } from "node:fs";
import type { WriteStream } from "node:tty";
import type { Size } from "../../ports/terminal.ts";
import { writeAll } from "../disk/write-all.ts";

const WINDOWS = process.platform === "win32";
export const TERMINAL_INPUT = WINDOWS ? "\\\\.\\CONIN$" : "/dev/tty";
const OUTPUT = WINDOWS ? "\\\\.\\CONOUT$" : "/dev/tty";
const DEFAULT_SIZE: Size = { columns: 80, rows: 24 };

/** node:tty loads the network stack, so it is only loaded by commands that use a terminal. */
export function tty(): typeof import("node:tty") {
  return process.getBuiltinModule("node:tty");
}

export function openTerminalInput(): number {
  return openSync(TERMINAL_INPUT, "r+");
}

/** Returns undefined if the process has no terminal: cron, CI, setsid. */
export function openTerminalOutput(): number | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(OUTPUT, "r+");
  } catch {
    return undefined;
  }
  return tty().isatty(descriptor) ? descriptor : undefined;
}

const consoles = new Map<number, WriteStream>();

/**
 * The text has been written when this returns. A Windows console takes bytes for text in its own code page, hardly ever UTF-8:
 * Node's stream hands it the characters, and makes it obey escape sequences.
 */
export function writeText(descriptor: number, text: string): void {
  if (WINDOWS && tty().isatty(descriptor)) {
    const stream = consoles.get(descriptor) ?? new (tty().WriteStream)(descriptor).on("error", () => {});
    consoles.set(descriptor, stream);
    stream.write(text);
  } else writeAll(descriptor, text);
}

let window: WriteStream | undefined;

/**
 * Queries the size each time, always on the same stream. A stream remembers the size it was opened with, but opening a new one
 * leaks a descriptor (libuv opens the terminal once more for itself and closes only that), and a picture may be redrawn for hours.
 */
export function sizeNow(): Size {
  window ??= openWindow();
  if (window === undefined) return DEFAULT_SIZE;
  // Node itself calls this for stdout on SIGWINCH; there is no public name for it.
  if ("_refreshSize" in window && typeof window._refreshSize === "function") window._refreshSize();
  const { columns, rows } = window;
  // Serial lines and some containers report 0.
  return columns > 0 && rows > 0 ? { columns, rows } : DEFAULT_SIZE;
}

function openWindow(): WriteStream | undefined {
  const descriptor = openTerminalOutput();
  if (descriptor === undefined) return undefined;
  try {
    // "error": the terminal went away in between.
    return new (tty().WriteStream)(descriptor).on("error", () => {});
  } catch {
    return undefined;
  }
}
