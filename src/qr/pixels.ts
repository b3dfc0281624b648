/** Pictures as pixels, and what is done to them so that a reader sees the code. Pure, but for loading pngjs. */

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and alpha of each pixel, row by row. */
  readonly data: Uint8ClampedArray;
}

export const WHITE = 255;
export const BLACK = 0;

/** Undefined where pngjs can't decode it. */
export async function decodePng(image: Uint8Array): Promise<Pixels | undefined> {
  const { PNG } = await import("pngjs");
  try {
    // Only sync: the streaming half of pngjs throws where nobody can catch it, and waits forever on cut files.
    const { width, height, data } = PNG.sync.read(Buffer.from(image.buffer, image.byteOffset, image.length), {
      checkCRC: false,
    });
    if (data.length !== width * height * 4) return undefined;
    return { width, height, data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.length) };
  } catch {
    return undefined;
  }
}

export function hasTransparentPixels({ data }: Pixels): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return true;
  return false;
}

/** The picture as seen on a background of one grey: readers look at colours only, and clear pixels have any. */
export function flatten({ width, height, data }: Pixels, background: number): Pixels {
  const flat = data.slice();
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] ?? 0;
    if (alpha === 255) continue;
    const share = alpha / 255;
    const ground = background * (1 - share);
    for (let channel = i; channel < i + 3; channel++) flat[channel] = (data[channel] ?? 0) * share + ground;
    flat[i + 3] = 255;
  }
  return { width, height, data: flat };
}

/** The picture in grey, resized smoothly (bilinear), with a white margin around it. */
export function resize(pixels: Pixels, scale: number, margin: number): Pixels {
  const columns = samplePoints(Math.max(1, Math.round(pixels.width * scale)), pixels.width);
  const rows = samplePoints(Math.max(1, Math.round(pixels.height * scale)), pixels.height);
  const width = columns.length + 2 * margin;
  const height = rows.length + 2 * margin;
  const data = new Uint8ClampedArray(width * height * 4).fill(WHITE);
  const grey = greyOf(pixels);
  let to = (margin * width + margin) * 4;
  for (const row of rows) {
    const above = row.before * pixels.width;
    const below = row.after * pixels.width;
    for (const { before, after, share } of columns) {
      const top = (grey[above + before] ?? 0) * (1 - share) + (grey[above + after] ?? 0) * share;
      const bottom = (grey[below + before] ?? 0) * (1 - share) + (grey[below + after] ?? 0) * share;
      const value = top * (1 - row.share) + bottom * row.share;
      data[to] = value;
      data[to + 1] = value;
      data[to + 2] = value;
      to += 4;
    }
    to += margin * 8;
  }
  return { width, height, data };
}

/** For each new pixel the two old ones around its centre, and how much of it comes from the second. */
function samplePoints(size: number, from: number): { before: number; after: number; share: number }[] {
  return Array.from({ length: size }, (_, i) => {
    const at = Math.min(Math.max(((i + 0.5) * from) / size - 0.5, 0), from - 1);
    const before = Math.floor(at);
    return { before, after: Math.min(before + 1, from - 1), share: at - before };
  });
}

function greyOf({ data }: Pixels): Uint8Array {
  const grey = new Uint8Array(data.length / 4);
  for (let i = 0; i < grey.length; i++)
    grey[i] = 0.299 * (data[4 * i] ?? 0) + 0.587 * (data[4 * i + 1] ?? 0) + 0.114 * (data[4 * i + 2] ?? 0);
  return grey;
}
