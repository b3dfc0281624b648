/**
 * The three lines of one request, proved both ways with the cookie by HMAC-SHA-256:
 *
 *     agent:  twinseed 2 <nonce>
 *     client: <nonce> <proof> <text>
 *     agent:  <proof> <text>
 *
 * Nonces are 32 bytes in hexadecimal, new for each connection; a proof is of both nonces, the speaker and the text, which is one line.
 * So a request counts in no other connection, and an answer for no other request. The agent, which is awake, begins: a client that
 * did would have to say more often that it has the cookie, and starting to talk is what takes it longest.
 */
import { nodeCrypto } from "../../base/node-crypto.ts";

const NONCE_BYTES = 32;
/** Requests for every account of a large ledger are this long. */
export const MOST_BYTES = 4_000_000;

export type Speaker = "request" | "answer";

export interface Nonces {
  readonly client: string;
  readonly agent: string;
}

const HEX = "[0-9a-f]{64}";
const HELLO = new RegExp(`^twinseed 2 (${HEX})$`);
/** JSON leaves U+2028 as it is, which a dot matches only with "s". */
const REQUEST = new RegExp(`^(${HEX}) (.*)$`, "s");

export function newNonce(): string {
  return nodeCrypto().randomBytes(NONCE_BYTES).toString("hex");
}

export function helloLine(agent: string): string {
  return `twinseed 2 ${agent}\n`;
}

/** The agent's nonce. */
export function readHello(line: string): string | undefined {
  return HELLO.exec(line)?.[1];
}

export function requestLine(cookie: Buffer, nonces: Nonces, text: string): string {
  return `${nonces.client} ${proved(cookie, "request", nonces, text)}\n`;
}

/** The text and the client's nonce, if it is proved. */
export function readRequest(cookie: Buffer, agent: string, line: string) {
  const [, client, rest] = REQUEST.exec(line) ?? [];
  if (client === undefined || rest === undefined) return undefined;
  const nonces = { client, agent };
  const text = textIn(cookie, "request", nonces, rest);
  return text === undefined ? undefined : { nonces, text };
}

export function answerLine(cookie: Buffer, nonces: Nonces, text: string): string {
  return `${proved(cookie, "answer", nonces, text)}\n`;
}

/** The text, if it is proved. */
export function readAnswer(cookie: Buffer, nonces: Nonces, line: string): string | undefined {
  return textIn(cookie, "answer", nonces, line);
}

function proved(cookie: Buffer, speaker: Speaker, nonces: Nonces, text: string): string {
  return `${proofOf(cookie, speaker, nonces, text).toString("hex")} ${text}`;
}

function textIn(cookie: Buffer, speaker: Speaker, nonces: Nonces, line: string): string | undefined {
  const [proof, text] = [Buffer.from(line.slice(0, 64), "hex"), line.slice(65)];
  const right = proofOf(cookie, speaker, nonces, text);
  const isProved = line[64] === " " && proof.length === right.length;
  return isProved && nodeCrypto().timingSafeEqual(proof, right) ? text : undefined;
}

function proofOf(cookie: Buffer, speaker: Speaker, { client, agent }: Nonces, text: string): Buffer {
  const said = `twinseed ${speaker} 2\n${client}\n${agent}\n${text}`;
  return nodeCrypto().createHmac("sha256", cookie).update(said).digest();
}
