/** A TCP or TLS connection to another computer, limited in time and bytes: see ports/connection.ts. */

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
  /** Handles received data. The other side must not send anything before we ask. */
  let listen = (_: Buffer): void => void socket.destroy(new Error("it sent data before it was asked"));
  let received = 0;
  socket.on("data", (part: Buffer) => {
    received += part.length;
    if (received > bytes) socket.destroy(new Error(`it sent more than ${bytes} bytes`));
    else listen(part);
  });
  const ended = new Promise<never>((_, reject) => {
    socket.on("error", (error) => reject(new UserError(reasonOf(error), ExitCode.failed)));
    socket.once("close", () => {
      clearTimeout(timer);
      reject(new UserError("it closed the connection", ExitCode.failed));
    });
  });
  // The connection may end between two questions; then the next question fails.
  ended.catch(() => {});

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
    return Promise.race([answer, ended]);
  }

  const ready = new Promise<void>((resolve) => socket.once(isSecure ? "secureConnect" : "connect", resolve));
  await Promise.race([ready, ended]);
  return { ask, close: () => void socket.destroy() };
};

/** If Node.js has tried several addresses, the error has a code but no message. */
function reasonOf(error: Error): string {
  const code = "code" in error ? String(error.code) : "it can't be reached";
  return printable(error.message || code, 300);
}
