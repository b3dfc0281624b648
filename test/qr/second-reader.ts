import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import type { Pixels } from "../../src/images/pixels.ts";
import { wasmOf } from "../../src/images/wasm.ts";

prepareZXingModule({ overrides: await wasmOf("zxing_reader.wasm") });

/** The texts that zxing finds in pixels or in a picture file: the program itself reads back with jsqr. */
export async function readByZxing(picture: Pixels | Uint8Array): Promise<string[]> {
  const input = picture instanceof Uint8Array ? picture : { ...picture, colorSpace: "srgb" as const };
  const found = await readBarcodes(input, { formats: ["QRCode"], tryInvert: false });
  return found.filter((code) => code.isValid).map((code) => code.text);
}
