/** TCP and TLS to one other computer, bounded in time and bytes: see ports/connection.ts. */

import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { Connect } from "../ports/connection.ts";

export const connect: Connect = async ({ host, port, isSecure }, { patience, bytes }) => {
  const net = await import("node:net");
  const tls = isSecure ? await import("node:tls") : undefined;
  const name = net.isIP(host) === 0 ? { servername: host } : {};
  const socket = tls?.connect({ host, port, ...name }) ?? net.connect({ host, port, noDelay: true });
  const timer = setTimeout(
    () => socket.destroy(new Error(`it did not answer within ${patience / 1000} seconds`)),
    patience,
  );
  /** What to do with what comes; nobody may speak before being asked. */
  let listen = (_: Buffer): void => void socket.destroy(new Error("it spoke without being asked"));
  let received = 0;
  socket.on("data", (part: Buffer) => {
    received += part.length;
    if (received > bytes) socket.destroy(new Error(`it gave more than ${bytes} bytes`));
    else listen(part);
  });
  const over = new Promise<never>((_, reject) => {
    socket.on("error", (error) => reject(new UserError(reasonOf(error), ExitCode.failed)));
    socket.once("close", () => {
      clearTimeout(timer);
      reject(new UserError("it closed the connection", ExitCode.failed));
    });
  });
  // It may end while nobody asks; who asks next is told.
  over.catch(() => {});

  function ask<T extends object>(
    question: Uint8Array,
    read: (received: Buffer) => T | undefined,
  ): Promise<T> {
    const unasked = listen;
    const answer = new Promise<T>((resolve, reject) => {
      let all = Buffer.alloc(0);
      listen = (part) => {
        all = Buffer.concat([all, part]);
        try {
          const found = read(all);
          if (found === undefined) return;
          listen = unasked;
          resolve(found);
        } catch (error) {
          socket.destroy();
          reject(error);
        }
      };
    });
    socket.write(question);
    return Promise.race([answer, over]);
  }

  const ready = new Promise<void>((resolve) => socket.once(isSecure ? "secureConnect" : "connect", resolve));
  await Promise.race([ready, over]);
  return { ask, close: () => void socket.destroy() };
};

/** Where several addresses were tried, Node.js says nothing but a code. */
function reasonOf(error: Error): string {
  const code = "code" in error ? String(error.code) : "it can't be reached";
  return printable(error.message || code, 300);
}
