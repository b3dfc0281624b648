/** The controlling terminal as a file: /dev/tty, whatever stdin and stdout are. */
import { openSync } from "node:fs";
import type { Size } from "../context.ts";

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

/** Asked anew each time: a WriteStream remembers the size it was opened with. */
export function sizeNow(): Size {
  const descriptor = openPicture();
  if (descriptor === undefined) return USUAL;
  try {
    const stream = new (tty().WriteStream)(descriptor);
    const { columns, rows } = stream;
    stream.destroy();
    // Serial lines and some containers say 0.
    return columns > 0 && rows > 0 ? { columns, rows } : USUAL;
  } catch {
    // The terminal went away in between.
    return USUAL;
  }
}
