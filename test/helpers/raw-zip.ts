/** Zip archives byte by byte, stored: those that no writer makes too. */
import { crc32 } from "node:zlib";

export interface RawZip {
  /** How many members the end of the archive says that there are. */
  readonly count?: number;
  /** All members are the bytes of the first. */
  readonly overlapping?: boolean;
  /** The names are UTF-8, and not the characters of DOS. */
  readonly utf8?: boolean;
}

export function rawZip(
  members: readonly (readonly [name: string, content: string])[],
  { count = members.length, overlapping = false, utf8 = false }: RawZip = {},
): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let length = 0;
  for (const [name, content] of members) {
    const offset = overlapping ? 0 : length;
    const shape = Buffer.alloc(26);
    shape.writeUInt16LE(20, 0);
    shape.writeUInt16LE(utf8 ? 0x0800 : 0, 2);
    shape.writeUInt32LE(crc32(content), 10);
    shape.writeUInt32LE(content.length, 14);
    shape.writeUInt32LE(content.length, 18);
    shape.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), shape, Buffer.from(name + content)]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), shape, rest, Buffer.from(name)]));
    if (overlapping && length > 0) continue;
    locals.push(local);
    length += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Math.min(count, 0xffff), 4);
  end.writeUInt16LE(Math.min(count, 0xffff), 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(length, 12);
  return Buffer.concat([...locals, directory, Buffer.from("PK\x05\x06"), end]);
}
