/** A git server that knows as much of the protocol as it needs to do harm: smart HTTP, over HTTPS on loopback. */
import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { makeCertificate } from "./certificate.ts";
import { type HostileServer, listening } from "./hostile-server.ts";

/** The hash of a commit that does not exist. */
export const COMMIT = "1".repeat(40);
const ABILITIES = "report-status delete-refs atomic";

export interface HostileGit extends HostileServer {
  /** The certificate that clients must trust. */
  readonly certificate: string;
}

export interface Behavior {
  /** Sends the list of refs, after the introduction that every server sends. */
  readonly refs?: (response: ServerResponse) => void;
  /** Sends the result of a push. */
  readonly pushed?: (response: ServerResponse) => void;
  /** Replaces all of that. */
  readonly instead?: (response: ServerResponse) => void;
}

/** The files are those of makeCertificate(). */
export async function hostileGit(
  { key, certificate }: ReturnType<typeof makeCertificate>,
  behavior: Behavior,
): Promise<HostileGit> {
  const options = { key: readFileSync(key), cert: readFileSync(certificate) };
  const server = createServer(options, (request, response) => {
    request.resume();
    response.on("error", () => {}); // the other side may disconnect
    if (behavior.instead !== undefined) return behavior.instead(response);
    const { pathname, searchParams } = new URL(request.url ?? "/", "https://127.0.0.1");
    const service = searchParams.get("service");
    if (pathname.endsWith("/info/refs")) {
      response.setHeader("Content-Type", `application/x-${service}-advertisement`);
      response.write(`${line(`# service=${service}\n`)}0000`);
      (behavior.refs ?? noRefs)(response);
    } else {
      response.setHeader("Content-Type", "application/x-git-receive-pack-result");
      if (behavior.pushed === undefined) response.end(`${line("unpack ok\n")}0000`);
      else behavior.pushed(response);
    }
  });
  return { ...(await listening(server)), certificate };
}

/** A pkt-line: four digits for its length, which includes them, and the text. */
export function line(text: string): string {
  return `${(Buffer.byteLength(text) + 4).toString(16).padStart(4, "0")}${text}`;
}

/** A list of refs, as a server sends it. */
export function advertised(names: readonly string[]): string {
  return names.map((name, i) => line(`${COMMIT} ${name}${i === 0 ? `\0${ABILITIES}` : ""}\n`)).join("");
}

function noRefs(response: ServerResponse): void {
  response.end(`${line(`${"0".repeat(40)} capabilities^{}\0${ABILITIES}\n`)}0000`);
}
