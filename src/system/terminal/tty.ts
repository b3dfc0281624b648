/** The controlling terminal as a file: /dev/tty, whatever stdin and stdout are. */
import { openSync } from "node:fs";
import type { WriteStream } from "node:tty";
import type { Size } from "../../ports/terminal.ts";

const WINDOWS = process.platform === "win32";
const KEYS = WINDOWS ? "\\\\.\\CONIN$" : "/dev/tty";
const PICTURE = WINDOWS ? "\\\\.\\CONOUT$" : "/dev/tty";
const USUAL: Size = { columns: 80, rows: 24 };

/** node:tty brings the network stack with it, so it is loaded for those who talk to a terminal only. */
export function tty(): typeof import("node:tty") {
  return process.getBuiltinModule("node:tty");
}

export function openKeys(): number {
  return openSync(KEYS, "r+");
}

/** undefined where the process has no terminal: cron, CI, setsid. */
export function openPicture(): number | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(PICTURE, "r+");
  } catch {
    return undefined;
  }
  return tty().isatty(descriptor) ? descriptor : undefined;
}

let window: WriteStream | undefined;

/**
 * Asked anew each time, of one stream: it remembers the size it was opened with, but opening another leaves a descriptor
 * behind (libuv opens the terminal once more for itself, and closes only that), and a picture may be drawn for hours.
 */
export function sizeNow(): Size {
  window ??= openWindow();
  if (window === undefined) return USUAL;
  // What Node itself calls for stdout on SIGWINCH; it has no other name for it.
  if ("_refreshSize" in window && typeof window._refreshSize === "function") window._refreshSize();
  const { columns, rows } = window;
  // Serial lines and some containers say 0.
  return columns > 0 && rows > 0 ? { columns, rows } : USUAL;
}

function openWindow(): WriteStream | undefined {
  const descriptor = openPicture();
  if (descriptor === undefined) return undefined;
  try {
    // "error": the terminal went away in between.
    return new (tty().WriteStream)(descriptor).on("error", () => {});
  } catch {
    return undefined;
  }
}
