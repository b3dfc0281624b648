/** The chunks of a PNG file, as far as they go; no data is unpacked but to see how much it is. */
import { inflateSync } from "node:zlib";

/** Deflate packs at best 1:1032, so that this little does no harm, whatever it unpacks to. */
const HARMLESS = 256 * 1024;

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

/** Whether the pixels unpack to more than a picture of this size can hold: decoders take all of it, by gigabytes. */
export function isBomb(png: Uint8Array, { width, height }: { width: number; height: number }): boolean {
  const packed = [...pngChunks(png)].filter(({ type }) => type === "IDAT").map(({ content }) => content);
  if (packed.reduce((sum, { length }) => sum + length, 0) <= HARMLESS) return false;
  const most = 8 * width * height + 16 * height + 4096; // 16 bits in 4 channels, and a filter byte a row and pass
  try {
    inflateSync(Buffer.concat(packed), { maxOutputLength: most });
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
  }
}
