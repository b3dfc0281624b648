/**
 * Serves a folder of bare repositories over HTTPS like a hosting service: git's own http-backend behind a user name and password.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { makeCertificate } from "./certificate.ts";

export interface GitServer {
  readonly port: number;
  /** The certificate that clients must trust. */
  readonly certificate: string;
  stop(): void;
}

/** `login`: user name and password, separated by a colon. */
export async function startGitServer(folder: string, login: string): Promise<GitServer> {
  const { key, certificate } = makeCertificate(folder);
  const expected = `Basic ${Buffer.from(login).toString("base64")}`;
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (request, response) => {
      if (request.headers.authorization !== expected) {
        response.writeHead(401, { "WWW-Authenticate": 'Basic realm="git"' }).end();
        return;
      }
      const url = new URL(request.url ?? "/", "https://127.0.0.1");
      const backend = spawn("git", ["http-backend"], {
        env: {
          PATH: process.env.PATH,
          GIT_PROJECT_ROOT: folder,
          GIT_HTTP_EXPORT_ALL: "1",
          REMOTE_USER: "robot",
          REQUEST_METHOD: request.method,
          PATH_INFO: url.pathname,
          QUERY_STRING: url.search.slice(1),
          CONTENT_TYPE: request.headers["content-type"] ?? "",
          HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
          GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
        },
      });
      request.pipe(backend.stdin);
      const chunks: Buffer[] = [];
      backend.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
      backend.on("close", () => {
        const all = Buffer.concat(chunks);
        const end = all.indexOf("\r\n\r\n");
        const headers = all.subarray(0, end).toString("latin1").split("\r\n");
        for (const [, name = "", value = ""] of headers.map((line) => /^([^:]+): (.*)$/.exec(line) ?? [])) {
          if (name === "Status") response.statusCode = Number.parseInt(value, 10);
          else if (name !== "") response.setHeader(name, value);
        }
        response.end(all.subarray(end + 4));
      });
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { port: address.port, certificate, stop: () => server.close() };
}
