/**
 * Grayscale pictures with one byte per pixel: all that a QR reader uses, in a quarter of the memory, and stored as a PGM file
 * ("P5", Netpbm), which zxing decodes directly.
 */
import type { Samples } from "./pixels.ts";

export interface Gray {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  /** The complete PGM file. `data` is a view of its end, so changing one changes the other. */
  readonly file: Uint8Array;
}

export const WHITE = 255;
export const BLACK = 0;

export function newGray(width: number, height: number): Gray {
  const header = new TextEncoder().encode(`P5\n${width} ${height}\n255\n`);
  const file = new Uint8Array(header.length + width * height);
  file.set(header);
  return { width, height, file, data: file.subarray(header.length) };
}

/** A view of one row, not a copy: changing it changes the picture. */
export function rowOf({ width, data }: Gray, row: number): Uint8Array {
  return data.subarray(row * width, (row + 1) * width);
}

/** As it looks on a background of one gray. Readers ignore alpha, and transparent pixels can have any color. */
export function grayOf(samples: Samples, background: number): Gray {
  const { width, height, channels, opaque, start, stride } = samples;
  const gray = newGray(width, height);
  const data = Buffer.from(samples.data.buffer, samples.data.byteOffset, samples.data.length);
  const isColored = channels >= 3;
  const hasAlpha = !opaque && (channels === 2 || channels === 4);
  for (let row = 0; row < height; row++) {
    const from = start + row * stride;
    const to = row * width;
    // Half of the rows of a screenshot equal the row above.
    if (
      row > 0 &&
      data.compare(data, from - stride, from - stride + width * channels, from, from + width * channels) === 0
    ) {
      gray.data.copyWithin(to, to - width, to);
      continue;
    }
    const line = rowOf(gray, row);
    if (isColored) toLuma(line, data, from, channels);
    else copyChannel(line, data, from, channels);
    if (hasAlpha) blendOver(line, data, from + channels - 1, channels, background);
  }
  return gray;
}

// One row per call: V8 compiles a function that is called often sooner than the rest of a long loop.

/** From red, green and blue (ITU-R BT.601). */
function toLuma(line: Uint8Array, data: Uint8Array, from: number, step: number): void {
  for (let i = 0, at = from; i < line.length; i++, at += step)
    line[i] = (77 * (data[at] ?? 0) + 150 * (data[at + 1] ?? 0) + 29 * (data[at + 2] ?? 0) + 128) >> 8;
}

function copyChannel(line: Uint8Array, data: Uint8Array, from: number, step: number): void {
  for (let i = 0, at = from; i < line.length; i++, at += step) line[i] = data[at] ?? 0;
}

function blendOver(line: Uint8Array, data: Uint8Array, from: number, step: number, background: number): void {
  for (let i = 0, at = from; i < line.length; i++, at += step) {
    const alpha = data[at] ?? 0;
    if (alpha !== 255) line[i] = ((line[i] ?? 0) * alpha + background * (255 - alpha)) / 255;
  }
}

export function hasTransparentPixels(samples: Samples): boolean {
  const { width, height, channels, opaque, data, start, stride } = samples;
  if (opaque || (channels !== 2 && channels !== 4)) return false;
  for (let row = 0; row < height; row++) {
    const end = start + row * stride + width * channels;
    for (let at = start + row * stride + channels - 1; at < end; at += channels)
      if (data[at] !== 255) return true;
  }
  return false;
}
