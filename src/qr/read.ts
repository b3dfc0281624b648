/**
 * Reads the texts of the QR codes in an image. zxing alone reads nearly everything; the rest handles what it can't see:
 * transparency, WebP, HEIC, AVIF, later frames of an animation, and codes that are small, noisy, bent, badly lit or cropped too tightly.
 */
import type { ReadResult } from "zxing-wasm/reader";
import { laterPictures } from "../images/animation.ts";
import { decode } from "../images/decode.ts";
import { BLACK, type Gray, grayOf, hasTransparentPixels, WHITE } from "../images/gray.ts";
import { checkImage, damaged, type ReadableImageHeader } from "../images/image-header.ts";
import { type Samples, samplesOf } from "../images/pixels.ts";
import { isPlausible } from "../images/png-chunks.ts";
import { readPngRows } from "../images/png-rows.ts";
import { ATTEMPTS, type Views, viewsOf, within } from "./attempts.ts";
import { findCodes, hasUnreadCode, scan, unreadCodes, wholeTexts } from "./scan.ts";
import { startZxing, stopZxing } from "./zxing.ts";

/** A 5K screen has 15 million. Above this, decoding takes seconds, and memory that a small machine may not have. */
const MOST_PIXELS_TO_RETRY = 16_000_000;
/** A common screen. The retries are for photographs, whose codes are large, or for small pictures. */
const MOST_PIXELS_TO_KEEP = 1920 * 1200;

/**
 * For a progressive JPEG of 12 million pixels, two decoders take 100 MB each. Above this, the first is unloaded before the second
 * loads.
 */
const MOST_PIXELS_TWICE = 4_000_000;

/** zxing decodes smaller ones as fast as Node's zlib and png-rows.ts do. */
const LEAST_PIXELS_TO_UNPACK = 1_000_000;

export interface Reading {
  /** Different texts, in the order found; [] if there are none. */
  readonly texts: string[];
  /** Next to them, another code was found that can't be read. */
  readonly hasUnread: boolean;
  /** The attempt that found them, for benchmarks and the curious; undefined if none did. */
  readonly pass: string | undefined;
}

/**
 * Returns the different texts found, [] if there are none. Reads PNG, JPEG, GIF, BMP, WebP, HEIC and AVIF, and all frames of an
 * animation.
 * Throws UserError for other files, images beyond the limits, and images that can't be decoded.
 */
export async function readQrCodes(image: Uint8Array): Promise<string[]> {
  return (await readPicture(image)).texts;
}

/** The same, and also returns which attempt found them. */
export async function readPicture(image: Uint8Array): Promise<Reading> {
  const header = checkImage(image);
  try {
    const first = await readChecked(image, header);
    return { ...first, texts: [...new Set([...first.texts, ...(await readLater(image, header))])] };
  } catch (error) {
    await stopZxing();
    // The damage made a decoder access memory outside its own, and WebAssembly stopped it.
    if (error instanceof Error && error.name === "RuntimeError") throw damaged(header.kind);
    throw error;
  }
}

async function readChecked(image: Uint8Array, header: ReadableImageHeader): Promise<Reading> {
  const { kind, transparent } = header;
  await startZxing(kind);
  // A large one that is decoded here need not be decoded again for the retries.
  const rows = kind === "png" && isWorthUnpacking(header) ? readPngRows(image) : undefined;
  if (kind === "png" && typeof rows !== "object" && !isPlausible(image, header)) throw damaged(kind);
  if (kind === "webp" || kind === "heic" || kind === "avif" || transparent)
    return readLayers(image, header, typeof rows === "object" ? rows : undefined);
  if (typeof rows === "object") return readGray(grayOf(rows, WHITE), header);
  const results = await findCodes(image);
  if (results.some(({ error }) => error.startsWith("Failed to load"))) throw damaged(kind);
  const texts = wholeTexts(results);
  if (texts.length > 0) return { texts, pass: "zxing", hasUnread: hasUnreadCode(results) };
  const reading = isSmall(header) ? await retry(await viewsOfFile(image, header, results)) : NOTHING;
  // Decoders return the part of a truncated file that exists, and gray below it.
  if (reading.texts.length === 0 && kind === "jpeg" && !hasEnd(image)) throw damaged(kind);
  return reading;
}

/** Whether a JPEG has its end marker (ITU T.81, table B.1). */
function hasEnd(jpeg: Uint8Array): boolean {
  return Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.length).includes("ffd9", 0, "hex");
}

async function readGray(gray: Gray, header: ReadableImageHeader): Promise<Reading> {
  const results = await findCodes(gray.file);
  const texts = wholeTexts(results);
  if (texts.length > 0) return { texts, pass: "zxing", hasUnread: hasUnreadCode(results) };
  return isSmall(header) ? retry([keep(gray, results)]) : NOTHING;
}

const NOTHING: Reading = { texts: [], pass: undefined, hasUnread: false };

/**
 * Reads only what a person sees on white and on black paper: transparent pixels can contain a code that is invisible to the user.
 */
async function readLayers(
  image: Uint8Array,
  header: ReadableImageHeader,
  rows: Samples | undefined,
): Promise<Reading> {
  const samples = rows ?? (await decode(image, header, "first look"));
  if (!samples) throw damaged(header.kind);
  const all: ReadResult[] = [];
  const texts: string[] = [];
  const kept: Views[] = [];
  for (const layer of layersOf(samples)) {
    const results = await findCodes(layer.file);
    all.push(...results);
    texts.push(...wholeTexts(results));
    kept.push(keep(layer, results));
  }
  if (texts.length > 0) return { texts: [...new Set(texts)], pass: "zxing", hasUnread: hasUnreadCode(all) };
  return isSmall(header) ? retry(kept) : NOTHING;
}

/** On white, and on black where parts are transparent. */
function layersOf(samples: Samples): Gray[] {
  const backgrounds = hasTransparentPixels(samples) ? [WHITE, BLACK] : [WHITE];
  return backgrounds.map((background) => grayOf(samples, background));
}

/** Without retries: a screen that was recorded is sharp. */
async function readLater(image: Uint8Array, header: ReadableImageHeader): Promise<string[]> {
  const texts: string[] = [];
  for await (const pixels of laterPictures(image, header))
    for (const layer of layersOf(samplesOf(pixels))) texts.push(...(await scan(layer)));
  return texts;
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

/** `seen` is what the first scan of the whole picture found. */
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
      if (texts.length > 0) return { texts, pass: name, hasUnread: false };
    }
  return NOTHING;
}
