/**
 * Writes a KDBX 4 file: what KeePassXC, KeePassDX and KeePass 2.48 or later open. AES-256, Argon2id; no compression.
 * https://keepass.info/help/kb/kdbx.html
 */
import { createCipheriv, createHmac } from "node:crypto";
import { sha256, sha512 } from "./kdbx-hash.ts";
import { CIPHER_IDS, KDF_IDS } from "./kdbx-ids.ts";
import { argon2Key } from "./kdf.ts";

type Random = (bytes: number) => Uint8Array;

/** About a second here; KeePassXC's own default takes as much. */
const COSTS = { kibibytes: 64 * 1024, iterations: 8, parallelism: 2 };
const SIGNATURE = Buffer.from("03d9a29a67fb4bb500000400", "hex");
const BLOCK = 1024 * 1024;
const INNER_CHACHA20 = 3;
const ARGON2_VERSION = 0x13;

/** `xmlOf` gets what encrypts the protected values, which has to be called in document order. */
export async function writeKdbx(
  passphrase: string,
  random: Random,
  xmlOf: (protect: (value: string) => string) => string,
): Promise<Uint8Array> {
  const [masterSeed, iv, salt, innerKey] = [random(32), random(16), random(32), random(64)];
  const composite = sha256(sha256(Buffer.from(passphrase, "utf8")));
  const key = await argon2Key(composite, salt, COSTS);
  const head = Buffer.concat([
    SIGNATURE,
    field(2, Buffer.from(CIPHER_IDS.aes, "hex")),
    field(3, u32(0)),
    field(4, masterSeed),
    field(7, iv),
    field(11, kdfOf(salt)),
    field(0, Buffer.from("\r\n\r\n")),
  ]);
  const inner = Buffer.concat([
    field(1, u32(INNER_CHACHA20)),
    field(2, innerKey),
    field(0, Buffer.alloc(0)),
    Buffer.from(xmlOf(protector(innerKey)), "utf8"),
  ]);
  const cipher = createCipheriv("aes-256-cbc", sha256(masterSeed, key), iv);
  const sealed = Buffer.concat([cipher.update(inner), cipher.final()]);
  const macKey = sha512(masterSeed, key, Uint8Array.of(1));
  const headMac = createHmac("sha256", sha512(Buffer.alloc(8, 0xff), macKey))
    .update(head)
    .digest();
  return Buffer.concat([head, sha256(head), headMac, ...blocksOf(sealed, macKey)]);
}

/** Each block has its own MAC; an empty one ends the file. */
function blocksOf(content: Buffer, macKey: Uint8Array): Buffer[] {
  const blocks: Buffer[] = [];
  for (let at = 0; at < content.length; at += BLOCK) blocks.push(content.subarray(at, at + BLOCK));
  return [...blocks, Buffer.alloc(0)].map((block, i) => {
    const number = u64(i);
    const mac = createHmac("sha256", sha512(number, macKey))
      .update(number)
      .update(u32(block.length))
      .update(block)
      .digest();
    return Buffer.concat([mac, u32(block.length), block]);
  });
}

/** ChaCha20 (RFC 8439); Node's IV begins with the counter. */
function protector(innerKey: Uint8Array): (value: string) => string {
  const hash = sha512(innerKey);
  const iv = Buffer.concat([Buffer.alloc(4), hash.subarray(32, 44)]);
  const stream = createCipheriv("chacha20", hash.subarray(0, 32), iv);
  return (value) => stream.update(Buffer.from(value, "utf8")).toString("base64");
}

/** A "variant dictionary": type, name, value. */
function kdfOf(salt: Uint8Array): Buffer {
  const [U32, U64, BYTES] = [0x04, 0x05, 0x42];
  const entry = (type: number, name: string, value: Uint8Array) =>
    Buffer.concat([Buffer.of(type), u32(name.length), Buffer.from(name), u32(value.length), value]);
  return Buffer.concat([
    Buffer.of(0x00, 0x01),
    entry(BYTES, "$UUID", Buffer.from(KDF_IDS.argon2id, "hex")),
    entry(BYTES, "S", salt),
    entry(U32, "P", u32(COSTS.parallelism)),
    entry(U64, "M", u64(COSTS.kibibytes * 1024)),
    entry(U64, "I", u64(COSTS.iterations)),
    entry(U32, "V", u32(ARGON2_VERSION)),
    Buffer.of(0),
  ]);
}

function field(id: number, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(id), u32(value.length), value]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
