/** zxing on a picture, and what counts as a text that it found. `readQrCodes` has made its WebAssembly ready. */
import type { ReaderOptions, ReadResult } from "zxing-wasm/reader";
import type { Grey } from "./grey.ts";

/** Of a file: zxing decodes PNG, JPEG, GIF, BMP and PGM itself. With `returnErrors` also codes that it can't read. */
export async function findCodes(image: Uint8Array, options?: ReaderOptions): Promise<ReadResult[]> {
  const { readBarcodes } = await import("zxing-wasm/reader");
  return readBarcodes(image, { formats: ["QRCode"], textMode: "Plain", maxNumberOfSymbols: 16, ...options });
}

export async function scan({ file }: Grey, options?: ReaderOptions): Promise<string[]> {
  return wholeTexts(await findCodes(file, options));
}

/** A text spread over several codes ("structured append") counts when every part is there: half a key is no key. */
export function wholeTexts(results: readonly ReadResult[]): string[] {
  const codes = results.filter(({ isValid }) => isValid);
  const texts = codes.map((code) => {
    if (code.sequenceSize <= 1) return code.text;
    const parts = codes.filter(({ sequenceId }) => sequenceId === code.sequenceId);
    const inOrder = Array.from({ length: code.sequenceSize }, (_, i) =>
      parts.find(({ sequenceIndex }) => sequenceIndex === i),
    );
    return inOrder.every((part) => part !== undefined) ? inOrder.map((part) => part?.text).join("") : "";
  });
  return [...new Set(texts)].filter((text) => text !== "");
}
