/** One request to the process that has opened the store: both sides prove that they know the cookie. */
import type { Socket } from "node:net";
import type { Asked } from "../../ports/unlocked.ts";
import { helloLine, newNonce, readAgent, readText, textLine } from "./cookie-proof.ts";
import { linesOf } from "./socket-lines.ts";
import { faultOfPlace, isMissing, type Place, readCookie, socketAt } from "./socket-place.ts";

/** Milliseconds. It answers at once, but fifty commands may ask at the same time. */
const PATIENCE = 10_000;

/** `patience` in milliseconds. */
export async function askAt(place: Place, text: string, patience = PATIENCE): Promise<Asked> {
  const socket = socketAt(place);
  if (socket === undefined) return undefined;
  const fault = faultOfPlace(place);
  if (fault !== undefined) return fault;
  if (typeof socket !== "string") return socket;
  const cookie = readCookie(place);
  if (cookie === undefined || "fault" in cookie) return cookie;
  const connection = await connectTo(place.socket);
  if (connection === undefined) return undefined;
  try {
    const lines = linesOf(connection, patience);
    const client = newNonce();
    connection.write(helloLine(client));
    const agent = readAgent(cookie.key, client, await lines.next());
    if (agent === undefined) return { fault: "what listens there does not know the cookie" };
    const nonces = { client, agent };
    connection.write(textLine(cookie.key, "request", nonces, text));
    const answer = readText(cookie.key, "answer", nonces, await lines.next());
    if (answer === undefined) return { fault: "its answer is not proved" };
    await lines.end(); // after "lock", the process has ended then
    return { answer };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : "", pid: cookie.pid };
  } finally {
    connection.destroy();
  }
}

/** undefined if no process listens there. */
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
