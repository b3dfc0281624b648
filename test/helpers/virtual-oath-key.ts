/**
 * A key in software for vsmartcard's reader (vpcd): the OATH application, written from Yubico's public description of its protocol
 * (https://developers.yubico.com/OATH/YKOATH_Protocol.html). A touch is granted at once. Where that
 * description is silent, what Yubico's own client sends was looked at: it is no independent witness there.
 */
import { createHmac, pbkdf2Sync } from "node:crypto";
import { connect, type Socket } from "node:net";

interface Entry {
  /** High half: 1 HOTP, 2 TOTP. Low half: 1 SHA1, 2 SHA256, 3 SHA512. */
  readonly kind: number;
  readonly digits: number;
  readonly secret: Buffer;
  readonly touch: boolean;
  counter: number;
}

export interface VirtualKey {
  readonly entries: Map<string, Entry>;
  /** Called before each entry is stored; returns true to have the key pulled out instead. */
  onPut: () => boolean;
  slots: number;
  lock(password: string): void;
  pullOut(): void;
  plugIn(): Promise<void>;
}

const HASHES = ["", "sha1", "sha256", "sha512"];
const SALT = Buffer.from("0123456789abcdef", "hex");
const CHALLENGE = Buffer.from("fedcba9876543210", "hex");
const AID = Buffer.from("a0000005272101", "hex");
const ATR = Buffer.from("3bfd1300008131fe158073c021c057597562694b657940", "hex");

const OK = 0x9000;

class Status extends Error {
  readonly word: number;
  constructor(word: number) {
    super(word.toString(16));
    this.word = word;
  }
}

/** `version`: the firmware's, such as [5, 4, 3]. `port`: where vpcd listens for the card. */
export async function virtualOathKey(version: readonly number[], port: number): Promise<VirtualKey> {
  const entries = new Map<string, Entry>();
  let lockKey: Buffer | undefined;
  let isOpen = false;
  let left: Buffer = Buffer.alloc(0);
  let socket: Socket | undefined;

  function answer(apdu: Buffer): Buffer {
    const [, ins = 0, p1, p2] = apdu;
    const data = apdu.subarray(5, 5 + (apdu[4] ?? 0));
    try {
      if (ins === 0xa5) return chunk();
      left = handle(ins, p1 ?? 0, p2 ?? 0, data);
      return chunk();
    } catch (error) {
      if (error instanceof Status) return word(error.word);
      throw error;
    }
  }

  /** At most 255 bytes at a time; "61" says that there are more. */
  function chunk(): Buffer {
    const now = left.subarray(0, 255);
    left = left.subarray(255);
    return Buffer.concat([now, word(left.length === 0 ? OK : 0x6100 | Math.min(left.length, 255))]);
  }

  function handle(ins: number, p1: number, p2: number, data: Buffer): Buffer {
    if (ins === 0xa4 && p1 === 0x04) return select(data);
    const fields = parse(data);
    const field = (tag: number): Buffer => fields.find((one) => one.tag === tag)?.value ?? Buffer.alloc(0);
    if (ins === 0xa3) return validate(field(0x75), field(0x74));
    if (lockKey !== undefined && !isOpen) throw new Status(0x6982);
    if (ins === 0x01) return put(field(0x71).toString(), field(0x73), field(0x7a), data);
    if (ins === 0xa1)
      return Buffer.concat(
        [...entries].map(([name, { kind }]) =>
          tlv(0x72, Buffer.concat([Buffer.from([kind]), Buffer.from(name)])),
        ),
      );
    if (ins === 0xa2) return code(entries.get(field(0x71).toString()), field(0x74), p2 === 1);
    if (ins === 0xa4)
      return Buffer.concat(
        [...entries].flatMap(([name, entry]) => [
          tlv(0x71, Buffer.from(name)),
          entry.kind >> 4 === 1
            ? tlv(0x77, Buffer.from([entry.digits]))
            : entry.touch
              ? tlv(0x7c, Buffer.from([entry.digits]))
              : code(entry, field(0x74), true),
        ]),
      );
    throw new Status(0x6d00);
  }

  function select(aid: Buffer): Buffer {
    if (!aid.equals(AID)) throw new Status(0x6a82);
    isOpen = false;
    const lock = lockKey === undefined ? [] : [tlv(0x74, CHALLENGE), tlv(0x7b, Buffer.from([1]))];
    return Buffer.concat([tlv(0x79, Buffer.from(version)), tlv(0x71, SALT), ...lock]);
  }

  function validate(response: Buffer, challenge: Buffer): Buffer {
    if (lockKey === undefined || !createHmac("sha1", lockKey).update(CHALLENGE).digest().equals(response))
      throw new Status(0x6a80);
    isOpen = true;
    return tlv(0x75, createHmac("sha1", lockKey).update(challenge).digest());
  }

  function put(name: string, key: Buffer, counter: Buffer, data: Buffer): Buffer {
    if (Buffer.byteLength(name) === 0 || Buffer.byteLength(name) > 64) throw new Status(0x6a80);
    if (!entries.has(name) && entries.size >= made.slots) throw new Status(0x6a84);
    if (made.onPut()) {
      made.pullOut();
      throw new Status(0x6f00);
    }
    entries.set(name, {
      kind: key[0] ?? 0,
      digits: key[1] ?? 0,
      secret: Buffer.from(key.subarray(2)),
      touch: parse(data).some(({ tag, value }) => tag === 0x78 && value[0] === 2),
      counter: counter.length === 4 ? counter.readUInt32BE() : 0,
    });
    return Buffer.alloc(0);
  }

  const made: VirtualKey = {
    entries,
    onPut: () => false,
    slots: 32,
    lock(password) {
      lockKey = pbkdf2Sync(password, SALT, 1000, 16, "sha1");
    },
    pullOut() {
      socket?.destroy();
      socket = undefined;
    },
    async plugIn() {
      const opened = connect(port, "127.0.0.1");
      await new Promise((resolve, reject) => opened.once("connect", resolve).once("error", reject));
      opened.on("error", () => {});
      socket = opened;
      let received = Buffer.alloc(0);
      opened.on("data", (bytes) => {
        received = Buffer.concat([received, bytes]);
        while (received.length >= 2 && received.length >= 2 + received.readUInt16BE()) {
          const message = received.subarray(2, 2 + received.readUInt16BE());
          received = received.subarray(2 + message.length);
          const [control] = message;
          // One byte is for the card's power: 0 off, 1 on, 2 reset, 4 asks for the ATR.
          const reply = message.length > 1 ? answer(message) : control === 4 ? ATR : undefined;
          if (reply === undefined || socket !== opened) continue;
          const size = Buffer.alloc(2);
          size.writeUInt16BE(reply.length);
          opened.write(Buffer.concat([size, reply]));
        }
      });
    },
  };
  await made.plugIn();
  return made;
}

function code(entry: Entry | undefined, challenge: Buffer, isTruncated: boolean): Buffer {
  if (entry === undefined) throw new Status(0x6984);
  const message = Buffer.from(challenge);
  const moving = entry.kind >> 4 === 1 ? counterBytes(entry.counter++) : message;
  const digest = createHmac(HASHES[entry.kind & 15] ?? "sha1", entry.secret)
    .update(moving)
    .digest();
  if (!isTruncated) return tlv(0x75, Buffer.concat([Buffer.from([entry.digits]), digest]));
  const at = (digest.at(-1) ?? 0) & 15;
  const four = Buffer.from(digest.subarray(at, at + 4));
  four[0] = (four[0] ?? 0) & 0x7f;
  return tlv(0x76, Buffer.concat([Buffer.from([entry.digits]), four]));
}

function counterBytes(counter: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(counter));
  return bytes;
}

function tlv(tag: number, value: Buffer): Buffer {
  const size = value.length < 0x80 ? [value.length] : [0x81, value.length];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

/** The property (0x78) has no length: one byte follows. */
function parse(data: Buffer): { readonly tag: number; readonly value: Buffer }[] {
  const fields: { tag: number; value: Buffer }[] = [];
  for (let at = 0; at < data.length; ) {
    const tag = data[at] ?? 0;
    const isLong = data[at + 1] === 0x81;
    const start = tag === 0x78 ? at + 1 : at + (isLong ? 3 : 2);
    const size = tag === 0x78 ? 1 : ((isLong ? data[at + 2] : data[at + 1]) ?? 0);
    fields.push({ tag, value: data.subarray(start, start + size) });
    at = start + size;
  }
  return fields;
}

function word(status: number): Buffer {
  return Buffer.from([status >> 8, status & 255]);
}
