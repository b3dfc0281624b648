/**
 * Chooses a drawing that fits the window. Never shows a broken code: if the window is too small, the user is told the size
 * needed.
 */
import type { Size } from "../ports/terminal.ts";
import type { QrContent } from "./content.ts";
import { pixelsOfDrawing } from "./rendered.ts";
import { drawText, drawTextPacked, type QrDrawing } from "./terminal-drawing.ts";

/** The preferred one first, the smallest last; all of them were read back. */
export type QrDrawings = readonly [QrDrawing, ...QrDrawing[]];

/** The last drawing is the shortest text, packed: an AWS root account needs it on 80x24. */
export async function drawContent({ forms, check }: QrContent): Promise<QrDrawings> {
  const [preferred, ...shorter] = forms;
  const drawings: [QrDrawing, ...QrDrawing[]] = [await drawText(preferred)];
  for (const text of shorter) drawings.push(await drawText(text));
  drawings.push(await drawTextPacked(shorter.at(-1) ?? preferred));
  for (const drawing of drawings) await check(pixelsOfDrawing(drawing));
  return drawings;
}

export type Fit =
  | { readonly fits: true; readonly drawing: QrDrawing }
  /** `needed` is the smallest window that is large enough, including the reserved rows. */
  | { readonly fits: false; readonly needed: Size };

/** The first drawing that fits. `reserved` is the number of rows for captions and prompts. Cheap enough for each redraw. */
export function fitDrawing(drawings: QrDrawings, size: Size, reserved: number): Fit {
  const drawing = drawings.find(
    ({ columns, rows }) => columns <= size.columns && rows + reserved <= size.rows,
  );
  if (drawing) return { fits: true, drawing };
  const smallest = drawings.at(-1) ?? drawings[0];
  return { fits: false, needed: { columns: smallest.columns, rows: smallest.rows + reserved } };
}
