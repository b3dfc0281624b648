/** The chunks of a PNG file, as far as it is intact. Data is unpacked only to measure it. */
import { inflateSync } from "node:zlib";

/** Deflate's best: 258 bytes in two bits. */
const BEST_RATIO = 1032;
/** In bytes. So little is harmless, whatever it unpacks to. */
const HARMLESS = 256 * 1024;

/** Samples per pixel, by color type (PNG specification, 11.2.1). */
export const CHANNELS: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

export interface PngChunk {
  readonly type: string;
  readonly content: Uint8Array;
}

export function* pngChunks(png: Uint8Array): Generator<PngChunk> {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let at = 8; at + 8 <= png.length; ) {
    const end = at + 8 + view.getUint32(at);
    yield {
      type: String.fromCharCode(...png.subarray(at + 4, at + 8)),
      content: png.subarray(at + 8, end),
    };
    at = end + 4;
  }
}

/**
 * Whether the file can contain as many pixels as its header says. If the data is too small for that even at deflate's best ratio,
 * decoders would allocate and fill a gigabyte for nothing; if it unpacks to more, they would unpack all of it.
 */
export function isPlausible(png: Uint8Array, { width, height }: { width: number; height: number }): boolean {
  const chunks = [...pngChunks(png)];
  const packed = chunks.filter(({ type }) => type === "IDAT").map(({ content }) => content);
  const size = packed.reduce((sum, { length }) => sum + length, 0);
  const [depth = 0, colorType = 0] = chunks[0]?.content.subarray(8) ?? [];
  const least = (width * height * depth * (CHANNELS.get(colorType) ?? 0)) / 8;
  if (size * BEST_RATIO < least) return false;
  if (size <= HARMLESS) return true;
  const most = 8 * width * height + 16 * height + 4096; // 16 bits in 4 channels, and a filter byte per row and pass
  try {
    inflateSync(Buffer.concat(packed), { maxOutputLength: most });
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE");
  }
}
