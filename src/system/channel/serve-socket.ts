/** Listens on the socket of an unlocked store, in a process of its own (cli/child-tasks.ts): one request per connection. */
import { randomBytes } from "node:crypto";
import { rmdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { connectTo } from "./ask-socket.ts";
import { answerLine, helloLine, newNonce, readRequest } from "./cookie-proof.ts";
import { linesOf } from "./socket-lines.ts";
import { cookieText, faultOfPlace, type Place, readCookie, socketAt } from "./socket-place.ts";

/** Milliseconds for a whole connection. */
const PATIENCE = 10_000;
const MOST_CONNECTIONS = 200;

export interface Reply {
  readonly text: string;
  /** The process ends once it is sent. */
  readonly isLast?: boolean;
}

export interface Served {
  /** Whether the socket and the cookie are still those that were made here: without them it can't be asked, and can't be locked. */
  isThere(): boolean;
  /** Removes what is still ours. */
  remove(): void;
  /** Listens no more. */
  close(): void;
}

/**
 * Call it under the folder's lock and with a umask of 077, as Node makes a socket 0755 otherwise. Throws if the place is not the
 * user's own, another process listens there, or others could reach what was made. `end` is called
 * after the last reply: the connection stays open until the process has ended, so that the client can wait for that.
 */
export async function serve(
  place: Place,
  answer: (text: string) => Promise<Reply>,
  end: () => void,
  patience = PATIENCE,
): Promise<Served> {
  const fault = faultOfPlace(place);
  if (fault !== undefined) throw new Error(fault.fault);
  await removeStale(place);
  const cookie = randomBytes(32);
  rmSync(place.cookie, { force: true });
  writeFileSync(place.cookie, cookieText(cookie, process.pid), { flag: "wx", mode: 0o600 });

  const server = createServer((socket) => {
    converse(socket).catch(() => socket.destroy());
  });
  server.maxConnections = MOST_CONNECTIONS;

  async function converse(socket: Socket): Promise<void> {
    const lines = linesOf(socket, patience);
    const agent = newNonce();
    socket.write(helloLine(agent));
    const request = readRequest(cookie, agent, await lines.next());
    if (request === undefined) throw new Error("not proved");
    const reply = await answer(request.text);
    if (reply.isLast) remove();
    const line = answerLine(cookie, request.nonces, reply.text);
    if (reply.isLast) socket.write(line, end);
    else socket.end(line);
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(place.socket, resolve);
  });
  const made = socketAt(place);
  if (typeof made !== "string") {
    server.close();
    throw new Error(made?.fault ?? "the socket is gone");
  }

  const isSocketThere = (): boolean => socketAt(place) === made;
  function isCookieThere(): boolean {
    const now = readCookie(place);
    return now !== undefined && "key" in now && now.key.equals(cookie);
  }
  function remove(): void {
    // The socket first: one without a cookie looks like a process that can't be locked.
    if (isSocketThere()) rmSync(place.socket, { force: true });
    if (isCookieThere()) rmSync(place.cookie, { force: true });
    try {
      rmdirSync(place.folder);
    } catch {} // of another data folder, there may be something in it
  }
  return { isThere: () => isSocketThere() && isCookieThere(), remove, close: () => server.close() };
}

/** A process that was killed leaves its socket. It is removed only after the connection is refused. */
async function removeStale(place: Place): Promise<void> {
  const socket = socketAt(place);
  if (socket === undefined) return;
  if (typeof socket !== "string") throw new Error(socket.fault);
  const connection = await connectTo(place.socket);
  connection?.destroy();
  if (connection !== undefined) throw new Error("another process listens there");
  rmSync(place.socket, { force: true });
}
