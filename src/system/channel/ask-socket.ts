/** One request to the process that has opened the store: both sides prove that they know the cookie. */
import type { Socket } from "node:net";
import type { Asked } from "../../ports/unlocked.ts";
import { newNonce, readAnswer, readHello, requestLine } from "./cookie-proof.ts";
import { linesOf } from "./socket-lines.ts";
import { faultOfPlace, isMissing, type Place, readCookie, socketAt } from "./socket-place.ts";

/** Milliseconds. It answers at once, but fifty commands may ask at the same time. */
const PATIENCE = 10_000;

/** `patience` in milliseconds. `untilEnd`: waits until the other process has closed the connection; after its last answer, it has ended then. */
export async function askAt(
  place: Place,
  text: string,
  { patience = PATIENCE, untilEnd = false } = {},
): Promise<Asked> {
  const socket = socketAt(place);
  if (socket === undefined) return undefined;
  const fault = faultOfPlace(place);
  if (fault !== undefined) return fault;
  if (typeof socket !== "string") return socket;
  const cookie = readCookie(place);
  if (cookie !== undefined && "fault" in cookie) return cookie;
  let connection: Socket | undefined;
  try {
    connection = await connectTo(place.socket);
    if (connection === undefined) return undefined;
    if (cookie === undefined) throw new Error(`"${place.cookie}" is missing`);
    const lines = linesOf(connection, patience);
    const agent = readHello(await lines.next());
    if (agent === undefined) throw new Error("what listens there is not twinseed of this version");
    const nonces = { client: newNonce(), agent };
    connection.write(requestLine(cookie.key, nonces, text));
    const answer = readAnswer(cookie.key, nonces, await lines.next());
    if (answer === undefined) throw new Error("what listens there does not know the cookie");
    if (untilEnd) await lines.end();
    connection.unref(); // the other end closes it; to close it here takes longer than all that was said
    return { answer };
  } catch (error) {
    connection?.destroy();
    const fault = error instanceof Error ? error.message : "";
    return cookie === undefined ? { fault } : { fault, pid: cookie.pid };
  }
}

/** undefined if no process listens there. Rejects if that can't be told: a process that is stopped takes no more connections. */
export async function connectTo(path: string): Promise<Socket | undefined> {
  const { connect } = await import("node:net");
  return new Promise((resolve, reject) => {
    const connection = connect({ path });
    connection.once("connect", () => resolve(connection));
    connection.once("error", (error) =>
      isRefused(error) || isMissing(error) ? resolve(undefined) : reject(error),
    );
  });
}

function isRefused(error: Error): boolean {
  return "code" in error && error.code === "ECONNREFUSED";
}
