/**
 * Decodes JPEG, WebP and AVIF with the decoders that browsers use (mozjpeg, libwebp, libavif with libaom), compiled to WebAssembly. At 12 MP, jpeg-js takes
 * seven times as long and three times the memory. The wasm files are bundled with the program, in the version that we have
 * tested.
 */
import type { Pixels } from "./pixels.ts";
import { type WasmFile, wasmOf } from "./wasm.ts";

/** Replaces the libraries' own types, which assume a browser's. */
type Factory = (settings: object) => Promise<{
  decode(image: Uint8Array, ...flags: (boolean | number)[]): Pixels | null;
}>;

type Library = { default: Factory };

/** Returns undefined if it can't be decoded. */
export async function decodeJpeg(image: Uint8Array): Promise<Pixels | undefined> {
  const library: Library = await import("@jsquash/jpeg/codec/dec/mozjpeg_dec.js");
  return decode(library, "mozjpeg_dec.wasm", image, false); // not rotated: zxing reads codes in any orientation
}

/** Returns undefined if it can't be decoded, as an animation can't (webp-frames.ts). */
export async function decodeWebp(image: Uint8Array): Promise<Pixels | undefined> {
  const library: Library = await import("@jsquash/webp/codec/dec/webp_dec.js");
  return decode(library, "webp_dec.wasm", image);
}

/** Returns undefined if it can't be decoded. Decodes the first picture of a sequence. */
export async function decodeAvif(image: Uint8Array): Promise<Pixels | undefined> {
  const library: Library = await import("@jsquash/avif/codec/dec/avif_dec.js");
  return decode(library, "avif_dec.wasm", image, 8);
}

/** Uses a fresh instance for each image, because an instance's memory keeps the previous picture. */
async function decode(
  { default: factory }: Library,
  file: WasmFile,
  image: Uint8Array,
  ...flags: (boolean | number)[]
): Promise<Pixels | undefined> {
  // locateFile: in the bundle, the library has no base URL to append the file name to. The file is never opened anyway.
  // printErr: the decoder's warnings mean nothing to the user.
  const settings = {
    ...(await wasmOf(file)),
    locateFile: (name: string) => name,
    printErr: () => {},
    noInitialRun: true,
  };
  const codec = await factory(settings);
  try {
    const pixels = codec.decode(image, ...flags);
    return pixels === null || pixels.data.length !== pixels.width * pixels.height * 4 ? undefined : pixels;
  } catch {
    return undefined;
  }
}
