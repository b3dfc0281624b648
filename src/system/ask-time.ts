/** The time according to a server, in milliseconds since 1970 when the answer arrives. Used only when the user names a server. */
import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { NetworkTime } from "../ports/network-time.ts";

const PATIENCE = 8_000;

export const networkTime: NetworkTime = { http: httpTime, ntp: ntpTime };

/** From the Date header of any HTTP response (RFC 9110, 6.6.1). It has whole seconds, so half a second is added. */
export async function httpTime(url: string): Promise<number> {
  const refused = (why: string) =>
    new UserError(`can't ask ${printable(url, 200)} for the time: ${why}`, ExitCode.failed);
  if (!/^https?:\/\/[^/]/.test(url)) throw refused("not an http or https URL");
  let date: string | null;
  try {
    const answer = await fetch(url, {
      method: "HEAD",
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    date = answer.headers.get("date");
  } catch (error) {
    throw refused(reasonOf(error));
  }
  const time = Date.parse(date ?? "");
  if (Number.isNaN(time)) throw refused("the response has no Date header");
  return time + 500;
}

const SECONDS_1900_TO_1970 = 2_208_988_800;
const CLIENT_VERSION_4 = 0x23;

/** A single SNTP request (RFC 4330), not corrected for network delay. */
export async function ntpTime(host: string): Promise<number> {
  const { createSocket } = await import("node:dgram");
  const [, name = host, port = "123"] =
    /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(host)?.filter(Boolean) ?? [];
  const refused = (why: string) =>
    new UserError(`can't ask ${printable(host, 200)} for the time: ${why}`, ExitCode.failed);
  const socket = createSocket(name.includes(":") ? "udp6" : "udp4");
  const question = Buffer.alloc(48);
  question[0] = CLIENT_VERSION_4;
  return new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(refused("no answer")), PATIENCE);
    socket.once("error", (error) => reject(refused(reasonOf(error))));
    socket.once("message", (answer) => {
      clearTimeout(timer);
      const seconds = answer.length >= 48 ? answer.readUInt32BE(40) : 0;
      if (seconds === 0) reject(refused("the server does not know the time"));
      else resolve((seconds - SECONDS_1900_TO_1970 + answer.readUInt32BE(44) / 2 ** 32) * 1000);
    });
    socket.send(question, Number(port), name, (error) => {
      if (error) reject(refused(reasonOf(error)));
    });
  }).finally(() => socket.close());
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "the request failed";
  const { cause } = error;
  return printable(cause instanceof Error ? cause.message : error.message, 120);
}
