/**
 * What is tried on a picture in which zxing by itself found nothing, in this order, until one finds something.
 * What each is worth, and costs, stands in bench/README.md ("Reading pictures").
 */
import type { ReaderOptions, ReadResult } from "zxing-wasm/reader";
import type { Grey } from "./grey.ts";
import { scanWithJsqr } from "./last-reader.ts";
import { gamma } from "./light.ts";
import { resize, rotate } from "./resize.ts";
import { findCodes, scan } from "./scan.ts";
import { scanStraightened } from "./straighten.ts";

export interface Attempt {
  readonly name: string;
  scan(views: Views): Promise<string[]>;
}

/** One picture in the sizes that the attempts share. */
export interface Views {
  readonly usual: Grey;
  /** Twice as large if that is small enough, with a quiet zone, which codes that are cropped too tightly lack. */
  readonly enlarged: Grey;
  /** Codes that zxing sees in it, but can't read. */
  located(): Promise<readonly ReadResult[]>;
}

/** In pixels: what a reader gets through in a moment. */
const LARGEST = 3_000_000;
const USUAL = 1_000_000;
const SMALL = 400_000;

export function viewsOf(grey: Grey): Views {
  const usual = within(grey, USUAL);
  const scale = Math.min(2, scaleTo(grey, LARGEST));
  let located: Promise<readonly ReadResult[]> | undefined;
  return {
    usual,
    enlarged: resize(grey, scale < 1.25 ? 1 : scale, 16), // a little larger is not worth its time
    located: () => (located ??= findCodes(usual.file, { returnErrors: true })),
  };
}

export const ATTEMPTS: readonly Attempt[] = [
  { name: "enlarged", scan: ({ enlarged }) => scan(enlarged, { tryDenoise: true }) },
  { name: "shadows lifted", scan: ({ usual }) => scan(gamma(usual, 0.25)) },
  { name: "highlights darkened", scan: ({ usual }) => scan(gamma(usual, 2.5), { tryDenoise: true }) },
  { name: "global threshold", scan: ({ usual }) => scan(usual, { binarizer: "GlobalHistogram" }) },
  {
    name: "reduced",
    scan: ({ usual }) => scan(resize(usual, 0.5), { tryDenoise: true, downscaleThreshold: 100 }),
  },
  { name: "turned", scan: ({ usual }) => scan(rotate(within(usual, SMALL), 20)) },
  { name: "straightened", scan: async ({ usual, located }) => scanStraightened(usual, await located()) },
  {
    name: "jsqr",
    // Half a second, cold: only where there is something to read.
    scan: async ({ usual, located }) =>
      (await located()).length > 0 ? scanWithJsqr(within(usual, SMALL)) : [],
  },
];

/** On the file itself where we have no pixels of it: GIF and BMP. */
export const FILE_ATTEMPTS: readonly { name: string; options: ReaderOptions }[] = [
  { name: "denoised", options: { tryDenoise: true, downscaleFactor: 2, downscaleThreshold: 100 } },
  { name: "global threshold", options: { binarizer: "GlobalHistogram" } },
];

export function within(grey: Grey, pixels: number): Grey {
  return resize(grey, Math.min(1, scaleTo(grey, pixels)));
}

function scaleTo({ width, height }: Grey, pixels: number): number {
  return Math.sqrt(pixels / (width * height));
}
