/** Decodes image files for the attempts that work on pixels. The decoders are loaded only when needed. */
import type { ReadableKind } from "./image-header.ts";
import { decodePng, type Pixels, type Samples, samplesOf } from "./pixels.ts";
import { readPngRows } from "./png-rows.ts";

/** Above this, decoders in JavaScript take over a second, and pngjs needs ten bytes a pixel: too much for a mere retry. */
const MOST_PIXELS_IN_JAVASCRIPT = 5_000_000;

/**
 * Returns undefined if the file can't be decoded, or if decoding would take too long for a `retry`. A picture that nothing has
 * scanned yet is worth the time.
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
  if (kind === "heic") return rgba(await (await import("./heic.ts")).decodeHeic(image));
  if (kind === "jpeg" || kind === "webp" || kind === "avif") {
    const { decodeAvif, decodeJpeg, decodeWebp } = await import("./squoosh.ts");
    if (kind === "avif") return rgba(await decodeAvif(image));
    if (kind === "webp") {
      const { firstFrame } = await import("./webp-frames.ts");
      const still = firstFrame(image);
      return still && rgba(await decodeWebp(still));
    }
    const samples = rgba(await decodeJpeg(image));
    return samples && { ...samples, opaque: true };
  }
  if (purpose === "retry" && width * height > MOST_PIXELS_IN_JAVASCRIPT) return undefined;
  if (kind === "png") return rgba(await decodePng(image));
  return undefined; // GIF and BMP: zxing has decoded them already, and cameras don't produce them
}

function rgba(pixels: Pixels | undefined): Samples | undefined {
  return pixels && samplesOf(pixels);
}
