/**
 * Pictures in grey, one byte a pixel: all that a reader of codes looks at, a quarter of the memory, and laid out as a
 * PGM file ("P5", Netpbm), which zxing's own decoder takes as it is.
 */
import type { Samples } from "./samples.ts";

export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  /** A whole PGM file; `data` is its end, so that what changes one changes the other. */
  readonly file: Uint8Array;
}

export const WHITE = 255;
export const BLACK = 0;

export function newGrey(width: number, height: number): Grey {
  const header = new TextEncoder().encode(`P5\n${width} ${height}\n255\n`);
  const file = new Uint8Array(header.length + width * height);
  file.set(header);
  return { width, height, file, data: file.subarray(header.length) };
}

/** As seen on a background of one grey: readers look at colours only, and clear pixels have any. */
export function greyOf(samples: Samples, background: number): Grey {
  const { width, height, channels, data } = samples;
  const grey = newGrey(width, height);
  const coloured = channels >= 3;
  const alphaAt = channels === 2 || channels === 4 ? channels - 1 : -1;
  let to = 0;
  for (let row = 0; row < height; row++) {
    let at = samples.start + row * samples.stride;
    for (let column = 0; column < width; column++, at += channels) {
      const first = data[at] ?? 0;
      let light = coloured
        ? (77 * first + 150 * (data[at + 1] ?? 0) + 29 * (data[at + 2] ?? 0) + 128) >> 8
        : first;
      if (alphaAt >= 0) {
        const alpha = data[at + alphaAt] ?? 0;
        if (alpha !== 255) light = (light * alpha + background * (255 - alpha)) / 255;
      }
      grey.data[to++] = light;
    }
  }
  return grey;
}

export function hasTransparentPixels({ width, height, channels, data, start, stride }: Samples): boolean {
  if (channels !== 2 && channels !== 4) return false;
  for (let row = 0; row < height; row++) {
    const end = start + row * stride + width * channels;
    for (let at = start + row * stride + channels - 1; at < end; at += channels)
      if (data[at] !== 255) return true;
  }
  return false;
}
