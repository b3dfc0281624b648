/**
 * The WebAssembly halves of libraries. They are a part of the program (build.mjs puts their bytes into it): left alone, the
 * libraries download them from a CDN at run time.
 */

export type WasmFile = keyof typeof FILES;

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

/** What a bundler makes of such an import is its own affair: bytes here, as `bytesOf` makes sure. */
const FILES = {
  "zxing_reader.wasm": (): Promise<{ default: unknown }> => import("zxing-wasm/reader/zxing_reader.wasm"),
  "zxing_writer.wasm": (): Promise<{ default: unknown }> => import("zxing-wasm/writer/zxing_writer.wasm"),
  "mozjpeg_dec.wasm": (): Promise<{ default: unknown }> => import("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"),
  "webp_dec.wasm": (): Promise<{ default: unknown }> => import("@jsquash/webp/codec/dec/webp_dec.wasm"),
} as const;

const compiled = new Map<WasmFile, Promise<Wasm>>();

/** The same one each time. */
export function wasmOf(name: WasmFile): Promise<Wasm> {
  const wasm = compiled.get(name) ?? bytesOf(name).then(compile);
  compiled.set(name, wasm);
  return wasm;
}

export async function bytesOf(name: WasmFile): Promise<Uint8Array> {
  const { default: bytes } = await FILES[name]();
  if (bytes instanceof Uint8Array) return bytes;
  throw new Error(`${name} was bundled as something else than its bytes`);
}

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
