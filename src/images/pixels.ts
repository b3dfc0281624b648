/** A decoded picture: color pixels, or rows of samples. */

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and alpha of each pixel, row by row. */
  readonly data: Uint8ClampedArray;
}

/** Rows of 8-bit samples: gray, gray and alpha, colors, or colors and alpha. */
export interface Samples {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** No pixel is transparent, whatever the channels. */
  readonly opaque?: boolean;
  readonly data: Uint8Array | Uint8ClampedArray;
  /** Where the first row starts, and the distance from one row to the next. */
  readonly start: number;
  readonly stride: number;
}

export function samplesOf(pixels: Pixels): Samples {
  return { ...pixels, channels: 4, start: 0, stride: 4 * pixels.width };
}

/** Returns undefined if pngjs can't decode it. */
export async function decodePng(image: Uint8Array): Promise<Pixels | undefined> {
  const { PNG } = await import("pngjs");
  try {
    // Only the sync API: the streaming half of pngjs throws where the error can't be caught, and waits forever on truncated
    // files.
    const { width, height, data } = PNG.sync.read(Buffer.from(image.buffer, image.byteOffset, image.length), {
      checkCRC: false,
    });
    if (data.length !== width * height * 4) return undefined;
    return { width, height, data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.length) };
  } catch {
    return undefined;
  }
}
