/**
 * The WebAssembly half of zxing-wasm, from the disk: left alone, the library downloads it from a CDN at run time.
 * Promise: no network, and never a file other than the one the library was published with.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ExitCode, UserError } from "../errors.ts";

export type WasmFile = "zxing_reader.wasm" | "zxing_writer.wasm";

/** The file's bytes, for `overrides: { wasmBinary }`. Throws UserError where they don't have this SHA-256 (hex). */
export function loadWasm(name: WasmFile, sha256: string): ArrayBuffer {
  const file = readFileSync(locate(name));
  if (createHash("sha256").update(file).digest("hex") !== sha256)
    throw new UserError(`"${name}" is damaged, or belongs to another version`, ExitCode.failed, [
      "install twinseed again",
    ]);
  return new Uint8Array(file).buffer;
}

/** In the bundle there is no import.meta.url (see build.mjs); there the file lies in lib/, beside the program. */
function locate(name: WasmFile): string {
  if (import.meta.url === undefined) return join(__dirname, "lib", name);
  return createRequire(import.meta.url).resolve(WASM_IN_PACKAGE[name]);
}

const WASM_IN_PACKAGE = {
  "zxing_reader.wasm": "zxing-wasm/reader/zxing_reader.wasm",
  "zxing_writer.wasm": "zxing-wasm/writer/zxing_writer.wasm",
} as const;
