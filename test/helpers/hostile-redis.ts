/** A Redis that knows the protocol, reserves everything for everyone, and answers some commands as a test requires. */
import type { Socket } from "node:net";
import { type HostileServer, hostileServer } from "./hostile-server.ts";

/** Answers to commands: a function returns a text to send as it is, or does something with the connection. */
export type Answers = Partial<Record<string, (socket: Socket, words: readonly string[]) => unknown>>;

export function hostileRedis(answers: Answers, clock: () => number = Date.now): Promise<HostileServer> {
  const usual: Answers = {
    TIME: () => list(String(Math.floor(clock() / 1000)), "0"),
    EVAL: () => bulk("-1"),
    GET: () => "$-1\r\n",
    AUTH: () => "+OK\r\n",
    SELECT: () => "+OK\r\n",
  };
  return hostileServer((socket) => {
    socket.on("data", (received) => {
      for (const words of commandsIn(received.toString())) {
        const said = { ...usual, ...answers }[words[0] ?? ""]?.(socket, words);
        if (typeof said === "string") socket.write(said);
      }
    });
  });
}

export function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}

export function list(...texts: readonly string[]): string {
  return `*${texts.length}\r\n${texts.map(bulk).join("")}`;
}

/** Our commands are small, and arrive in one piece. */
function commandsIn(received: string): string[][] {
  return received
    .split(/(?=\*\d+\r\n\$)/)
    .map((command) => Array.from(command.matchAll(/\$\d+\r\n([\s\S]*?)\r\n/g), ([, word = ""]) => word));
}
