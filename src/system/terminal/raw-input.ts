/** Reads the keys from the controlling terminal, and no longer than until it is closed: the next keys are for the next reader. */
import type { ReadableStream } from "node:stream/web";
import { openTerminalInput, TERMINAL_INPUT, tty } from "./tty.ts";

export interface KeySource {
  raw(on: boolean): void;
  close(): void;
}

/** `onGone`: the terminal is gone, or there was an error. */
export function openKeySource(onKeys: (keys: string) => void, onGone: () => void): KeySource {
  const stream = new (tty().ReadStream)(openTerminalInput());
  stream.on("error", onGone);
  const raw = (on: boolean): void => {
    try {
      stream.setRawMode(on);
    } catch {
      // The terminal is gone.
    }
  };
  const cancel =
    process.versions.bun === undefined ? readAll(stream, onKeys, onGone) : readInBun(onKeys, onGone);
  raw(true);
  return {
    raw,
    close() {
      raw(false);
      cancel();
      stream.destroy();
    },
  };
}

function readAll(
  stream: import("node:tty").ReadStream,
  onKeys: (keys: string) => void,
  onGone: () => void,
): () => void {
  stream.setEncoding("utf8").on("data", onKeys).on("end", onGone);
  return () => {};
}

declare const Bun: { file(path: string): { stream(): ReadableStream<Uint8Array> } };

/**
 * In Bun, a ReadStream of node:tty reads in a thread, and that read can't be canceled: it would take the next key from the next
 * reader, such as the shell, and the program could not end before. This stream waits for a key, and reads then.
 */
function readInBun(onKeys: (keys: string) => void, onGone: () => void): () => void {
  const reader = Bun.file(TERMINAL_INPUT).stream().getReader();
  const decoder = new TextDecoder();
  const read = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return onGone();
      onKeys(decoder.decode(value, { stream: true }));
    }
  };
  void read().catch(onGone);
  return () => void reader.cancel().catch(() => {});
}
