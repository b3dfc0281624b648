/**
 * The four lines of one request, each way proved with the cookie by HMAC-SHA-256:
 *
 *     client: twinseed 1 <nonce>
 *     agent:  <nonce> <proof of both nonces>
 *     client: <proof of both nonces and the text> <text>
 *     agent:  <proof of both nonces and the text> <text>
 *
 * Nonces are 32 bytes in hexadecimal, texts are of one line. The client says nothing of what it wants before the agent has
 * proved that it has the cookie; neither says it again for another connection, as the nonces are new.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { keyedHash } from "../../base/keyed-hash.ts";

const NONCE_BYTES = 32;
/** Requests for every account of a large ledger are this long. */
export const MOST_BYTES = 4_000_000;

export type Speaker = "agent" | "request" | "answer";

export interface Nonces {
  readonly client: string;
  readonly agent: string;
}

const HEX = "[0-9a-f]{64}";
const HELLO = new RegExp(`^twinseed 1 (${HEX})$`);
const PROVED = new RegExp(`^(${HEX}) (${HEX})$`);

/** Not by node:crypto, which takes longer to load than all else here. Where there are sockets of this kind, there is this file. */
export function newNonce(): string {
  const bytes = Buffer.alloc(NONCE_BYTES);
  const file = openSync("/dev/urandom", "r");
  try {
    if (readSync(file, bytes) !== NONCE_BYTES) throw new Error("/dev/urandom ends");
  } finally {
    closeSync(file);
  }
  return bytes.toString("hex");
}

export function helloLine(nonce: string): string {
  return `twinseed 1 ${nonce}\n`;
}

/** The client's nonce. */
export function readHello(line: string): string | undefined {
  return HELLO.exec(line)?.[1];
}

export function agentLine(cookie: Buffer, nonces: Nonces): string {
  return `${nonces.agent} ${proofOf(cookie, "agent", nonces, "")}\n`;
}

/** The agent's nonce, if it has proved that it has the cookie. */
export function readAgent(cookie: Buffer, client: string, line: string): string | undefined {
  const [, agent = "", proof = ""] = PROVED.exec(line) ?? [];
  return isProof(proof, proofOf(cookie, "agent", { client, agent }, "")) ? agent : undefined;
}

export function textLine(cookie: Buffer, speaker: Speaker, nonces: Nonces, text: string): string {
  return `${proofOf(cookie, speaker, nonces, text)} ${text}\n`;
}

/** The text, if it is proved. */
export function readText(cookie: Buffer, speaker: Speaker, nonces: Nonces, line: string): string | undefined {
  const [proof, text] = [line.slice(0, 64), line.slice(65)];
  return line[64] === " " && isProof(proof, proofOf(cookie, speaker, nonces, text)) ? text : undefined;
}

function proofOf(cookie: Buffer, speaker: Speaker, { client, agent }: Nonces, text: string): string {
  const said = `twinseed ${speaker} 1\n${client}\n${agent}\n${text}`;
  return keyedHash(cookie, Buffer.from(said)).toString("hex");
}

/** Takes the same time wherever they differ. */
function isProof(given: string, right: string): boolean {
  if (given.length !== right.length) return false;
  let difference = 0;
  for (let i = 0; i < right.length; i++) difference |= given.charCodeAt(i) ^ right.charCodeAt(i);
  return difference === 0;
}
