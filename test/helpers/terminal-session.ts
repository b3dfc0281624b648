/** The real program in a real terminal (tmux), and its QR codes as a camera sees them. */
import jsqr from "jsqr";
import { onTestFinished } from "vitest";
import type { Computer } from "./binary.ts";
import { startTmux, type Tmux, type TmuxOptions } from "./tmux.ts";

const GLYPHS = /[▀▄█]/;

/** In a shell with earlier output, and with only the computer's own environment. */
export async function terminal(
  computer: Computer,
  args: readonly string[],
  options?: TmuxOptions,
): Promise<Tmux> {
  const settings = Object.entries(computer.env).map(([name, value]) => `${name}="${value}"`);
  const program = ["env", "-i", 'TERM="$TERM"', ...settings, ...computer.program, ...args].join(" ");
  const tmux = await startTmux(`sh -c 'seq 1 40; ${program}; echo "exit $?"; exec cat'`, options);
  onTestFinished(() => tmux.stop());
  return tmux;
}

/** Reads the half blocks of a screen as a camera sees them on a dark terminal: everything that is not a glyph is dark. */
export function decode(screen: string): string {
  const scale = 4;
  const lines = screen.split("\n").filter((line) => GLYPHS.test(line));
  const columns = Math.max(...lines.map((line) => line.length)) + 8;
  const light = lines.flatMap((line) => {
    const glyphs = [..."    ", ...line.padEnd(columns - 4)];
    return [glyphs.map((glyph) => "▀█".includes(glyph)), glyphs.map((glyph) => "▄█".includes(glyph))];
  });
  const [width, height] = [columns * scale, (light.length + 8) * scale];
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const isLight = light[Math.floor(y / scale) - 4]?.[Math.floor(x / scale)] ?? false;
      data.set([...(isLight ? [255, 255, 255] : [0, 0, 0]), 255], (y * width + x) * 4);
    }
  const code = jsqr.default(data, width, height, { inversionAttempts: "dontInvert" });
  if (code === null) throw new Error(`no QR code on the screen:\n${screen}`);
  return code.data;
}
