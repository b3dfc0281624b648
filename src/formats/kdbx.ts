/**
 * KeePass databases (KDBX 3.1 and 4) that a password, a key file or both open. The container is parsed with kdbxweb's building
 * blocks, not with its Kdbx.load(), which unpacks without a limit and builds its own XML tree.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Element } from "@xmldom/xmldom";
import { UserError } from "../base/errors.ts";
import { unreadable, WrongPassphrase } from "./faults.ts";
import type { Format, Reading } from "./format.ts";
import { gunzip } from "./gunzip.ts";
import { sha256, sha512 } from "./kdbx-hash.ts";
import { EXPORT_HINT, type InnerStream, type Lock, readLock } from "./kdbx-header.ts";
import { keyInFile } from "./kdbx-key-file.ts";
import { openCbc } from "./kdf.ts";
import { keepassXmlOf } from "./keepass-entries.ts";
import { readTree } from "./keepass-tree.ts";
import { reasonKeePassCannot } from "./keepassxc-csv.ts";
import { base64Of } from "./shape.ts";
import { openTwofishCbc } from "./twofish.ts";
import { childrenOf, elementsOf, parseXml } from "./xml.ts";

const MAGIC = "03d9a29a";

export const kdbx: Format = {
  id: "kdbx",
  name: "KeePass",
  readsEveryField: true,
  isAppsOwn: true,
  detect({ bytes }) {
    return Buffer.from(bytes.subarray(0, 4)).toString("hex") === MAGIC;
  },
  async read({ bytes, keyFile }, passphrase) {
    const lock = await readLock(bytes);
    const password = await passphrase();
    try {
      return await readWith(bytes, lock, await compositeKey(password, keyFile));
    } catch (error) {
      // Some programs count an empty password as one.
      if (!(error instanceof WrongPassphrase) || keyFile === undefined || password !== "") throw error;
      return await readWith(bytes, lock, await compositeKey(undefined, keyFile));
    }
  },
  writer: {
    password: "always",
    holdsNotes: true,
    reasonToOmit: reasonKeePassCannot,
    async write(enrollments, { passphrase = "", random, now, names = [], notes = [] }) {
      const { writeKdbx } = await import("./kdbx-writer.ts");
      return writeKdbx(passphrase, random, (protect) =>
        keepassXmlOf(enrollments, { names, notes, now, random, protect }),
      );
    },
  },
};

/** A hash over the hashes of all that is required to open the file. Without a password, a key file is enough. */
async function compositeKey(password: string | undefined, keyFile: Uint8Array | undefined): Promise<Buffer> {
  const hasPassword = password !== "" || keyFile === undefined;
  return sha256(
    ...(hasPassword ? [sha256(Buffer.from(password ?? "", "utf8"))] : []),
    ...(keyFile === undefined ? [] : [await keyInFile(keyFile)]),
  );
}

async function readWith(bytes: Uint8Array, lock: Lock, composite: Uint8Array): Promise<Reading> {
  const key = await lock.transform(composite);
  try {
    const { xml, stream } = await (lock.version === 3 ? open3 : open4)(bytes, lock, key);
    const file = await parseXml(xml);
    if (file?.tagName !== "KeePassFile" || !isHeadAsWritten(file, lock)) throw damaged();
    const values = await protectedValues(file, stream);
    return await readTree(file, (element) => values.get(element) ?? element.textContent ?? "");
  } catch (error) {
    throw error instanceof UserError ? error : damaged(error);
  }
}

interface Content {
  readonly xml: string;
  readonly stream: InnerStream;
}

async function open3(bytes: Uint8Array, lock: Lock, key: Uint8Array): Promise<Content> {
  const { HashedBlockTransform } = (await import("kdbxweb")).default;
  const plain = await decrypt(lock, sha256(lock.masterSeed, key), bytes.subarray(lock.head.length));
  const { startBytes, stream } = lock;
  if (stream === undefined || startBytes === undefined) throw damaged();
  if (plain === undefined || !isSame(plain.subarray(0, startBytes.length), startBytes)) throw wrongKey();
  const packed = await HashedBlockTransform.decrypt(bufferOf(plain.subarray(startBytes.length)));
  return { xml: textOf(await unpacked(lock, new Uint8Array(packed))), stream };
}

async function open4(bytes: Uint8Array, lock: Lock, key: Uint8Array): Promise<Content> {
  const { HmacBlockTransform } = (await import("kdbxweb")).default;
  const end = lock.head.length;
  if (!isSame(bytes.subarray(end, end + 32), sha256(lock.head))) throw damaged();
  const macKey = sha512(lock.masterSeed, key, Uint8Array.of(1));
  const headKey = sha512(Buffer.alloc(8, 0xff), macKey);
  const mac = createHmac("sha256", headKey).update(lock.head).digest();
  if (!isSame(bytes.subarray(end + 32, end + 64), mac)) throw wrongKey();
  const sealed = await HmacBlockTransform.decrypt(bufferOf(bytes.subarray(end + 64)), bufferOf(macKey));
  const packed = await decrypt(lock, sha256(lock.masterSeed, key), new Uint8Array(sealed));
  if (packed === undefined) throw damaged();
  return innerContent(Buffer.from(await unpacked(lock, packed)));
}

async function decrypt(
  { cipher, iv }: Lock,
  key: Uint8Array,
  sealed: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (cipher === "aes") return openCbc(key, iv, sealed);
  if (cipher === "twofish") return openTwofishCbc(key, iv, sealed);
  const { CryptoEngine } = (await import("kdbxweb")).default;
  return new Uint8Array(await CryptoEngine.chacha20(bufferOf(sealed), bufferOf(key), bufferOf(iv)));
}

function unpacked({ isCompressed }: Lock, packed: Uint8Array): Promise<Uint8Array> | Uint8Array {
  return isCompressed ? gunzip(packed) : packed;
}

/** In version 4, the inner stream and the attachments, which are skipped, come before the XML, as: id u8, length u32, value. */
function innerContent(plain: Buffer): Content {
  let id = 0;
  let key = new Uint8Array();
  for (let at = 0; ; ) {
    const field = plain.readUInt8(at);
    const value = plain.subarray(at + 5, at + 5 + plain.readUInt32LE(at + 1));
    at += 5 + value.length;
    if (field === 0) return { xml: textOf(plain.subarray(at)), stream: { id, key } };
    if (field === 1) id = value.readUInt32LE();
    if (field === 2) key = Uint8Array.from(value);
  }
}

/** The stream covers all protected values in document order, including those of old versions of entries. */
async function protectedValues(file: Element, { id, key }: InnerStream): Promise<Map<Element, string>> {
  const { Consts, ProtectSaltGenerator } = (await import("kdbxweb")).default;
  const values = new Map<Element, string>();
  const isKnown = id === Consts.CrsAlgorithm.Salsa20 || id === Consts.CrsAlgorithm.ChaCha20;
  if (!isKnown)
    throw unreadable(
      "KeePass",
      "protects its values in a way that this release does not support",
      EXPORT_HINT,
    );
  const stream = await ProtectSaltGenerator.create(bufferOf(key), id);
  for (const element of elementsOf(file)) {
    if (element.getAttribute("Protected")?.toLowerCase() !== "true") continue;
    const bytes = base64Of(element.textContent ?? "");
    if (bytes === undefined) throw damaged();
    const mask = new Uint8Array(stream.getSalt(bytes.length));
    values.set(element, textOf(bytes.map((byte, i) => byte ^ (mask[i] ?? 0))));
  }
  return values;
}

/** In version 3, nothing else authenticates the header, which contains the key of the inner stream. */
function isHeadAsWritten(file: Element, { version, head }: Lock): boolean {
  const [meta] = childrenOf(file, "Meta");
  const hash = meta && base64Of(childrenOf(meta, "HeaderHash")[0]?.textContent);
  return version !== 3 || hash === undefined || hash.length === 0 || isSame(hash, sha256(head));
}

function wrongKey(): WrongPassphrase {
  return new WrongPassphrase("wrong password, or the database also requires a key file, or it is damaged", [
    "if it has a key file: --key-file FILE",
    "if it has a hardware key: keepassxc-cli export -f xml -y SLOT db.kdbx | twinseed import -",
  ]);
}

function damaged(cause?: unknown): UserError {
  return Object.assign(
    unreadable("KeePass", "is damaged", EXPORT_HINT),
    cause === undefined ? {} : { cause },
  );
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** kdbxweb accepts only complete ArrayBuffers, so a part of a pooled buffer must be copied. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
