/** jsqr, which shares no code with zxing: slow, and of two codes it sees one and says nothing about the other. */
import type { QRCode } from "jsqr";
import type { Gray } from "../images/gray.ts";

export async function scanWithJsqr({ data: gray, width, height }: Gray): Promise<string[]> {
  const { default: jsqr } = await import("jsqr");
  const pixels = Uint32Array.from(gray, (light) => 0xff000000 + 0x010101 * light);
  const data = new Uint8ClampedArray(pixels.buffer);
  // zxing has looked at the inverse often enough.
  const code = jsqr.default(data, width, height, { inversionAttempts: "dontInvert" });
  return code?.data && isWhole(code) ? [code.data] : [];
}

/** jsqr leaves out without a word what is not UTF-8: a Latin-1 label, and the whole URI is a bare secret. */
function isWhole({ chunks }: QRCode): boolean {
  return chunks.every((chunk) => !("text" in chunk && chunk.text === ""));
}
