/** Writes all of a text to a descriptor, synchronously. */
import { writeSync } from "node:fs";
import { codeOf } from "./disk-error.ts";

const PAUSE = 5;

/** Throws the system's errors, but retries on EAGAIN: another process may have made the pipe or terminal non-blocking. */
export function writeAll(descriptor: number, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if (codeOf(error) !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
}
