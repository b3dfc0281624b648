/**
 * What is tried on a picture in which zxing by itself found nothing, in this order, until one finds something.
 * What each is worth, and costs, stands in bench/README.md ("Reading pictures").
 */
import type { Position } from "zxing-wasm/reader";
import type { Gray } from "../images/gray.ts";
import { gamma, sharpen } from "../images/light.ts";
import { resize, rotate } from "../images/resize.ts";
import { scanWithJsqr } from "./last-reader.ts";
import { findCodes, scan, unreadCodes, wholeTexts } from "./scan.ts";
import { cutOut, scanStraightened } from "./straighten.ts";

export interface Attempt {
  readonly name: string;
  scan(views: Views): Promise<string[]>;
}

/** One picture in the sizes that the attempts share. */
export interface Views {
  readonly whole: Gray;
  readonly usual: Gray;
  /** Where codes are in `whole` that zxing can't read: whatever has seen them so far. */
  readonly unread: Position[];
}

/** In pixels: what a reader gets through in a moment. */
const ENLARGED = 1_500_000;
const USUAL = 800_000;
/** What is blurred has no more to show. */
const BLURRED = 500_000;
const SMALL = 250_000;

/** Around what is scanned, in pixels: codes that are cropped too tightly lack it. */
const QUIET_ZONE = 16;

/** `unread` is what the first look has seen in `whole`. */
export function viewsOf(whole: Gray, unread: readonly Position[]): Views {
  return { whole, usual: within(whole, USUAL), unread: [...unread] };
}

export const ATTEMPTS: readonly Attempt[] = [
  { name: "highlights darkened", scan: (views) => look(views, gamma(views.usual, 2.5)) },
  { name: "shadows lifted", scan: (views) => look(views, gamma(views.usual, 0.25)) },
  { name: "enlarged", scan: ({ whole }) => scanEnlarged(whole) },
  {
    name: "reduced",
    scan: ({ usual }) => scan(resize(usual, 0.5), { tryDenoise: true, downscaleThreshold: 100 }),
  },
  { name: "sharpened", scan: (views) => look(views, sharpen(within(views.usual, BLURRED))) },
  { name: "turned", scan: ({ usual }) => scan(rotate(within(usual, SMALL), 20)) },
  // The last two are slow: only where there is something to read.
  { name: "straightened", scan: ({ whole, unread }) => scanStraightened(whole, unread) },
  {
    name: "jsqr",
    scan: async ({ whole, unread }) => {
      const code = cutOut(whole, unread);
      return code === undefined ? [] : scanWithJsqr(code);
    },
  },
];

/** At the whole picture in another light or size; what this sees but can't read, later attempts look at. */
async function look({ whole, unread }: Views, gray: Gray): Promise<string[]> {
  const results = await findCodes(gray.file);
  unread.push(...unreadCodes(results, whole.width / gray.width));
  return wholeTexts(results);
}

/** At most to twice its size; a little larger is not worth its time. */
async function scanEnlarged(whole: Gray): Promise<string[]> {
  const scale = Math.min(2, scaleTo(whole, ENLARGED));
  return scale < 1.25 ? [] : scan(resize(whole, scale, QUIET_ZONE));
}

export function within(gray: Gray, pixels: number): Gray {
  return resize(gray, Math.min(1, scaleTo(gray, pixels)));
}

function scaleTo({ width, height }: Gray, pixels: number): number {
  return Math.sqrt(pixels / (width * height));
}
