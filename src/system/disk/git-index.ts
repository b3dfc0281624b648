/**
 * The names that a git repository tracks, read from its index: for every command that reads its own settings, so without
 * starting git. https://git-scm.com/docs/index-format, versions 2 to 4.
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "./disk-error.ts";

const SIGNATURE = "DIRC";
const HEADER = 12;
/** Times, device, inode, mode, owner, size. */
const STAT = 40;
const EXTENDED = 0x4000;
/** The bits of a name's length; the longest stands for all longer ones. */
const LENGTH = 0xfff;

/** undefined where there is no index, or it can't be read as one. */
export function trackedNames(home: string): string[] | undefined {
  const index = readIndex(join(home, ".git", "index"));
  if (index === undefined || index.length < HEADER || index.toString("latin1", 0, 4) !== SIGNATURE)
    return undefined;
  for (const hashBytes of [20, 32]) {
    const names = namesIn(index, hashBytes);
    if (names !== undefined) return names;
  }
  return undefined;
}

function namesIn(index: Buffer, hashBytes: number): string[] | undefined {
  const version = index.readUInt32BE(4);
  const count = index.readUInt32BE(8);
  const names: string[] = [];
  let at = HEADER;
  let name = Buffer.alloc(0);
  for (let i = 0; i < count; i++) {
    const flags = at + STAT + hashBytes;
    if (flags + 2 > index.length) return undefined;
    const flag = index.readUInt16BE(flags);
    let start = flags + ((flag & EXTENDED) === 0 ? 2 : 4);
    let kept = 0;
    if (version === 4) {
      const { value, next } = offsetAt(index, start);
      kept = name.length - value;
      start = next;
    }
    const end = index.indexOf(0, start);
    if (end < 0 || kept < 0) return undefined;
    name = Buffer.concat([name.subarray(0, version === 4 ? kept : 0), index.subarray(start, end)]);
    // With the wrong size of a hash, this is where it shows.
    if (Math.min(name.length, LENGTH) !== (flag & LENGTH)) return undefined;
    names.push(name.toString("utf8"));
    // Older versions end each entry with one to eight NULs, at a multiple of eight.
    at = version === 4 ? end + 1 : at + (Math.floor((end - at) / 8) + 1) * 8;
  }
  return at <= index.length - hashBytes ? names : undefined;
}

/** How many bytes of the name before go (varint of pack offsets). */
function offsetAt(index: Buffer, start: number): { value: number; next: number } {
  let next = start;
  let byte = index[next++] ?? 0;
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0 && next < index.length) {
    byte = index[next++] ?? 0;
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  return { value, next };
}

function readIndex(path: string): Buffer | undefined {
  try {
    // Most data folders are no repository. A stat that finds nothing takes a tenth of the time of a read that fails.
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
    return readFileSync(path);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}
