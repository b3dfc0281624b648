/** Scans a picture with zxing, and decides which of its results count. Call `startZxing` first. */
import type { Position, ReaderOptions, ReadResult } from "zxing-wasm/reader";
import type { Gray } from "../images/gray.ts";

/** Without the small kinds (Micro QR, rMQR): no service shows them, and with so few modules noise can look like a code. */
const READ: ReaderOptions = {
  formats: ["QRCodeModel1", "QRCodeModel2"],
  textMode: "Plain",
  maxNumberOfSymbols: 255,
  returnErrors: true,
};

/**
 * Finds the codes in a file: zxing decodes PNG, JPEG, GIF, BMP and PGM itself. Codes that it finds but can't read have an error.
 */
export async function findCodes(image: Uint8Array, options?: ReaderOptions): Promise<ReadResult[]> {
  const { readBarcodes } = await import("zxing-wasm/reader");
  return readBarcodes(image, { ...READ, ...options });
}

export async function scan({ file }: Gray, options?: ReaderOptions): Promise<string[]> {
  return wholeTexts(await findCodes(file, options));
}

/** The positions of codes whose modules were found but could not be decoded, in a picture `scale` times as large. */
export function unreadCodes(results: readonly ReadResult[], scale: number): Position[] {
  const at = ({ x, y }: { x: number; y: number }) => ({ x: x * scale, y: y * scale });
  return results
    .filter(({ isValid, error }) => !isValid && error.startsWith("ChecksumError"))
    .map(({ position: { topLeft, topRight, bottomRight, bottomLeft } }) => ({
      topLeft: at(topLeft),
      topRight: at(topRight),
      bottomRight: at(bottomRight),
      bottomLeft: at(bottomLeft),
    }));
}

/** Whether a code can't be read, and is not a second look at one that can. */
export function hasUnreadCode(results: readonly ReadResult[]): boolean {
  const read = results.filter(({ isValid }) => isValid).map(({ position }) => position);
  return unreadCodes(results, 1).some((unread) => !read.some((one) => isOver(one, unread)));
}

function isOver(one: Position, other: Position): boolean {
  const corners = [one.topLeft, one.topRight, one.bottomRight, one.bottomLeft];
  const within = (axis: "x" | "y") => {
    const values = corners.map((corner) => corner[axis]);
    const middle = (other.topLeft[axis] + other.bottomRight[axis]) / 2;
    return middle > Math.min(...values) && middle < Math.max(...values);
  };
  return within("x") && within("y");
}

/** A text spread over several codes ("structured append") counts only if every part is there: half a key is useless. */
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
