/**
 * For codes that zxing finds but can't read, mostly because they are bent or folded. Each is laid flat and upright by its
 * corners, then bent a little in every direction until error correction can handle the remaining distortion.
 */
import type { Position, ReaderOptions } from "zxing-wasm/reader";
import type { Gray } from "../images/gray.ts";
import { type Mapping, warp } from "../images/resize.ts";
import { scan } from "./scan.ts";

const SIDE = 480;
/** The margin around the code, as a share of its side: a code that is bent outward must still be inside, with its quiet zone. */
const MARGIN = 0.18;
/** Patterns that look like a code only by chance come by the dozen and are small. */
const MOST_CODES = 2;
const LEAST_AREA = 400;
/** Turns off what a code that was laid out by its corners can't need. */
const UPRIGHT: ReaderOptions = { tryInvert: false, tryRotate: false, tryDownscale: false };
/** As shares of half a side. */
const BENDS = [0.03, -0.03, 0.05, -0.05];

/** Maps a point of the flat code (-1 to 1) to where to look for it. */
type Bend = (x: number, y: number, by: number) => readonly [number, number];

const KINDS: readonly Bend[] = [
  (x, y, by) => [x, y + by * x * x], // rows sag
  (x, y, by) => [x, y + by * (y * y - 1)], // rows drift apart
  (x, y, by) => [x * (1 + by * y), y], // the code narrows toward the bottom
  (x, y, by) => [x + by * y * y, y],
  (x, y, by) => [x + by * (x * x - 1), y],
  (x, y, by) => [x, y * (1 + by * x)],
];

/** `unread` has the positions of the codes in this picture. */
export async function scanStraightened(gray: Gray, unread: readonly Position[]): Promise<string[]> {
  const positions = largest(unread, MOST_CODES);
  for (const position of positions) {
    const flat = await scan(layOut(gray, position, unbent, 0));
    if (flat.length > 0) return flat;
  }
  for (const position of positions.slice(0, 1))
    for (const by of BENDS)
      for (const bend of KINDS) {
        const texts = await scan(layOut(gray, position, bend, by), UPRIGHT);
        if (texts.length > 0) return texts;
      }
  return [];
}

/** Only the largest of these codes, flat and upright. */
export function cutOut(gray: Gray, unread: readonly Position[]): Gray | undefined {
  const [position] = largest(unread, 1);
  return position && layOut(gray, position, unbent, 0);
}

const unbent: Bend = (x, y) => [x, y];

function largest(unread: readonly Position[], most: number): Position[] {
  return unread
    .filter((position) => areaOf(position) >= LEAST_AREA)
    .sort((one, other) => areaOf(other) - areaOf(one))
    .slice(0, most);
}

/** The area of the quadrilateral, computed from its diagonals. */
function areaOf({ topLeft, topRight, bottomRight, bottomLeft }: Position): number {
  const across = (bottomRight.x - topLeft.x) * (bottomLeft.y - topRight.y);
  return Math.abs(across - (bottomRight.y - topLeft.y) * (bottomLeft.x - topRight.x)) / 2;
}

function layOut(gray: Gray, position: Position, bend: Bend, by: number): Gray {
  const toPicture = perspective(position);
  return warp(gray, SIDE, SIDE, (column, row, point) => {
    const x = (2 * column) / SIDE - 1;
    const y = (2 * row) / SIDE - 1;
    const [bentX, bentY] = bend(x * (1 + 2 * MARGIN), y * (1 + 2 * MARGIN), by);
    toPicture((bentX + 1) / 2, (bentY + 1) / 2, point);
  });
}

/** From the unit square to a quadrilateral (Heckbert, "Fundamentals of Texture Mapping", 1989, 2.2.2). */
function perspective({ topLeft: a, topRight: b, bottomRight: c, bottomLeft: d }: Position): Mapping {
  const right = { x: b.x - c.x, y: b.y - c.y };
  const bottom = { x: d.x - c.x, y: d.y - c.y };
  const sum = { x: a.x - b.x + c.x - d.x, y: a.y - b.y + c.y - d.y };
  const area = right.x * bottom.y - bottom.x * right.y;
  const g = (sum.x * bottom.y - bottom.x * sum.y) / area;
  const h = (right.x * sum.y - sum.x * right.y) / area;
  return (u, v, point) => {
    const depth = g * u + h * v + 1;
    point.x = ((b.x - a.x + g * b.x) * u + (d.x - a.x + h * d.x) * v + a.x) / depth;
    point.y = ((b.y - a.y + g * b.y) * u + (d.y - a.y + h * d.y) * v + a.y) / depth;
  };
}
