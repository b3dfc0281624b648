/** Animated pictures: what a viewer shows after the first frame. A frame may be only the part that has changed. */
import { PICTURE_LIMITS } from "../base/limits.ts";
import type { Frame } from "./animation-frame.ts";
import { gifFrames } from "./gif-frames.ts";
import type { ReadableImageHeader } from "./image-header.ts";
import type { Pixels } from "./pixels.ts";
import { pngFrames } from "./png-frames.ts";
import { webpFrames } from "./webp-frames.ts";

const CHANNELS = 4;

/**
 * What is shown after the first frame, one picture per frame; nothing for a still picture. At most PICTURE_LIMITS.frames of them,
 * and as many pixels as one picture may have.
 */
export async function* laterPictures(image: Uint8Array, header: ReadableImageHeader): AsyncGenerator<Pixels> {
  const { width, height } = header;
  const most = Math.min(PICTURE_LIMITS.frames, PICTURE_LIMITS.framePixels / (width * height));
  let canvas = new Uint8ClampedArray(width * height * CHANNELS);
  let count = 0;
  for await (const frame of framesOf(image, header)) {
    if (++count > most) return;
    const before = frame.afterwards === "restore" ? canvas.slice() : canvas;
    paint(frame, canvas, width);
    if (count > 1) yield { width, height, data: canvas };
    canvas = before;
    if (frame.afterwards === "clear") clear(frame, canvas, width);
  }
}

function framesOf(image: Uint8Array, { kind }: ReadableImageHeader): AsyncIterable<Frame> | readonly Frame[] {
  if (kind === "gif") return gifFrames(image);
  if (kind === "webp") return webpFrames(image);
  return kind === "png" ? pngFrames(image) : [];
}

/** A pixel that is at least half opaque replaces the one below it: QR codes have no shades. */
function paint({ left, top, pixels, covers }: Frame, canvas: Uint8ClampedArray, width: number): void {
  for (let row = 0; row < pixels.height; row++)
    for (let column = 0; column < pixels.width; column++) {
      const from = (row * pixels.width + column) * CHANNELS;
      if (!covers && (pixels.data[from + 3] ?? 0) < 128) continue;
      canvas.set(
        pixels.data.subarray(from, from + CHANNELS),
        ((top + row) * width + left + column) * CHANNELS,
      );
    }
}

function clear({ left, top, pixels }: Frame, canvas: Uint8ClampedArray, width: number): void {
  for (let row = top; row < top + pixels.height; row++)
    canvas.fill(0, (row * width + left) * CHANNELS, (row * width + left + pixels.width) * CHANNELS);
}
