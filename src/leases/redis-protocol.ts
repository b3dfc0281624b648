/**
 * RESP2, the protocol of Redis, as far as a lease needs it: a text, nothing, an error, or a flat list of texts. Anything else is
 * refused at its first byte. Pure. https://redis.io/docs/latest/develop/reference/protocol-spec/
 */

export type Reply =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "nothing" }
  | { readonly kind: "error"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] };

/** The received bytes are not a reply of these kinds. */
export class NoReply extends Error {}

/** The most items of a list, and bytes of a text: TIME returns two items, and all texts that we request are numbers. */
const LONGEST = { list: 8, text: 4096 };

export function commandBytes(words: readonly string[]): Uint8Array {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return Buffer.from(`*${words.length}\r\n${parts.join("")}`);
}

/** Returns undefined if the reply is not complete yet. Throws NoReply. */
export function replyIn(received: Buffer): Reply | undefined {
  const read = replyFrom(received);
  if (read !== undefined && read.end !== received.length) throw new NoReply();
  return read?.value;
}

interface Read<T> {
  readonly value: T;
  /** Where the next part begins. */
  readonly end: number;
}

function replyFrom(bytes: Buffer): Read<Reply> | undefined {
  const isStrange = bytes.length > 0 && !"-+:$*".includes(bytes.toString("latin1", 0, 1));
  if (isStrange) throw new NoReply(); // for example a web server, which may send much more
  const line = lineFrom(bytes, 0);
  if (line === undefined) return undefined;
  const [mark, rest] = [line.value[0], line.value.slice(1)];
  if (mark === "-") return { value: { kind: "error", text: rest }, end: line.end };
  if (mark === "*") return listFrom(bytes, line.end, lengthIn(rest, LONGEST.list));
  const item = itemFrom(bytes, 0);
  if (item === undefined) return undefined;
  const { value: text, end } = item;
  return { value: text === undefined ? { kind: "nothing" } : { kind: "text", text }, end };
}

function listFrom(bytes: Buffer, start: number, amount: number): Read<Reply> | undefined {
  const items: string[] = [];
  let end = start;
  while (items.length < amount) {
    const item = itemFrom(bytes, end);
    if (item === undefined) return undefined;
    if (item.value === undefined) throw new NoReply();
    items.push(item.value);
    end = item.end;
  }
  return { value: { kind: "list", items }, end };
}

/** A text in any of its three forms; the value is undefined for the form that means nothing. */
function itemFrom(bytes: Buffer, start: number): Read<string | undefined> | undefined {
  const line = lineFrom(bytes, start);
  if (line === undefined) return undefined;
  const [mark, rest] = [line.value[0], line.value.slice(1)];
  if (mark === "+" || mark === ":") return { value: rest, end: line.end };
  if (mark !== "$") throw new NoReply();
  if (rest === "-1") return { value: undefined, end: line.end };
  const end = line.end + lengthIn(rest, LONGEST.text);
  if (bytes.length < end + 2) return undefined;
  if (bytes.toString("latin1", end, end + 2) !== "\r\n") throw new NoReply();
  return { value: bytes.toString("utf8", line.end, end), end: end + 2 };
}

function lengthIn(text: string, most: number): number {
  if (!/^\d{1,6}$/.test(text) || Number(text) > most) throw new NoReply();
  return Number(text);
}

function lineFrom(bytes: Buffer, start: number): Read<string> | undefined {
  const end = bytes.indexOf("\r\n", start, "latin1");
  return end === -1 ? undefined : { value: bytes.toString("utf8", start, end), end: end + 2 };
}
