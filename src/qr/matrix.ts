/**
 * Encodes a text as the modules of a QR code with zxing-wasm's writer. The writer mixes segment modes, so a base32 key takes 5.5
 * bits per character instead of 8, and the code is often one version smaller than qrcode-terminal's.
 */

import { wasmOf } from "../images/wasm.ts";
import { CAPACITY, isMisread, requireRoom } from "./capacity.ts";

/** Four light modules on each side (ISO/IEC 18004, section 9.1), for pictures. */
const QUIET = 4;

/** Rows of modules, true if dark, without a quiet zone. */
export type Modules = readonly (readonly boolean[])[];

/** Throws UserError if the text is too long. Level M falls back to L for a text that needs the room. */
export async function modulesOf(text: string, level: "L" | "M"): Promise<Modules> {
  requireRoom(text);
  const modules = await writeModules(text, level);
  return isMisread(modules.length) ? writeModules(text, level === "L" ? "M" : "L") : modules;
}

/** For pictures; a drawing in the terminal has its own quiet zone. */
export function withQuietZone(modules: Modules): Modules {
  const side = modules.length + 2 * QUIET;
  return Array.from({ length: side }, (_, row) =>
    Array.from({ length: side }, (_, column) => modules[row - QUIET]?.[column - QUIET] ?? false),
  );
}

async function writeModules(text: string, level: "L" | "M"): Promise<Modules> {
  writer ??= loadWriter();
  const { symbol, error } = await (await writer).writeBarcode(text, {
    format: "QRCode",
    ecLevel: text.length > CAPACITY.M ? "L" : level,
    scale: 1,
  });
  // Without the library's own message, which might quote the text.
  if (error !== "" || symbol.width < 21) throw new Error("the QR writer failed on a text that fits");
  return Array.from({ length: symbol.height }, (_, row) =>
    Array.from(symbol.data.subarray(row * symbol.width, (row + 1) * symbol.width), (gray) => gray === 0),
  );
}

let writer: ReturnType<typeof loadWriter> | undefined;

async function loadWriter() {
  const library = await import("zxing-wasm/writer");
  const overrides = await wasmOf("zxing_writer.wasm");
  await library.prepareZXingModule({ overrides, fireImmediately: true });
  return library;
}
