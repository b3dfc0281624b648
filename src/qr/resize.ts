/** Grey pictures in another size or position. */
import { type Grey, newGrey, WHITE } from "./grey.ts";

/** Smoothly: between pixels where it grows, over all of them where it shrinks. With a white margin around it. */
export function resize(grey: Grey, scale: number, margin = 0): Grey {
  if (scale === 1) return frame(grey, margin);
  const whole = scale < 1 ? shrinkToHalves(grey, scale) : grey;
  const width = Math.max(1, Math.round(grey.width * scale));
  const height = Math.max(1, Math.round(grey.height * scale));
  if (width === whole.width && height === whole.height) return frame(whole, margin);
  const columns = samplePoints(width, whole.width);
  const rows = samplePoints(height, whole.height);
  const to = newGrey(columns.before.length + 2 * margin, rows.before.length + 2 * margin);
  if (margin > 0) to.data.fill(WHITE);
  const { data } = whole;
  let at = margin * to.width + margin;
  for (let row = 0; row < rows.before.length; row++) {
    const above = (rows.before[row] ?? 0) * whole.width;
    const below = (rows.after[row] ?? 0) * whole.width;
    const down = rows.share[row] ?? 0;
    for (let column = 0; column < columns.before.length; column++) {
      const left = columns.before[column] ?? 0;
      const right = columns.after[column] ?? 0;
      const across = columns.share[column] ?? 0;
      const aboveLeft = data[above + left] ?? 0;
      const belowLeft = data[below + left] ?? 0;
      const top = aboveLeft + (((data[above + right] ?? 0) - aboveLeft) * across) / 256;
      const bottom = belowLeft + (((data[below + right] ?? 0) - belowLeft) * across) / 256;
      to.data[at++] = top + ((bottom - top) * down) / 256;
    }
    at += 2 * margin;
  }
  return to;
}

function frame(grey: Grey, margin: number): Grey {
  if (margin === 0) return grey;
  const { width, height, data } = grey;
  const to = newGrey(width + 2 * margin, height + 2 * margin);
  to.data.fill(WHITE);
  for (let row = 0; row < height; row++)
    to.data.set(data.subarray(row * width, (row + 1) * width), (row + margin) * to.width + margin);
  return to;
}

/** Means of 2 x 2 until less than twice as large as wanted, so that no pixel is left out. */
function shrinkToHalves(grey: Grey, scale: number): Grey {
  let whole = grey;
  for (let left = scale; left <= 0.5 && whole.width > 1 && whole.height > 1; left *= 2) whole = halve(whole);
  return whole;
}

function halve({ width, height, data }: Grey): Grey {
  const half = newGrey(width >> 1, height >> 1);
  let to = 0;
  for (let row = 0; row < half.height; row++) {
    let at = 2 * row * width;
    for (let column = 0; column < half.width; column++, at += 2) {
      const sum =
        (data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + width] ?? 0) + (data[at + width + 1] ?? 0);
      half.data[to++] = (sum + 2) >> 2;
    }
  }
  return half;
}

/** For each new pixel the two old ones around its centre, and how much of it (of 256) comes from the second. */
function samplePoints(size: number, from: number) {
  const points = { before: new Int32Array(size), after: new Int32Array(size), share: new Int32Array(size) };
  for (let i = 0; i < size; i++) {
    const at = Math.min(Math.max(((i + 0.5) * from) / size - 0.5, 0), from - 1);
    points.before[i] = at;
    points.after[i] = Math.min(Math.floor(at) + 1, from - 1);
    points.share[i] = 256 * (at - Math.floor(at));
  }
  return points;
}

/** Where a pixel of the new picture comes from, in pixels of the old one; `between` writes it to `point`. */
export type Mapping = (x: number, y: number, point: { x: number; y: number }) => void;

/** White where the mapping leads outside. */
export function warp(grey: Grey, width: number, height: number, mapping: Mapping): Grey {
  const to = newGrey(width, height);
  const point = { x: 0, y: 0 };
  const { data, width: stride } = grey;
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      mapping(x, y, point);
      if (!(point.x >= 0 && point.y >= 0 && point.x < stride - 1 && point.y < grey.height - 1)) {
        to.data[at] = WHITE;
        continue;
      }
      const left = Math.floor(point.x);
      const above = Math.floor(point.y);
      const from = above * stride + left;
      const across = point.x - left;
      const top = (data[from] ?? 0) * (1 - across) + (data[from + 1] ?? 0) * across;
      const bottom = (data[from + stride] ?? 0) * (1 - across) + (data[from + stride + 1] ?? 0) * across;
      to.data[at] = top + (bottom - top) * (point.y - above);
    }
  return to;
}

export function rotate(grey: Grey, degrees: number): Grey {
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  const width = Math.ceil(grey.width * Math.abs(cos) + grey.height * Math.abs(sin));
  const height = Math.ceil(grey.width * Math.abs(sin) + grey.height * Math.abs(cos));
  return warp(grey, width, height, (x, y, point) => {
    const right = x - width / 2;
    const down = y - height / 2;
    point.x = cos * right + sin * down + grey.width / 2;
    point.y = cos * down - sin * right + grey.height / 2;
  });
}
