import type { Pixels } from "./pixels.ts";

/** One frame of an animation, which lies within the picture. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly pixels: Pixels;
  /** Its transparent pixels replace what is below them, too. */
  readonly covers: boolean;
  /** What becomes of its area before the next frame. */
  readonly afterwards: "keep" | "clear" | "restore";
}
