/** A QR code on the alternate screen, above a line of text and the question; or, if it does not fit, the window size that it needs. */

import { printable } from "../base/printable.ts";
import type { Screen, Size, Terminal } from "../ports/terminal.ts";
import { colored } from "../qr/terminal-drawing.ts";
import { fitDrawing, type QrDrawings } from "../qr/window.ts";

/** The line below the code. */
export const CAPTION_ROWS = 1;
/** The line below that, where the user types. The sizes that a screen reports do not include it. */
const PROMPT_ROWS = 1;

/** `advice`: short lines to show if the window is too small. */
export function drawCode(
  screen: Screen,
  caption: string,
  drawings: QrDrawings,
  colors: Terminal["colors"],
  advice: readonly string[] = [],
): void {
  screen.draw((size) => {
    const fit = fitDrawing(drawings, size, CAPTION_ROWS);
    if (fit.fits) return [...colored(fit.drawing, colors), printable(caption, size.columns)].join("\n");
    return linesWithin(size, [caption, ...tooSmall(size, fit.needed), ...advice]);
  });
}

export function drawLines(screen: Screen, ...lines: string[]): void {
  screen.draw((size) => linesWithin(size, lines));
}

export function linesWithin({ columns }: Size, lines: readonly string[]): string {
  return lines.map((line) => printable(line, columns)).join("\n");
}

/** Short lines, because the window is small. */
export function tooSmall(size: Size, needed: Size): string[] {
  return ["The QR code needs a window of", `${wholeWindow(needed)}; this one is ${wholeWindow(size)}.`];
}

/** The window's size as the user knows it, including the line for typing. */
export function wholeWindow({ columns, rows }: Size): string {
  return `${columns}x${rows + PROMPT_ROWS}`;
}
