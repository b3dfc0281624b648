/**
 * Decodes the usual kinds of PNG (8 or 16 bits, not interlaced, no transparent colors) with Node's own zlib. That takes a quarter
 * of pngjs's time and memory, which matters for a large screenshot.
 */
import { inflateSync } from "node:zlib";
import type { Samples } from "./pixels.ts";
import { CHANNELS, pngChunks } from "./png-chunks.ts";

/** Returns "unusual" for the kinds that another decoder must read, and undefined for a damaged file. */
export function readPngRows(png: Uint8Array): Samples | "unusual" | undefined {
  const chunks = [...pngChunks(png)];
  const header = chunks[0];
  if (header?.type !== "IHDR" || header.content.length !== 13) return undefined;
  const [depth, colorType = -1, , , interlaced] = header.content.subarray(8);
  const channels = CHANNELS.get(colorType);
  if ((depth !== 8 && depth !== 16) || interlaced !== 0 || channels === undefined) return "unusual";
  if (chunks.some(({ type }) => type === "tRNS")) return "unusual";
  const view = new DataView(header.content.buffer, header.content.byteOffset, 8);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const bytes = depth / 8;
  const stride = 1 + width * channels * bytes;
  const packed = chunks.filter(({ type }) => type === "IDAT").map(({ content }) => content);
  const data = inflate(packed, stride * height);
  if (data === undefined || !undoFilters(data, stride, height, channels * bytes)) return undefined;
  if (depth === 16)
    for (let row = 0; row < height; row++) halve(data.subarray(row * stride + 1, (row + 1) * stride));
  if (colorType === 3) lookUp(data, chunks.find(({ type }) => type === "PLTE")?.content ?? new Uint8Array());
  return { width, height, channels, data, start: 1, stride };
}

/** Replaces palette colors by their lightness, in place. The filter bytes change too, but they are no longer needed. */
function lookUp(data: Buffer, palette: Uint8Array): void {
  const light = Uint8Array.from({ length: 256 }, (_, color) => {
    const [red = 0, green = 0, blue = 0] = palette.subarray(3 * color, 3 * color + 3);
    return (77 * red + 150 * green + 29 * blue + 128) >> 8;
  });
  for (let i = 0; i < data.length; i++) data[i] = light[data[i] ?? 0] ?? 0;
}

/** Reduces 16-bit samples to their upper 8 bits, stored at the start of the row. */
function halve(row: Uint8Array): void {
  for (let to = 0, from = 0; from < row.length; to++, from += 2) row[to] = row[from] ?? 0;
}

function inflate(packed: readonly Uint8Array[], size: number): Buffer | undefined {
  try {
    const options = { maxOutputLength: size, chunkSize: size + 64 };
    const [only = new Uint8Array()] = packed;
    const data = inflateSync(packed.length === 1 ? only : Buffer.concat(packed), options);
    return data.length === size ? data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * In place. Each filter is a separate function so that V8 can compile it while the rows are processed.
 * Returns false if a row names a filter that does not exist (PNG specification, 9.2).
 */
function undoFilters(data: Buffer, stride: number, height: number, step: number): boolean {
  const nothing = Buffer.alloc(stride - 1);
  for (let row = 0; row < height; row++) {
    const from = row * stride + 1;
    const to = from + stride - 1;
    const filter = data[from - 1] ?? 0;
    if (filter > 4) return false;
    const above = row === 0 ? 0 : stride;
    if (filter === 1) undoSub(data, from, to, step);
    // A row that equals the one above, like half of a screenshot's rows.
    else if (filter === 2 && above > 0 && nothing.compare(data, from, to) === 0)
      data.copyWithin(from, from - above, to - above);
    else if (filter === 2 && above > 0) undoUp(data, from, to, above);
    else if (filter === 3) undoAverage(data, from, to, step, above);
    else if (filter === 4 && above === 0) undoSub(data, from, to, step);
    else if (filter === 4) undoPaeth(data, from, to, step, above);
  }
  return true;
}

function undoSub(data: Buffer, from: number, to: number, step: number): void {
  for (let i = from + step; i < to; i++) data[i] = (data[i] ?? 0) + (data[i - step] ?? 0);
}

function undoUp(data: Buffer, from: number, to: number, above: number): void {
  for (let i = from; i < to; i++) data[i] = (data[i] ?? 0) + (data[i - above] ?? 0);
}

function undoAverage(data: Buffer, from: number, to: number, step: number, above: number): void {
  for (let i = from; i < to; i++) {
    const left = i < from + step ? 0 : (data[i - step] ?? 0);
    const up = above === 0 ? 0 : (data[i - above] ?? 0);
    data[i] = (data[i] ?? 0) + ((left + up) >> 1);
  }
}

/**
 * PNG specification, 9.4, without branches. The first rows are mostly plain and never take some branches, so with branches V8
 * would discard its compiled code again and again, and this would take twice as long.
 */
function undoPaeth(data: Buffer, from: number, to: number, step: number, above: number): void {
  for (let i = from; i < from + step; i++) data[i] = (data[i] ?? 0) + (data[i - above] ?? 0);
  for (let i = from + step; i < to; i++) {
    const left = data[i - step] ?? 0;
    const up = data[i - above] ?? 0;
    const corner = data[i - above - step] ?? 0;
    const toLeft = Math.abs(up - corner);
    const toUp = Math.abs(left - corner);
    const toCorner = Math.abs(left + up - 2 * corner);
    // All bits set where true.
    const notLeft = ((toUp - toLeft) | (toCorner - toLeft)) >> 31;
    const notUp = (toCorner - toUp) >> 31;
    const nearest = (left & ~notLeft) | (up & notLeft & ~notUp) | (corner & notLeft & notUp);
    data[i] = (data[i] ?? 0) + nearest;
  }
}
