/** Grey pictures in another light. */
import { type Grey, newGrey } from "./grey.ts";

/** Below 1 it lifts the shadows, above 1 it darkens what is washed out. */
export function gamma(grey: Grey, exponent: number): Grey {
  const table = Uint8Array.from({ length: 256 }, (_, light) => Math.round(255 * (light / 255) ** exponent));
  const to = newGrey(grey.width, grey.height);
  for (let i = 0; i < grey.data.length; i++) to.data[i] = table[grey.data[i] ?? 0] ?? 0;
  return to;
}

/** Evens out shadows and glare: each pixel by its distance from the mean of the square around it, twofold. */
export function evenOut({ width, height, data }: Grey, radius: number): Grey {
  const to = newGrey(width, height);
  const columns = new Int32Array(width); // sums of the column through the square
  let rows = 0;
  for (let y = -radius; y < height; y++) {
    const enters = y + radius;
    const leaves = y - radius - 1;
    if (enters < height)
      for (let x = 0; x < width; x++) columns[x] = (columns[x] ?? 0) + (data[enters * width + x] ?? 0);
    if (leaves >= 0)
      for (let x = 0; x < width; x++) columns[x] = (columns[x] ?? 0) - (data[leaves * width + x] ?? 0);
    rows += (enters < height ? 1 : 0) - (leaves >= 0 ? 1 : 0);
    if (y < 0) continue;
    let sum = 0;
    let count = 0;
    for (let x = -radius; x < width; x++) {
      if (x + radius < width) {
        sum += columns[x + radius] ?? 0;
        count++;
      }
      if (x > radius) {
        sum -= columns[x - radius - 1] ?? 0;
        count--;
      }
      if (x < 0) continue;
      const light = 128 + 2 * ((data[y * width + x] ?? 0) - sum / (count * rows));
      to.data[y * width + x] = light < 0 ? 0 : light > 255 ? 255 : light;
    }
  }
  return to;
}
