/**
 * Decodes HEIC, which iPhones save, with libheif (compiled to WebAssembly).
 */
import { PICTURE_LIMITS } from "../base/limits.ts";
import type { Pixels } from "./pixels.ts";
import { wasmOf } from "./wasm.ts";

/** The library's own types say `any`. Its HeifDecoder is not used, because it prints what goes wrong to stdout. */
interface Heif {
  heif_context_alloc(): object;
  heif_context_read_from_memory(context: object, image: Uint8Array): { readonly code: unknown };
  heif_js_context_get_primary_image_handle(context: object): Result<object>;
  heif_image_handle_get_width(handle: object): number;
  heif_image_handle_get_height(handle: object): number;
  heif_js_decode_image2(handle: object, space: unknown, chroma: unknown): Result<Decoded>;
  readonly heif_error_code: { readonly heif_error_Ok: unknown };
  readonly heif_colorspace: { readonly heif_colorspace_RGB: unknown };
  readonly heif_chroma: { readonly heif_chroma_interleaved_RGBA: unknown };
}

/** A fault has a code. */
type Result<T> = (T & { readonly code?: undefined }) | { readonly code: unknown } | null;

interface Decoded {
  readonly channels: readonly {
    readonly width: number;
    readonly height: number;
    readonly stride: number;
    readonly data: Uint8Array;
  }[];
}

/** Returns undefined if it can't be decoded. Uses a fresh instance, because an instance's memory keeps the picture. */
export async function decodeHeic(image: Uint8Array): Promise<Pixels | undefined> {
  const { default: factory }: { default: unknown } = await import("libheif-js/libheif-wasm/libheif.js");
  if (!isFactory(factory)) throw new Error("libheif was not bundled as a function");
  const heif = factory({
    ...(await wasmOf("libheif.wasm")),
    locateFile: (name: string) => name,
    print: () => {},
    printErr: () => {},
  });
  const context = heif.heif_context_alloc();
  const { code } = heif.heif_context_read_from_memory(context, image);
  if (code !== heif.heif_error_code.heif_error_Ok) return undefined;
  const handle = heif.heif_js_context_get_primary_image_handle(context);
  if (isFault(handle)) return undefined;
  // The size in the header was only claimed; this is what would be decoded.
  const pixels = heif.heif_image_handle_get_width(handle) * heif.heif_image_handle_get_height(handle);
  if (pixels > PICTURE_LIMITS.pixels) return undefined;
  const { heif_colorspace_RGB: rgb } = heif.heif_colorspace;
  const decoded = heif.heif_js_decode_image2(handle, rgb, heif.heif_chroma.heif_chroma_interleaved_RGBA);
  return isFault(decoded) ? undefined : pixelsOf(decoded);
}

function isFactory(value: unknown): value is (settings: object) => Heif {
  return typeof value === "function";
}

function isFault<T>(result: Result<T>): result is { readonly code: unknown } | null {
  return result === null || result.code !== undefined;
}

/** Rows may be longer than the picture is wide. */
function pixelsOf({ channels: [channel] }: Decoded): Pixels | undefined {
  if (channel === undefined) return undefined;
  const { width, height, stride, data: rows } = channel;
  const data = new Uint8ClampedArray(width * height * 4);
  for (let row = 0; row < height; row++)
    data.set(rows.subarray(row * stride, row * stride + width * 4), row * width * 4);
  return { width, height, data };
}
