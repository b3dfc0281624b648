/** Hostile servers on loopback: their answers never end, arrive byte by byte, or not at all. */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { Writable } from "node:stream";

export interface HostileServer {
  readonly port: number;
  /** How many bytes the clients have accepted, including the system's own buffers. */
  sent(): number;
  stop(): void;
}

export function hostileServer(meet: (socket: Socket) => void): Promise<HostileServer> {
  return listening(
    createServer((socket) => {
      socket.on("error", () => {}); // the other side may disconnect
      meet(socket);
    }),
  );
}

/** Makes a HostileServer of any server, such as one for HTTPS. */
export async function listening(server: Server): Promise<HostileServer> {
  const sockets: Socket[] = [];
  server.on("connection", (socket: Socket) => sockets.push(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    sent: () => sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Sends as long as the other side accepts it. `part` is called each time. */
export function flood(output: Writable, part: () => string | Uint8Array): void {
  const more = (): void => {
    while (!output.destroyed && output.write(part())) {}
    if (!output.destroyed) output.once("drain", more);
  };
  more();
}

/** Sends a byte at a time, forever. */
export function drip(output: Writable, text: string, pause = 10): void {
  const timer = setInterval(() => output.write(text), pause);
  output.once("close", () => clearInterval(timer));
}
