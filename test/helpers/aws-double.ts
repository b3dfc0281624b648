/** Serves aws-cloud.ts over HTTP on loopback, in the protocol of the AWS CLI: query parameters in, XML out. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { awsCloud, type Cloud, type Fields, type Request } from "./aws-cloud.ts";

export interface AwsDouble {
  readonly cloud: Cloud;
  /** For --endpoint-url. */
  readonly url: string;
  /** Called before an answer is computed (`before`) and before it is sent (`after`). The answer waits for a returned promise. */
  before?: (request: Request) => Promise<void> | void;
  after?: (request: Request) => Promise<void> | void;
  close(): Promise<void>;
}

export async function awsDouble(now: () => number = () => Date.now()): Promise<AwsDouble> {
  const cloud = awsCloud(now);
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on("data", (chunk: Buffer) => chunks.push(chunk));
    message.on("end", async () => {
      const { Action = "", ...params } = Object.fromEntries(
        new URLSearchParams(String(Buffer.concat(chunks))),
      );
      const key = /Credential=([^/]+)\//.exec(message.headers.authorization ?? "")?.[1] ?? "";
      const request: Request = { action: Action, key, params };
      await double.before?.(request);
      const answer = cloud.answer(request);
      await double.after?.(request);
      if (answer.ok) {
        const result = `<${Action}Result>${xml(answer.fields)}</${Action}Result>`;
        response.end(`<${Action}Response>${result}${xml({ ResponseMetadata: ID })}</${Action}Response>`);
      } else {
        const { status, code, message } = answer;
        const fault = { Type: "Sender", Code: code, Message: message };
        response.writeHead(status).end(xml({ ErrorResponse: { Error: fault, ...ID } }));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const double: AwsDouble = {
    cloud,
    url: `http://127.0.0.1:${portOf(server.address())}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return double;
}

const ID = { RequestId: "00000000-0000-0000-0000-000000000000" };

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function xml(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `<${name}>${inside(value)}</${name}>`)
    .join("");
}

function inside(value: Fields[string]): string {
  if (typeof value === "string") return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return isList(value) ? value.map((one) => `<member>${xml(one)}</member>`).join("") : xml(value);
}

function isList(value: Exclude<Fields[string], string>): value is readonly Fields[] {
  return Array.isArray(value);
}
