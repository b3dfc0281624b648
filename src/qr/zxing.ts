/** zxing's WebAssembly, which all that scan share, from one picture to the next. */
import type { ReadableKind } from "../images/image-header.ts";
import { wasmOf } from "../images/wasm.ts";

/**
 * The kinds that zxing unpacks so that what a damaged file leaves out is what its memory holds, and that is the picture
 * before: the code of another account could be read from it. They get a fresh memory. PNG is whole or refused; WebP and
 * what the retries look at reach zxing as pixels.
 */
const LEAVES_GAPS: ReadonlySet<ReadableKind> = new Set(["jpeg", "gif", "bmp"]);

/** Ready for a picture of this kind. */
export async function startZxing(kind: ReadableKind): Promise<void> {
  const { prepareZXingModule } = await import("zxing-wasm/reader");
  const overrides = await wasmOf("zxing_reader.wasm");
  const equalityFn = LEAVES_GAPS.has(kind) ? () => false : Object.is; // whether the instance that is there serves
  await prepareZXingModule({ overrides, equalityFn, fireImmediately: true });
}

/** Lets go of its memory, which is as large as the largest picture needed. */
export async function stopZxing(): Promise<void> {
  const { purgeZXingModule } = await import("zxing-wasm/reader");
  purgeZXingModule();
}
