/**
 * Apple's binary property lists ("bplist00"): a table of objects that refer to each other by number.
 * https://opensource.apple.com/source/CF/CF-1153.18/CFBinaryPList.c
 */
import { LIMITS } from "../base/limits.ts";

/** A reference inside an archive. */
export class Uid {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
}

export type PlistValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Uid
  | PlistValue[]
  | Map<string, PlistValue>;

const MAGIC = "bplist00";
const TRAILER = 32;

export function isBinaryPlist(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, MAGIC.length)).toString("latin1") === MAGIC;
}

/** undefined if it is damaged. Each object is read once, so that references to references cost nothing. */
export function readBinaryPlist(bytes: Uint8Array): PlistValue | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!isBinaryPlist(file) || file.length < MAGIC.length + TRAILER) return undefined;
  try {
    return new Reader(file).top();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Throws RangeError for anything that does not fit. */
class Reader {
  readonly #file: Buffer;
  readonly #offsets: number[];
  readonly #refSize: number;
  readonly #top: number;
  readonly #known = new Map<number, PlistValue>();
  readonly #open = new Set<number>();

  constructor(file: Buffer) {
    const trailer = file.subarray(-TRAILER);
    const [offsetSize, count] = [trailer.readUInt8(6), numberAt(trailer, 8, 8)];
    const table = numberAt(trailer, 24, 8);
    if (count > file.length) throw new RangeError("more objects than bytes");
    this.#file = file;
    this.#refSize = trailer.readUInt8(7);
    this.#top = numberAt(trailer, 16, 8);
    this.#offsets = Array.from({ length: count }, (_, i) =>
      numberAt(file, table + i * offsetSize, offsetSize),
    );
  }

  top(): PlistValue {
    return this.#object(this.#top);
  }

  #object(index: number): PlistValue {
    const known = this.#known.get(index);
    if (known !== undefined) return known;
    if (this.#open.has(index) || this.#open.size > LIMITS.jsonDepth)
      throw new RangeError("nested too deeply");
    this.#open.add(index);
    const value = this.#read(this.#offsets[index] ?? this.#file.length);
    this.#open.delete(index);
    this.#known.set(index, value);
    return value;
  }

  #read(at: number): PlistValue {
    const file = this.#file;
    const marker = file.readUInt8(at);
    const [kind, low] = [marker >> 4, marker & 0x0f];
    if (kind === 0x0) return low === 0x9 ? true : low === 0x8 ? false : null;
    if (kind === 0x1) return numberAt(file, at + 1, 2 ** low);
    if (kind === 0x2) return low === 2 ? file.readFloatBE(at + 1) : file.readDoubleBE(at + 1);
    if (kind === 0x3) return file.readDoubleBE(at + 1);
    if (kind === 0x8) return new Uid(numberAt(file, at + 1, low + 1));
    const { start, length } = this.#extent(at, low);
    if (kind === 0x4) return Uint8Array.from(this.#bytes(start, length));
    if (kind === 0x5) return this.#bytes(start, length).toString("latin1");
    if (kind === 0x6)
      return Buffer.from(this.#bytes(start, 2 * length))
        .swap16()
        .toString("utf16le");
    if (kind === 0xa || kind === 0xc) return this.#references(start, length).map((one) => this.#object(one));
    if (kind !== 0xd) throw new RangeError("an unknown kind of object");
    const references = this.#references(start, 2 * length);
    const members = new Map<string, PlistValue>();
    for (let i = 0; i < length; i++) {
      const name = this.#object(references[i] ?? -1);
      if (typeof name === "string") members.set(name, this.#object(references[length + i] ?? -1));
    }
    return members;
  }

  /** A length of 15 or more is a number of its own. */
  #extent(at: number, low: number): { readonly start: number; readonly length: number } {
    if (low < 0x0f) return { start: at + 1, length: low };
    const size = 2 ** (this.#file.readUInt8(at + 1) & 0x0f);
    return { start: at + 2 + size, length: numberAt(this.#file, at + 2, size) };
  }

  #references(start: number, count: number): number[] {
    if (start + count * this.#refSize > this.#file.length) throw new RangeError("cut short");
    return Array.from({ length: count }, (_, i) =>
      numberAt(this.#file, start + i * this.#refSize, this.#refSize),
    );
  }

  #bytes(start: number, length: number): Buffer {
    if (start + length > this.#file.length) throw new RangeError("cut short");
    return this.#file.subarray(start, start + length);
  }
}

/** Big-endian. Only those of 8 bytes may be negative. */
function numberAt(file: Buffer, at: number, size: number): number {
  if (size === 8) return Number(file.readBigInt64BE(at));
  if (size < 1 || size > 6) throw new RangeError("a number of an unknown size");
  return file.readUIntBE(at, size);
}
