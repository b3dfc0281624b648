/** zxing's WebAssembly instance, shared by all scans and kept from one picture to the next. */
import type { ReadableKind } from "../images/image-header.ts";
import { wasmOf } from "../images/wasm.ts";

/**
 * For these kinds, zxing leaves the missing parts of a damaged file as they are in its memory, which still has the previous
 * picture: the code of another account could be read from it. So they get a fresh memory. A PNG is either complete or refused;
 * WebP and the retries' pictures reach zxing as pixels.
 */
const LEAVES_GAPS: ReadonlySet<ReadableKind> = new Set(["jpeg", "gif", "bmp"]);

/** Prepares zxing for a picture of this kind. */
export async function startZxing(kind: ReadableKind): Promise<void> {
  const { prepareZXingModule } = await import("zxing-wasm/reader");
  const overrides = await wasmOf("zxing_reader.wasm");
  const equalityFn = LEAVES_GAPS.has(kind) ? () => false : Object.is; // whether the existing instance can be reused
  await prepareZXingModule({ overrides, equalityFn, fireImmediately: true });
}

/** Frees its memory, which is as large as the largest picture needed. */
export async function stopZxing(): Promise<void> {
  const { purgeZXingModule } = await import("zxing-wasm/reader");
  purgeZXingModule();
}
