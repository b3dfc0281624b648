/**
 * The attempts for a picture in which plain zxing found nothing, tried in this order until one finds something. Their benefits
 * and costs are in bench/README.md ("Reading pictures").
 */
import type { Position } from "zxing-wasm/reader";
import type { Gray } from "../images/gray.ts";
import { gamma, sharpen } from "../images/light.ts";
import { resize, rotate } from "../images/resize.ts";
import { findCodes, scan, unreadCodes, wholeTexts } from "./scan.ts";
import { scanWithJsqr } from "./scan-with-jsqr.ts";
import { cutOut, scanStraightened } from "./straighten.ts";

export interface Attempt {
  readonly name: string;
  scan(views: Views): Promise<string[]>;
}

/** One picture in the sizes that the attempts share. */
export interface Views {
  readonly whole: Gray;
  readonly medium: Gray;
  /** The positions in `whole` of codes that zxing can't read, from all attempts so far. */
  readonly unread: Position[];
}

/** In pixels, so that a reader needs only a moment. */
const ENLARGED = 1_500_000;
const MEDIUM = 800_000;
/** A blurred picture has no more detail than that. */
const BLURRED = 500_000;
const SMALL = 250_000;

/** White space added around the picture, in pixels: codes that are cropped too tightly lack it. */
const QUIET_ZONE = 16;

/** `unread` has the codes that the first scan found in `whole` but could not read. */
export function viewsOf(whole: Gray, unread: readonly Position[]): Views {
  return { whole, medium: within(whole, MEDIUM), unread: [...unread] };
}

export const ATTEMPTS: readonly Attempt[] = [
  { name: "highlights darkened", scan: (views) => scanNotingUnread(views, gamma(views.medium, 2.5)) },
  { name: "shadows lifted", scan: (views) => scanNotingUnread(views, gamma(views.medium, 0.25)) },
  { name: "enlarged", scan: ({ whole }) => scanEnlarged(whole) },
  {
    name: "reduced",
    scan: ({ medium }) => scan(resize(medium, 0.5), { tryDenoise: true, downscaleThreshold: 100 }),
  },
  { name: "sharpened", scan: (views) => scanNotingUnread(views, sharpen(within(views.medium, BLURRED))) },
  { name: "turned", scan: ({ medium }) => scan(rotate(within(medium, SMALL), 20)) },
  // The last two are slow, so they only try codes that were found but not read.
  { name: "straightened", scan: ({ whole, unread }) => scanStraightened(whole, unread) },
  {
    name: "jsqr",
    scan: async ({ whole, unread }) => {
      const code = cutOut(whole, unread);
      return code === undefined ? [] : scanWithJsqr(code);
    },
  },
];

/** Scans the whole picture with adjusted light or size, and notes for later attempts the codes that were found but not read. */
async function scanNotingUnread({ whole, unread }: Views, gray: Gray): Promise<string[]> {
  const results = await findCodes(gray.file);
  unread.push(...unreadCodes(results, whole.width / gray.width));
  return wholeTexts(results);
}

/** Enlarges to at most twice the size. A small enlargement is not worth the time. */
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
