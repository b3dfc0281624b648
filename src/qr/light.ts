/** Grey pictures in another light. */
import { type Grey, newGrey } from "./grey.ts";

/** Below 1 it lifts the shadows, above 1 it darkens what is washed out. */
export function gamma(grey: Grey, exponent: number): Grey {
  const table = Uint8Array.from({ length: 256 }, (_, light) => Math.round(255 * (light / 255) ** exponent));
  const to = newGrey(grey.width, grey.height);
  for (let i = 0; i < grey.data.length; i++) to.data[i] = table[grey.data[i] ?? 0] ?? 0;
  return to;
}
