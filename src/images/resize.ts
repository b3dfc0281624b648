/** Scales, rotates and warps gray pictures. */
import { type Gray, newGray, rowOf, WHITE } from "./gray.ts";

/**
 * Scales smoothly: interpolates between pixels to enlarge, averages all of them to shrink. Adds a white margin around the
 * picture.
 */
export function resize(gray: Gray, scale: number, margin = 0): Gray {
  if (scale === 1) return frame(gray, margin);
  const whole = scale < 1 ? shrinkToHalves(gray, scale) : gray;
  const width = Math.max(1, Math.round(gray.width * scale));
  const height = Math.max(1, Math.round(gray.height * scale));
  if (width === whole.width && height === whole.height) return frame(whole, margin);
  const columns = samplePoints(width, whole.width);
  const rows = samplePoints(height, whole.height);
  const to = newGray(width + 2 * margin, height + 2 * margin);
  if (margin > 0) to.data.fill(WHITE);
  for (let row = 0; row < height; row++) {
    const at = (row + margin) * to.width + margin;
    const above = rowOf(whole, rows.before[row] ?? 0);
    const below = rowOf(whole, rows.after[row] ?? 0);
    blend(to.data.subarray(at, at + width), above, below, rows.share[row] ?? 0, columns);
  }
  return to;
}

/**
 * Interpolates a row between two others. This is a separate function because V8 compiles one that is called often sooner than the
 * rest of a long loop; it uses integers because until then each fraction is an object.
 */
function blend(
  to: Uint8Array,
  above: Uint8Array,
  below: Uint8Array,
  down: number,
  columns: SamplePoints,
): void {
  const { before, after, share } = columns;
  for (let column = 0; column < to.length; column++) {
    const left = before[column] ?? 0;
    const right = after[column] ?? 0;
    const across = share[column] ?? 0;
    const top = (above[left] ?? 0) * (256 - across) + (above[right] ?? 0) * across;
    const bottom = (below[left] ?? 0) * (256 - across) + (below[right] ?? 0) * across;
    to[column] = (top * (256 - down) + bottom * down) >> 16;
  }
}

function frame(gray: Gray, margin: number): Gray {
  if (margin === 0) return gray;
  const { width, height } = gray;
  const to = newGray(width + 2 * margin, height + 2 * margin);
  to.data.fill(WHITE);
  for (let row = 0; row < height; row++) to.data.set(rowOf(gray, row), (row + margin) * to.width + margin);
  return to;
}

/** Averages 2 x 2 pixels until the picture is less than twice the target size, so that no pixel is skipped. */
function shrinkToHalves(gray: Gray, scale: number): Gray {
  let whole = gray;
  for (let left = scale; left <= 0.5 && whole.width > 1 && whole.height > 1; left *= 2) whole = halve(whole);
  return whole;
}

function halve(gray: Gray): Gray {
  const half = newGray(gray.width >> 1, gray.height >> 1);
  for (let row = 0; row < half.height; row++)
    halveRows(rowOf(half, row), rowOf(gray, 2 * row), rowOf(gray, 2 * row + 1));
  return half;
}

function halveRows(to: Uint8Array, above: Uint8Array, below: Uint8Array): void {
  for (let i = 0, at = 0; i < to.length; i++, at += 2) {
    const sum = (above[at] ?? 0) + (above[at + 1] ?? 0) + (below[at] ?? 0) + (below[at + 1] ?? 0);
    to[i] = (sum + 2) >> 2;
  }
}

interface SamplePoints {
  readonly before: Int32Array;
  readonly after: Int32Array;
  readonly share: Int32Array;
}

/** For each new pixel: the two old pixels around its center, and the share (of 256) that comes from the second. */
function samplePoints(size: number, from: number): SamplePoints {
  const points = { before: new Int32Array(size), after: new Int32Array(size), share: new Int32Array(size) };
  for (let i = 0; i < size; i++) {
    const at = Math.min(Math.max(((i + 0.5) * from) / size - 0.5, 0), from - 1);
    points.before[i] = at;
    points.after[i] = Math.min(Math.floor(at) + 1, from - 1);
    points.share[i] = 256 * (at - Math.floor(at));
  }
  return points;
}

/** Finds where a pixel of the new picture comes from, in pixels of the old one, and writes that to `point`. */
export type Mapping = (x: number, y: number, point: { x: number; y: number }) => void;

/** Pixels that the mapping takes from outside the picture are white. */
export function warp(gray: Gray, width: number, height: number, mapping: Mapping): Gray {
  const to = newGray(width, height);
  for (let y = 0; y < height; y++) warpRow(rowOf(to, y), y, gray, mapping);
  return to;
}

function warpRow(to: Uint8Array, y: number, { data, width, height }: Gray, mapping: Mapping): void {
  const point = { x: 0, y: 0 };
  for (let x = 0; x < to.length; x++) {
    mapping(x, y, point);
    if (!(point.x >= 0 && point.y >= 0 && point.x < width - 1 && point.y < height - 1)) {
      to[x] = WHITE;
      continue;
    }
    const left = Math.floor(point.x);
    const above = Math.floor(point.y);
    const from = above * width + left;
    const across = point.x - left;
    const top = (data[from] ?? 0) * (1 - across) + (data[from + 1] ?? 0) * across;
    const bottom = (data[from + width] ?? 0) * (1 - across) + (data[from + width + 1] ?? 0) * across;
    to[x] = top + (bottom - top) * (point.y - above);
  }
}

export function rotate(gray: Gray, degrees: number): Gray {
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  const width = Math.ceil(gray.width * Math.abs(cos) + gray.height * Math.abs(sin));
  const height = Math.ceil(gray.width * Math.abs(sin) + gray.height * Math.abs(cos));
  return warp(gray, width, height, (x, y, point) => {
    const right = x - width / 2;
    const down = y - height / 2;
    point.x = cos * right + sin * down + gray.width / 2;
    point.y = cos * down - sin * right + gray.height / 2;
  });
}
