/** Reads a connection line by line, with limits of bytes and time for the connection as a whole. */
import type { Socket } from "node:net";
import { MOST_BYTES } from "./cookie-proof.ts";

const LINE_END = 10;

export interface Lines {
  /** The next line, without its end. Rejects if the connection ends before, is too slow, or says too much. */
  next(): Promise<string>;
  /** Resolves once the other end has closed the connection. Rejects if that takes too long. */
  end(): Promise<void>;
}

/** `patience` in milliseconds: then the connection is cut off. */
export function linesOf(socket: Socket, patience: number): Lines {
  let received: Buffer = Buffer.alloc(0);
  let bytes = 0;
  let ended: Error | undefined;
  let isClosed = false;
  let wake = (): void => {};
  const change = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  const end = (why: string): void => {
    ended ??= new Error(why);
    socket.destroy();
    wake();
  };
  const timer = setTimeout(() => end("it is too slow"), patience).unref();
  socket.on("data", (part: Buffer) => {
    bytes += part.length;
    if (bytes > MOST_BYTES) return end("it says too much");
    received = Buffer.concat([received, part]);
    if (part.includes(LINE_END)) wake();
  });
  socket.on("error", ({ message }) => end(message));
  socket.on("close", () => {
    clearTimeout(timer);
    isClosed = ended === undefined;
    end("the connection was closed");
  });
  return {
    async next() {
      for (let from = 0; ; ) {
        const at = received.indexOf(LINE_END, from);
        if (at >= 0) {
          const line = received.toString("utf8", 0, at);
          received = received.subarray(at + 1);
          return line;
        }
        if (ended !== undefined) throw ended;
        from = received.length;
        await change();
      }
    },
    async end() {
      while (!isClosed) {
        if (ended !== undefined) throw ended;
        await change();
      }
    },
  };
}
