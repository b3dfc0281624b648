/**
 * The WebAssembly halves of libraries, from the disk: left alone, they download them from a CDN at run time.
 * Promise: no network, and never a file other than the one the library was published with.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { versions } from "node:process";
import { setFlagsFromString } from "node:v8";
import { ExitCode, UserError } from "../base/errors.ts";
import { useBulkMemory } from "./bulk-memory.ts";

export type WasmFile = keyof typeof WASM_IN_PACKAGE;

/** What makes an Emscripten program start on a file that is compiled already, each time with a memory of its own. */
export interface Wasm {
  instantiateWasm(imports: object, start: (instance: object, module: Module) => void): object;
}

type Module = Awaited<ReturnType<typeof WebAssembly.compile>>;

// Node's types leave it out, and those of browsers bring all the rest of a browser.
declare const WebAssembly: {
  compile(wasm: Uint8Array): Promise<{ readonly [Symbol.toStringTag]: "WebAssembly.Module" }>;
  readonly Instance: new (module: Module, imports: object) => { readonly exports: object };
};

/** The same one each time, but for what was compiled in haste. Throws UserError where the file does not have this SHA-256 (hex). */
export async function wasmOf(name: WasmFile, sha256: string): Promise<Wasm> {
  // V8 has one machine code for equal files: a section more, and later pictures don't get what was compiled in haste.
  if (isInHaste) return compile(Buffer.concat([loadWasm(name, sha256), EMPTY_SECTION]));
  const wasm = compiled.get(name) ?? compile(loadWasm(name, sha256));
  compiled.set(name, wasm);
  return wasm;
}

const compiled = new Map<WasmFile, Promise<Wasm>>();

/** Custom, of no name and no content (WebAssembly core specification, 5.5.3). */
const EMPTY_SECTION = Uint8Array.of(0, 1, 0);

async function compile(file: Uint8Array): Promise<Wasm> {
  const module = await WebAssembly.compile(file);
  return {
    instantiateWasm(imports, start) {
      const instance = new WebAssembly.Instance(module, imports);
      start(instance, module);
      return instance.exports;
    },
  };
}

/** The file's bytes. Throws UserError where they don't have this SHA-256 (hex). */
function loadWasm(name: WasmFile, sha256: string): Uint8Array {
  const file = readFileSync(locate(name));
  if (createHash("sha256").update(file).digest("hex") !== sha256)
    throw new UserError(`"${name}" is damaged, or belongs to another version`, ExitCode.failed, [
      "install twinseed again",
    ]);
  const wasm = new Uint8Array(file);
  useBulkMemory(wasm);
  return wasm;
}

/**
 * Does `work`, which reads a picture of so many pixels. For the first one of a process V8 leaves out its optimizing compiler,
 * which keeps both cores busy for longer than it saves (a screenshot, cold, on Node 20: 330 -> 190 ms; bench/README.md has
 * the others): not for a large one, and not for those that come after it. Elsewhere than where it was tried (V8 of Node 20
 * to 24) it is left alone, as V8 complains on stderr of a flag that it does not know. A file of the program that is loaded
 * meanwhile can't come from V8's code cache (bin/twinseed.js), which counts for the same flags only.
 */
export async function compiledFor<T>(pixels: number, work: () => Promise<T>): Promise<T> {
  isInHaste = isFirst && pixels <= QUICK_PIXELS && Number.parseInt(versions.v8, 10) <= 13;
  isFirst = false;
  if (!isInHaste) return work();
  setFlagsFromString("--liftoff-only");
  try {
    return await work();
  } finally {
    setFlagsFromString("--no-liftoff-only --wasm-tier-up --wasm-dynamic-tiering");
    isInHaste = false;
  }
}

/** With more of them the optimizing compiler earns its time: twelve million took two thirds of it. */
const QUICK_PIXELS = 4_000_000;

let isFirst = true;
let isInHaste = false;

/** In the bundle there is no import.meta.url (see build.mjs); there the file lies in lib/, beside the program. */
function locate(name: WasmFile): string {
  if (import.meta.url === undefined) return join(__dirname, "lib", name);
  return createRequire(import.meta.url).resolve(WASM_IN_PACKAGE[name]);
}

const WASM_IN_PACKAGE = {
  "zxing_reader.wasm": "zxing-wasm/reader/zxing_reader.wasm",
  "zxing_writer.wasm": "zxing-wasm/writer/zxing_writer.wasm",
  "mozjpeg_dec.wasm": "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm",
  "webp_dec.wasm": "@jsquash/webp/codec/dec/webp_dec.wasm",
} as const;
