/** A QR code as an SVG file: one path on white, one unit per module, without fonts, styles or scripts. */

import type { Pixels } from "../images/pixels.ts";
import { type Modules, withQuietZone } from "./matrix.ts";
import { pixelsOfModules } from "./rendered.ts";

const SIZE_ON_SCREEN = 400;

/** The dark modules as path data, in a square of `side` units including the quiet zone. */
export interface QrPath {
  readonly side: number;
  readonly path: string;
}

export function pathOf(modules: Modules): QrPath {
  const rows = withQuietZone(modules);
  const path = rows.flatMap((row, y) =>
    runsOf(row).map(({ x, length }) => `M${x} ${y}h${length}v1h-${length}z`),
  );
  return { side: rows.length, path: path.join("") };
}

export function formatSvg(modules: Modules): string {
  const { side, path } = pathOf(modules);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE_ON_SCREEN}" height="${SIZE_ON_SCREEN}" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">`,
    `<path fill="#fff" d="M0 0h${side}v${side}h-${side}z"/>`,
    `<path fill="#000" d="${path}"/>`,
    "</svg>\n",
  ].join("\n");
}

/** The dark modules of a row, run by run. */
function runsOf(row: readonly boolean[]): { x: number; length: number }[] {
  const line = row.map((dark) => (dark ? "#" : " ")).join("");
  return Array.from(line.matchAll(/#+/g), (run) => ({ x: run.index, length: run[0].length }));
}

/** For reading back what was written; understands only files from `formatSvg`. */
export function pixelsOfSvg(file: string): Pixels {
  const side = Number(/viewBox="0 0 (\d+) /.exec(file)?.[1]);
  return pixelsOfPath({ side, path: /fill="#000" d="([^"]*)"/.exec(file)?.[1] ?? "" });
}

/** The same for path data from `pathOf`. */
export function pixelsOfPath({ side, path }: QrPath): Pixels {
  const rows = Array.from({ length: side }, () => new Array<boolean>(side).fill(false));
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)/g))
    rows[Number(y)]?.fill(true, Number(x), Number(x) + Number(length));
  return pixelsOfModules(rows);
}
