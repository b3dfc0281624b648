/**
 * The WebAssembly parts of libraries. They are bundled with the program (build.mjs puts their bytes into it); by default, the
 * libraries would download them from a CDN at run time.
 */

export type WasmFile = keyof typeof FILES;

/** Makes an Emscripten program start from an already compiled file, with its own memory each time. */
export interface Wasm {
  instantiateWasm(imports: object, start: (instance: object, module: Module) => void): object;
}

type Module = Awaited<ReturnType<typeof WebAssembly.compile>>;

// Node's types omit it, and the browser types come with everything else in a browser.
declare const WebAssembly: {
  compile(wasm: Uint8Array): Promise<{ readonly [Symbol.toStringTag]: "WebAssembly.Module" }>;
  readonly Instance: new (module: Module, imports: object) => { readonly exports: object };
};

/** Each bundler handles such an import differently; ours returns bytes, which `bytesOf` checks. */
const FILES = {
  "zxing_reader.wasm": (): Promise<{ default: unknown }> => import("zxing-wasm/reader/zxing_reader.wasm"),
  "zxing_writer.wasm": (): Promise<{ default: unknown }> => import("zxing-wasm/writer/zxing_writer.wasm"),
  "mozjpeg_dec.wasm": (): Promise<{ default: unknown }> => import("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"),
  "avif_dec.wasm": (): Promise<{ default: unknown }> => import("@jsquash/avif/codec/dec/avif_dec.wasm"),
  "libheif.wasm": (): Promise<{ default: unknown }> => import("libheif-js/libheif-wasm/libheif.wasm"),
  "webp_dec.wasm": (): Promise<{ default: unknown }> => import("@jsquash/webp/codec/dec/webp_dec.wasm"),
} as const;

const compiled = new Map<WasmFile, Promise<Wasm>>();

/** Compiled once per file and then reused. */
export function wasmOf(name: WasmFile): Promise<Wasm> {
  const wasm = compiled.get(name) ?? bytesOf(name).then(compile);
  compiled.set(name, wasm);
  return wasm;
}

export async function bytesOf(name: WasmFile): Promise<Uint8Array> {
  const { default: bytes } = await FILES[name]();
  if (bytes instanceof Uint8Array) return bytes;
  throw new Error(`${name} was not bundled as bytes`);
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
