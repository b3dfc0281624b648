/**
 * Images to the texts of the QR codes in them. zxing reads nearly everything by itself; what follows it is for
 * what it can't see: transparency, WebP, and codes that are small, noisy, bent, badly lit or cropped too tightly.
 */
import type { ReadResult } from "zxing-wasm/reader";
import { decode } from "../images/decode.ts";
import { BLACK, type Gray, grayOf, hasTransparentPixels, WHITE } from "../images/gray.ts";
import { checkImage, damaged, type ReadableImageHeader } from "../images/image-header.ts";
import type { Samples } from "../images/pixels.ts";
import { isPlausible } from "../images/png-chunks.ts";
import { readPngRows } from "../images/png-rows.ts";
import { ATTEMPTS, type Views, viewsOf, within } from "./attempts.ts";
import { findCodes, unreadCodes, wholeTexts } from "./scan.ts";
import { startZxing, stopZxing } from "./zxing.ts";

/** A 5K screen has 15 million; beyond, unpacking takes seconds, and memory that a small machine may not have. */
const MOST_PIXELS_TO_RETRY = 16_000_000;
/** A usual screen. The retries are for photographs, whose codes are large, or for small pictures. */
const MOST_PIXELS_TO_KEEP = 1920 * 1200;

/** A progressive JPEG of 12 million takes two decoders 100 MB each: above, the first goes before the second comes. */
const MOST_PIXELS_TWICE = 4_000_000;

/** zxing unpacks smaller ones as fast as Node's zlib and our rows do. */
const LEAST_PIXELS_TO_UNPACK = 1_000_000;

export interface Reading {
  /** Different texts, in the order found; [] where there are none. */
  readonly texts: string[];
  /** Which attempt found them, for figures and for the curious; undefined where none did. */
  readonly pass: string | undefined;
}

/**
 * The different texts found, [] where there are none. Reads PNG, JPEG, GIF, BMP and WebP.
 * Throws UserError for other files, images beyond the limits, and images that can't be decoded.
 */
export async function readQrCodes(image: Uint8Array): Promise<string[]> {
  return (await readPicture(image)).texts;
}

/** Likewise, and says how. */
export async function readPicture(image: Uint8Array): Promise<Reading> {
  const header = checkImage(image);
  try {
    return await readChecked(image, header);
  } catch (error) {
    await stopZxing();
    // A decoder that damage led out of its memory: WebAssembly stops it there.
    if (error instanceof Error && error.name === "RuntimeError") throw damaged(header.kind);
    throw error;
  }
}

async function readChecked(image: Uint8Array, header: ReadableImageHeader): Promise<Reading> {
  const { kind, transparent } = header;
  await startZxing(kind);
  // Unpacked here, a large one need not be unpacked again for the retries.
  const rows = kind === "png" && isWorthUnpacking(header) ? readPngRows(image) : undefined;
  if (kind === "png" && typeof rows !== "object" && !isPlausible(image, header)) throw damaged(kind);
  if (kind === "webp" || transparent)
    return readLayers(image, header, typeof rows === "object" ? rows : undefined);
  if (typeof rows === "object") return readGray(grayOf(rows, WHITE), header);
  const results = await findCodes(image);
  if (results.some(({ error }) => error.startsWith("Failed to load"))) throw damaged(kind);
  const texts = wholeTexts(results);
  if (texts.length > 0) return { texts, pass: "zxing" };
  const reading = isSmall(header) ? await retry(await viewsOfFile(image, header, results)) : NOTHING;
  // Decoders show what there is of it, and gray below.
  if (reading.texts.length === 0 && kind === "jpeg" && !hasEnd(image)) throw damaged(kind);
  return reading;
}

/** Of a JPEG: its last marker (ITU T.81, table B.1). */
function hasEnd(jpeg: Uint8Array): boolean {
  return Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.length).includes("ffd9", 0, "hex");
}

async function readGray(gray: Gray, header: ReadableImageHeader): Promise<Reading> {
  const results = await findCodes(gray.file);
  const texts = wholeTexts(results);
  if (texts.length > 0) return { texts, pass: "zxing" };
  return isSmall(header) ? retry([keep(gray, results)]) : NOTHING;
}

const NOTHING: Reading = { texts: [], pass: undefined };

/** As a person sees it on white and on black paper, and only so: clear pixels can hold a code that nobody sees. */
async function readLayers(
  image: Uint8Array,
  header: ReadableImageHeader,
  rows: Samples | undefined,
): Promise<Reading> {
  const samples = rows ?? (await decode(image, header, "first look"));
  if (!samples) throw damaged(header.kind);
  const backgrounds = hasTransparentPixels(samples) ? [WHITE, BLACK] : [WHITE];
  const texts: string[] = [];
  const kept: Views[] = [];
  for (const background of backgrounds) {
    const layer = grayOf(samples, background);
    const results = await findCodes(layer.file);
    texts.push(...wholeTexts(results));
    kept.push(keep(layer, results));
  }
  if (texts.length > 0) return { texts: [...new Set(texts)], pass: "zxing" };
  return isSmall(header) ? retry(kept) : NOTHING;
}

async function viewsOfFile(
  image: Uint8Array,
  header: ReadableImageHeader,
  seen: readonly ReadResult[],
): Promise<Views[]> {
  const pixels = header.width * header.height;
  const isLarge = pixels > MOST_PIXELS_TWICE;
  if (isLarge) await stopZxing();
  const samples = await decode(image, header, "retry");
  const views = samples ? [keep(grayOf(samples, WHITE), seen)] : [];
  if (isLarge) await startZxing(header.kind);
  return views;
}

/** `seen` is what the first look at the whole picture has seen. */
function keep(gray: Gray, seen: readonly ReadResult[]): Views {
  const whole = within(gray, MOST_PIXELS_TO_KEEP);
  return viewsOf(whole, unreadCodes(seen, whole.width / gray.width));
}

function isSmall({ width, height }: { width: number; height: number }): boolean {
  return width * height <= MOST_PIXELS_TO_RETRY;
}

function isWorthUnpacking({ width, height }: ReadableImageHeader): boolean {
  return width * height >= LEAST_PIXELS_TO_UNPACK;
}

async function retry(pictures: readonly Views[]): Promise<Reading> {
  for (const { name, scan } of ATTEMPTS)
    for (const views of pictures) {
      const texts = await scan(views);
      if (texts.length > 0) return { texts, pass: name };
    }
  return NOTHING;
}
