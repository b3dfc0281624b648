/** The frames of a GIF (GIF89a, section 20), decoded with gifuct-js. */
import type { Frame } from "./animation-frame.ts";

const CLEAR = 2;
const RESTORE = 3;

/** Frames that do not lie within the picture are left out: their size is only claimed. */
export async function* gifFrames(gif: Uint8Array): AsyncGenerator<Frame> {
  const { decompressFrame, parseGIF } = await import("gifuct-js");
  const { frames, gct, lsd } = parseGIF(Uint8Array.from(gif).buffer);
  for (const frame of frames) {
    if (!("image" in frame)) continue;
    const { left, top, width, height } = frame.image.descriptor;
    if (left + width > lsd.width || top + height > lsd.height) continue;
    const { patch, disposalType } = decompressFrame(frame, gct ?? [], true);
    yield {
      left,
      top,
      pixels: { width, height, data: patch },
      covers: false,
      afterwards: disposalType === CLEAR ? "clear" : disposalType === RESTORE ? "restore" : "keep",
    };
  }
}
