/** Unpacks image files, for all that is tried on their pixels. The decoders load when they are needed. */
import type { ReadableKind } from "./image-header.ts";
import { decodePng, type Samples } from "./pixels.ts";
import { readPngRows } from "./png-rows.ts";

/** Decoders in JavaScript take a second, and pngjs ten bytes a pixel, for a picture of this size: too much for a mere retry. */
const MOST_PIXELS_IN_JAVASCRIPT = 5_000_000;

/**
 * Undefined where the file can't be decoded. For a `retry` also where it would take too long; what has never been looked
 * at is worth the time.
 */
export async function decode(
  image: Uint8Array,
  { kind, width, height }: { kind: ReadableKind; width: number; height: number },
  purpose: "first look" | "retry",
): Promise<Samples | undefined> {
  if (kind === "png") {
    const samples = readPngRows(image);
    if (samples !== "unusual") return samples;
  }
  if (kind === "jpeg" || kind === "webp") {
    const { decodeJpeg, decodeWebp } = await import("./squoosh.ts");
    if (kind === "webp") return rgba(await decodeWebp(image));
    const samples = rgba(await decodeJpeg(image));
    return samples && { ...samples, opaque: true };
  }
  if (purpose === "retry" && width * height > MOST_PIXELS_IN_JAVASCRIPT) return undefined;
  if (kind === "png") return rgba(await decodePng(image));
  return undefined; // GIF and BMP: zxing has unpacked them, and nobody photographs a screen as one
}

function rgba(
  pixels: { width: number; height: number; data: Uint8ClampedArray } | undefined,
): Samples | undefined {
  if (pixels === undefined) return undefined;
  return { ...pixels, channels: 4, start: 0, stride: 4 * pixels.width };
}
