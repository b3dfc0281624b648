/**
 * JPEG and WebP to pixels, by the decoders of browsers (mozjpeg, libwebp) as WebAssembly: at 12 MP jpeg-js takes seven
 * times as long, and three times the memory. Their wasm is a part of the program, and the one that we have tested.
 */
import type { Pixels } from "./pixels.ts";
import { type WasmFile, wasmOf } from "./wasm.ts";
import { firstFrame } from "./webp-frames.ts";

/** What the libraries' own types mean; these take a browser's for granted. */
type Factory = (settings: object) => Promise<{
  decode(image: Uint8Array, ...flags: boolean[]): Pixels | null;
}>;

type Library = { default: Factory };

/** Undefined where it can't be decoded. */
export async function decodeJpeg(image: Uint8Array): Promise<Pixels | undefined> {
  const library: Library = await import("@jsquash/jpeg/codec/dec/mozjpeg_dec.js");
  return decode(library, "mozjpeg_dec.wasm", image, false); // as it is stored: zxing reads it turned too
}

/** Undefined where it can't be decoded. Of an animation the first frame. */
export async function decodeWebp(image: Uint8Array): Promise<Pixels | undefined> {
  const still = firstFrame(image);
  if (still === undefined) return undefined;
  const library: Library = await import("@jsquash/webp/codec/dec/webp_dec.js");
  return decode(library, "webp_dec.wasm", still);
}

/** A fresh instance for each image, as its memory keeps the picture before. */
async function decode(
  { default: factory }: Library,
  file: WasmFile,
  image: Uint8Array,
  ...flags: boolean[]
): Promise<Pixels | undefined> {
  // locateFile: in the bundle there is no address that the library could add a file name to. It is never opened.
  // printErr: the decoder's warnings are nothing to a person.
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
