/** Scans with jsqr, which shares no code with zxing. It is slow, and if there are two codes it silently finds only one. */
import type { QRCode } from "jsqr";
import type { Gray } from "../images/gray.ts";

export async function scanWithJsqr({ data: gray, width, height }: Gray): Promise<string[]> {
  const { default: jsqr } = await import("jsqr");
  const pixels = Uint32Array.from(gray, (light) => 0xff000000 + 0x010101 * light);
  const data = new Uint8ClampedArray(pixels.buffer);
  // zxing has already tried the inverse often enough.
  const code = jsqr.default(data, width, height, { inversionAttempts: "dontInvert" });
  return code?.data && isWhole(code) ? [code.data] : [];
}

/** jsqr silently drops segments that are not UTF-8: with a Latin-1 label, only the bare secret would remain of the URI. */
function isWhole({ chunks }: QRCode): boolean {
  return chunks.every((chunk) => !("text" in chunk && chunk.text === ""));
}
