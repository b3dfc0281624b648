/**
 * Images to the texts of the QR codes in them. zxing reads nearly everything by itself; what follows it is for
 * what it can't see: transparency, and codes that are small, noisy or cropped too tightly.
 */
import type { QRCode } from "jsqr";
import type { ReaderOptions, ReadResult } from "zxing-wasm/reader";
import { checkImage, damaged } from "./image-header.ts";
import { BLACK, decodePng, flatten, hasTransparentPixels, type Pixels, resize, WHITE } from "./pixels.ts";
import { isBomb } from "./png-chunks.ts";
import { loadWasm } from "./wasm.ts";

/** A 5K screen has 15 million; beyond, decoding in JavaScript and jsqr take many seconds. */
const MOST_PIXELS_TO_RETRY = 16_000_000;

/** Tried in this order where nothing was found, until one finds something. On the file, as we have no pixels of it … */
const FILE_ATTEMPTS: readonly ReaderOptions[] = [
  { tryDenoise: true, downscaleFactor: 2 },
  { binarizer: "GlobalHistogram" },
];

/** … and on the pixels of a PNG. */
const PIXEL_ATTEMPTS: readonly ((pixels: Pixels) => Promise<string[]>)[] = [
  (pixels) => scan(resize(pixels, enlargement(pixels), 16), { tryDenoise: true }),
  scanWithJsqr,
];

/**
 * The different texts found, [] where there are none. Reads PNG, JPEG, GIF and BMP.
 * Throws UserError for other files, images beyond the limits, and images that can't be decoded.
 */
export async function readQrCodes(image: Uint8Array): Promise<string[]> {
  const header = checkImage(image);
  const { kind, transparent } = header;
  if (kind === "png" && isBomb(image, header)) throw damaged(kind);
  await startZxing();
  if (transparent) return readTransparentPng(image);
  const results = await findCodes(image);
  if (results.some(({ error }) => error.startsWith("Failed to load"))) throw damaged(kind);
  const texts = wholeTexts(results);
  if (texts.length > 0) return texts;
  if (kind !== "png") return firstFind(FILE_ATTEMPTS, (options) => scan(image, options));
  const pixels = isSmall(header) ? await decodePng(image) : undefined;
  return pixels ? retry([pixels]) : [];
}

/** As a person sees it on white and on black paper, and only so: clear pixels can hold a code that nobody sees. */
async function readTransparentPng(image: Uint8Array): Promise<string[]> {
  const pixels = await decodePng(image);
  if (!pixels) throw damaged("png");
  const layers = hasTransparentPixels(pixels) ? [flatten(pixels, WHITE), flatten(pixels, BLACK)] : [pixels];
  const texts: string[] = [];
  for (const layer of layers) texts.push(...(await scan(layer)));
  return texts.length > 0 || !isSmall(pixels) ? [...new Set(texts)] : retry(layers);
}

function isSmall({ width, height }: { width: number; height: number }): boolean {
  return width * height <= MOST_PIXELS_TO_RETRY;
}

function retry(layers: readonly Pixels[]): Promise<string[]> {
  return firstFind(PIXEL_ATTEMPTS, (attempt) => firstFind(layers, attempt));
}

async function firstFind<T>(tries: readonly T[], find: (one: T) => Promise<string[]>): Promise<string[]> {
  for (const one of tries) {
    const texts = await find(one);
    if (texts.length > 0) return texts;
  }
  return [];
}

/** Twice the size, but no more pixels than a reader gets through in a moment. */
function enlargement({ width, height }: Pixels): number {
  const megapixels = (width * height) / 1e6;
  return megapixels > 9 ? 0.6 : megapixels > 4 ? 1 : 2;
}

/**
 * A fresh WebAssembly instance for each image: its memory keeps the picture before, and a damaged
 * JPEG leaves that in place where it stops, so that the code of another account could be read from it.
 */
async function startZxing(): Promise<void> {
  const { prepareZXingModule, ZXING_WASM_SHA256 } = await import("zxing-wasm/reader");
  const wasmBinary = loadWasm("zxing_reader.wasm", ZXING_WASM_SHA256);
  await prepareZXingModule({ overrides: { wasmBinary }, equalityFn: () => false, fireImmediately: true });
}

async function scan(input: Uint8Array | Pixels, options?: ReaderOptions): Promise<string[]> {
  return wholeTexts(await findCodes(input, options));
}

/** Of a file zxing decodes PNG, JPEG, GIF and BMP itself, twice as fast as pngjs. */
async function findCodes(input: Uint8Array | Pixels, options?: ReaderOptions): Promise<ReadResult[]> {
  const { readBarcodes } = await import("zxing-wasm/reader");
  return readBarcodes(input, { formats: ["QRCode"], textMode: "Plain", maxNumberOfSymbols: 16, ...options });
}

/** A text spread over several codes ("structured append") counts when every part is there: half a key is no key. */
function wholeTexts(results: readonly ReadResult[]): string[] {
  const codes = results.filter(({ isValid }) => isValid);
  const texts = codes.map((code) => {
    if (code.sequenceSize <= 1) return code.text;
    const parts = codes.filter(({ sequenceId }) => sequenceId === code.sequenceId);
    const inOrder = Array.from({ length: code.sequenceSize }, (_, i) =>
      parts.find(({ sequenceIndex }) => sequenceIndex === i),
    );
    return inOrder.every((part) => part !== undefined) ? inOrder.map((part) => part?.text).join("") : "";
  });
  return [...new Set(texts)].filter((text) => text !== "");
}

/** An independent and slow reader, last: of two codes it sees one, and says nothing about the other. */
async function scanWithJsqr({ data, width, height }: Pixels): Promise<string[]> {
  const { default: jsqr } = await import("jsqr");
  const code = jsqr.default(data, width, height, { inversionAttempts: "attemptBoth" });
  return code?.data && isWhole(code) ? [code.data] : [];
}

/** jsqr leaves out without a word what is not UTF-8: a Latin-1 label, and the whole URI is a bare secret. */
function isWhole({ chunks }: QRCode): boolean {
  return chunks.every((chunk) => !("text" in chunk && chunk.text === ""));
}
