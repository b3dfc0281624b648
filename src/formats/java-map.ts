/**
 * Reads a Java-serialized HashMap<String, String>, and nothing else of Java's Object Serialization Stream Protocol (version 5,
 * section 6.4). Every length is checked against the remaining bytes, nothing recurses, and the map is the only class accepted.
 */
import { LIMITS } from "../base/limits.ts";

const HEADER = 0xaced0005;
const MARK = {
  null: 0x70,
  reference: 0x71,
  classDesc: 0x72,
  object: 0x73,
  string: 0x74,
  block: 0x77,
  end: 0x78,
  long: 0x7c,
};
const FIRST_HANDLE = 0x7e0000;
/** Sizes of primitive fields, by their type codes. */
const FIELD: Readonly<Record<string, number>> = { B: 1, C: 2, D: 8, F: 4, I: 4, J: 8, S: 2, Z: 1 };

/** Returns undefined for anything other than such a map, and for a damaged one. */
export function readJavaMap(bytes: Uint8Array): ReadonlyMap<string, string> | undefined {
  try {
    return new Reader(bytes).map();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

class Malformed extends Error {}

class Reader {
  readonly #bytes: Buffer;
  /**
   * An object that occurs again is written as its index among the earlier objects. Those that are not strings are undefined here.
   */
  readonly #handles: (string | undefined)[] = [];
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  map(): ReadonlyMap<string, string> {
    this.#expect(this.#number(4), HEADER);
    this.#expect(this.#number(1), MARK.object);
    const skip = this.#classDescription();
    this.#handles.push(undefined);
    this.#take(skip);
    this.#expect(this.#number(1), MARK.block);
    this.#expect(this.#number(1), 8);
    this.#number(4); // the capacity, which we don't need
    const count = this.#number(4);
    if (count > LIMITS.entries * 2 + 1) throw new Malformed();
    const entries = new Map<string, string>();
    for (let i = 0; i < count; i++) {
      const key = this.#string();
      entries.set(key, this.#string());
    }
    this.#expect(this.#number(1), MARK.end);
    return entries;
  }

  /** Returns how many bytes the fields' values take. */
  #classDescription(): number {
    this.#expect(this.#number(1), MARK.classDesc);
    if (this.#text(this.#number(2)) !== "java.util.HashMap") throw new Malformed();
    this.#take(8 + 1); // its version and flags
    this.#handles.push(undefined);
    let size = 0;
    for (let fields = this.#number(2); fields > 0; fields--) {
      const width = FIELD[String.fromCharCode(this.#number(1))];
      if (width === undefined) throw new Malformed();
      this.#take(this.#number(2));
      size += width;
    }
    this.#expect(this.#number(1), MARK.end);
    this.#expect(this.#number(1), MARK.null);
    return size;
  }

  #string(): string {
    const mark = this.#number(1);
    if (mark === MARK.reference) {
      const known = this.#handles[this.#number(4) - FIRST_HANDLE];
      if (known === undefined) throw new Malformed();
      return known;
    }
    if (mark !== MARK.string && mark !== MARK.long) throw new Malformed();
    if (mark === MARK.long) this.#expect(this.#number(4), 0);
    const text = this.#text(this.#number(mark === MARK.long ? 4 : 2));
    this.#handles.push(text);
    return text;
  }

  /** Java's "modified UTF-8": a character beyond 16 bits is written as two surrogates, and a zero as two bytes. */
  #text(length: number): string {
    const bytes = this.#take(length);
    const units = new Uint16Array(length);
    let size = 0;
    for (let i = 0; i < length; ) {
      const first = bytes[i++] ?? 0;
      if (first < 0x80) units[size++] = first;
      else if (first >> 5 === 0b110) units[size++] = ((first & 0x1f) << 6) | rest(bytes[i++]);
      else if (first >> 4 === 0b1110)
        units[size++] = ((first & 0x0f) << 12) | (rest(bytes[i++]) << 6) | rest(bytes[i++]);
      else throw new Malformed();
    }
    return Buffer.from(units.buffer, 0, size * 2).toString("utf16le");
  }

  #number(width: 1 | 2 | 4): number {
    return this.#take(width).readUIntBE(0, width);
  }

  #take(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw new Malformed();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #expect(found: number, wanted: number): void {
    if (found !== wanted) throw new Malformed();
  }
}

function rest(byte: number | undefined): number {
  if (byte === undefined || byte >> 6 !== 0b10) throw new Malformed();
  return byte & 0x3f;
}
