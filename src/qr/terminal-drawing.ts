/**
 * QR codes drawn with half blocks: a character is two modules, one above the other, and a glyph is a *light* module. Dark glyphs
 * on a light background would leave hairlines between the cells, which break up the dark areas (measured in xterm).
 */
import { isMisread, requireRoom } from "./capacity.ts";
import { type Modules, modulesOf } from "./matrix.ts";

export interface QrDrawing {
  /** Plain text without escapes, all lines equally wide. The quiet zone is one module wide. */
  readonly lines: readonly string[];
  readonly columns: number;
  readonly rows: number;
}

/** Light modules around a drawing. */
const QUIET = 1;

/**
 * Draws with qrcode-terminal in its small mode, error correction L. If readers would misread that code, returns the packed
 * drawing instead: the library can't draw at another level (its value for "M" is 0, which it treats as unset).
 * Throws UserError if the text is too long.
 */
export async function drawText(text: string): Promise<QrDrawing> {
  requireRoom(text);
  const { default: terminal } = await import("qrcode-terminal");
  let drawn = "";
  terminal.setErrorLevel("L");
  terminal.generate(text, { small: true }, (drawing) => {
    drawn = drawing;
  });
  const drawing = drawingOf(drawn.trimEnd().split("\n"));
  return isMisread(drawing.columns - 2 * QUIET) ? drawTextPacked(text) : drawing;
}

/** The same from zxing-wasm's modules: one or two versions smaller, for windows too small for qrcode-terminal's. */
export async function drawTextPacked(text: string): Promise<QrDrawing> {
  const modules = await modulesOf(text, "L");
  const pairs = Array.from({ length: (modules.length + 3) >> 1 }, (_, pair) => 2 * pair - 2);
  return drawingOf(pairs.map((row) => halfBlocks(modules, row)));
}

/** Two rows of modules as one line; everything outside the code is light. */
function halfBlocks(modules: Modules, row: number): string {
  const isDark = (row: number, column: number) => modules[row]?.[column] ?? false;
  return Array.from({ length: modules.length + 2 }, (_, at) => {
    const [above, below] = [isDark(row, at - 1), isDark(row + 1, at - 1)];
    return above ? (below ? " " : "▄") : below ? "▀" : "█";
  }).join("");
}

function drawingOf(lines: string[]): QrDrawing {
  return { lines, columns: lines[0]?.length ?? 0, rows: lines.length };
}

/**
 * The lines with their colors forced, line by line. With the terminal's own colors, the code would be inverted on light themes,
 * and many phones can't read that. With 256 colors, uses 231 and 16, which are fixed; themes remap the basic colors.
 */
export function colored(drawing: QrDrawing, colors: 16 | 256): string[] {
  const force = colors === 256 ? "\x1b[38;5;231;48;5;16m" : "\x1b[97;40m";
  return drawing.lines.map((line) => `${force}${line}\x1b[0m`);
}
