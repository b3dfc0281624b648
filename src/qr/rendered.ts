/** Renders a code that is about to be shown into the pixels that a camera would see. */

import type { Pixels } from "../images/pixels.ts";
import type { Modules } from "./matrix.ts";
import type { QrDrawing } from "./terminal-drawing.ts";

/** Pixels per module, and modules around the picture. */
const SCALE = 4;
const MARGIN = 4;

/** A drawing on a dark terminal: the worst case, because only the drawing's own quiet zone is light. */
export function pixelsOfDrawing({ lines }: QrDrawing): Pixels {
  const rows = lines.flatMap((line) => [
    Array.from(line, (glyph) => !"▀█".includes(glyph)),
    Array.from(line, (glyph) => !"▄█".includes(glyph)),
  ]);
  return pixelsOf(rows, true);
}

/** Modules of a code or a picture, on white. */
export function pixelsOfModules(modules: Modules): Pixels {
  return pixelsOf(modules, false);
}

function pixelsOf(rows: Modules, surrounding: boolean): Pixels {
  const width = ((rows[0]?.length ?? 0) + 2 * MARGIN) * SCALE;
  const height = (rows.length + 2 * MARGIN) * SCALE;
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const row = rows[Math.floor(y / SCALE) - MARGIN];
      const dark = row?.[Math.floor(x / SCALE) - MARGIN] ?? surrounding;
      if (dark) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  return { data, width, height };
}
