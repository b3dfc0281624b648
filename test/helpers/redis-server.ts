/** Debian's redis-server on a free port, storing nothing on disk. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";

export interface RedisServer {
  /** Includes the password. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

export const PASSWORD = "correct-horse";

export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--requirepass", PASSWORD];
  const child = spawn("redis-server", [...options, "--save", "", "--appendonly", "no", "--dir", tmpdir()]);
  const ended = once(child, "close");
  await new Promise<void>((resolve, reject) => {
    let log = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      log += text;
      if (log.includes("Ready to accept connections")) resolve();
    });
    child.once("close", () => reject(new Error(`redis-server ended: ${log}`)));
    child.once("error", reject);
  });
  return {
    url: `redis://:${PASSWORD}@127.0.0.1:${port}`,
    port,
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
