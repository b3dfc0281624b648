/** Adjusts the brightness and sharpness of gray pictures. */
import { type Gray, newGray, rowOf } from "./gray.ts";

/** An exponent below 1 lifts the shadows; above 1 it darkens washed-out areas. */
export function gamma(gray: Gray, exponent: number): Gray {
  const table = Uint8Array.from({ length: 256 }, (_, light) => Math.round(255 * (light / 255) ** exponent));
  const to = newGray(gray.width, gray.height);
  for (let row = 0; row < gray.height; row++) lookUp(rowOf(to, row), rowOf(gray, row), table);
  return to;
}

// One row per call: V8 compiles a function that is called often sooner than the rest of a long loop.

function lookUp(to: Uint8Array, from: Uint8Array, table: Uint8Array): void {
  for (let i = 0; i < to.length; i++) to[i] = table[from[i] ?? 0] ?? 0;
}

/**
 * Makes edges steeper to undo the blur of a lens or a shaky hand: a pixel's difference from its surroundings is multiplied by 4.
 */
export function sharpen(gray: Gray): Gray {
  const around = means(gray);
  const to = newGray(gray.width, gray.height);
  for (let row = 0; row < gray.height; row++) steepen(rowOf(to, row), rowOf(gray, row), rowOf(around, row));
  return to;
}

function steepen(to: Uint8Array, from: Uint8Array, around: Uint8Array): void {
  for (let i = 0; i < to.length; i++) {
    const light = from[i] ?? 0;
    const steep = light + STEEPNESS * (light - (around[i] ?? 0));
    to[i] = steep < 0 ? 0 : steep > 255 ? 255 : steep;
  }
}

const STEEPNESS = 3;
const REACH = 3;

/** The mean of each pixel and those at most REACH away, first across, then down. The border pixels are repeated outside. */
function means({ width, height, data }: Gray): Gray {
  const across = new Uint8Array(data.length);
  for (let row = 0; row < height; row++) slide(data, across, row * width, 1, width);
  const both = newGray(width, height);
  for (let column = 0; column < width; column++) slide(across, both.data, column, width, height);
  return both;
}

function slide(from: Uint8Array, to: Uint8Array, start: number, step: number, length: number): void {
  const last = start + (length - 1) * step;
  const reach = REACH * step;
  let sum = 0;
  for (let i = start - reach; i <= start + reach; i += step)
    sum += from[Math.min(Math.max(i, start), last)] ?? 0;
  for (let i = start; i <= last; i += step) {
    to[i] = sum / (2 * REACH + 1);
    const next = i + reach + step;
    const gone = i - reach;
    sum += (from[next > last ? last : next] ?? 0) - (from[gone < start ? start : gone] ?? 0);
  }
}
