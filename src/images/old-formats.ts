/** The first frame of a GIF, and BMP, to pixels. Both decoders are pure JavaScript, and told only of sizes that were checked. */
import type { Pixels } from "./pixels.ts";

const WHITE = 255;
/** What a palette can have: where a BMP file claims more, the decoder makes an object for each. */
const MOST_COLOURS = 256;
/** RLE8 and RLE4 among its kinds of compression. */
const PACKED = [1, 2];

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Undefined where it can't be decoded, or a frame is larger than its picture. Clear pixels are white. Only for what zxing has
 * unpacked before: its decoder refuses codes that are not in LZW's table, on which omggif never ends.
 */
export async function decodeGif(image: Uint8Array, { width, height }: Size): Promise<Pixels | undefined> {
  const { GifReader } = await import("omggif");
  try {
    const gif = new GifReader(Buffer.from(image.buffer, image.byteOffset, image.length));
    const frame = gif.frameInfo(0);
    if (frame.x + frame.width > width || frame.y + frame.height > height) return undefined;
    const data = new Uint8ClampedArray(width * height * 4).fill(WHITE);
    quietly(() => gif.decodeAndBlitFrameRGBA(0, data));
    return { width, height, data };
  } catch {
    return undefined;
  }
}

/** omggif tells of frames that are too short or too long by console.log; stdout is for answers. */
function quietly(work: () => void): void {
  const { log } = console;
  console.log = () => {};
  try {
    work();
  } finally {
    console.log = log;
  }
}

/**
 * Undefined where it can't be decoded, or is packed (RLE), which bmp-ts gets wrong; so it does its RGBA of few colours.
 * Transparency, which few programs look at, is left out.
 */
export async function decodeBmp(image: Uint8Array, { width, height }: Size): Promise<Pixels | undefined> {
  const { decode } = await import("bmp-ts");
  try {
    const file = Buffer.from(image.buffer, image.byteOffset, image.length);
    if (PACKED.includes(file.readUInt32LE(30)) || file.readUInt32LE(46) > MOST_COLOURS) return undefined;
    const bmp = decode(file);
    if (bmp.width !== width || bmp.height !== height) return undefined;
    const data = new Uint8ClampedArray(bmp.data.length);
    for (let i = 0; i < data.length; i += 4) {
      data[i] = bmp.data[i + 3] ?? 0;
      data[i + 1] = bmp.data[i + 2] ?? 0;
      data[i + 2] = bmp.data[i + 1] ?? 0;
      data[i + 3] = 255;
    }
    return { width, height, data };
  } catch {
    return undefined;
  }
}
