/** A terminal's screen, with its colors as SGR sequences, as an HTML page in light and in dark. Pure. */

const CELL = { width: 9, height: 19 } as const;
const PADDING = 14;

const LIGHT = ["#24292f", "#cf222e", "#116329", "#7d4e00", "#0969da", "#8250df", "#1b7c83", "#6e7781"];
const DARK = ["#6e7681", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#d8dee9"];
const BLOCKS: ReadonlyMap<string, string> = new Map([
  ["▀", "top"],
  ["▄", "bottom"],
  ["█", "all"],
]);

interface Style {
  color?: string | undefined;
  background?: string | undefined;
  bold?: boolean;
  dim?: boolean;
  reverse?: boolean;
}

export function terminalPage(cells: string, rows: number, columns: number) {
  let style: Style = {};
  const lines = cells
    .split("\n")
    .slice(0, rows)
    .map((line) => {
      let html = "";
      for (const [part, codes, character] of line.matchAll(/\x1b\[([\d;]*)m|\x1b[()].|([\s\S])/gu)) {
        if (codes !== undefined) style = changed(style, codes.split(";").map(Number));
        else if (character !== undefined) html += cell(character, style);
        else if (part === "") break;
      }
      return `<div>${html}</div>`;
    });
  const colors = (names: readonly string[]) => names.map((color, i) => `--c${i}:${color}`).join(";");
  const page = `<!DOCTYPE html><meta charset="utf-8"><style>
:root { --fg: #1f2328; --bg: #f6f8fa; ${colors(LIGHT)} }
@media (prefers-color-scheme: dark) { :root { --fg: #d8dee9; --bg: #1d2129; ${colors(DARK)} } }
body { margin: 0; padding: ${PADDING}px; background: var(--bg); color: var(--fg); font: 14.5px "DejaVu Sans Mono", "Noto Sans Mono CJK JP", monospace; }
div { height: ${CELL.height}px; line-height: ${CELL.height}px; white-space: pre; }
i { display: inline-block; width: ${CELL.width}px; height: ${CELL.height}px; font-style: normal; vertical-align: top; overflow: hidden; }
.bold { font-weight: bold } .dim { opacity: .6 }
</style>${lines.join("\n")}`;
  return { page, width: columns * CELL.width + 2 * PADDING, height: rows * CELL.height + 2 * PADDING };
}

/** Blocks are drawn, as fonts leave gaps between them. */
function cell(
  character: string,
  { color = "var(--fg)", background = "transparent", bold, dim, reverse }: Style,
): string {
  const [ink, paper] = reverse
    ? [background === "transparent" ? "var(--bg)" : background, color]
    : [color, background];
  const block = BLOCKS.get(character);
  const stops = block === "top" ? `${ink} 50%, ${paper} 50%` : `${paper} 50%, ${ink} 50%`;
  const fill = block === undefined ? paper : block === "all" ? ink : `linear-gradient(${stops})`;
  const escaped = block === undefined ? character.replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`) : "";
  return `<i class="${bold ? "bold" : ""} ${dim ? "dim" : ""}" style="color:${ink};background:${fill}">${escaped}</i>`;
}

function changed(style: Style, codes: readonly number[]): Style {
  let now: Style = { ...style };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 0) now = {};
    else if (code === 1) now.bold = true;
    else if (code === 2) now.dim = true;
    else if (code === 22) now = { ...now, bold: false, dim: false };
    else if (code === 7 || code === 27) now.reverse = code === 7;
    else if (code === 39) now.color = undefined;
    else if (code === 49) now.background = undefined;
    else if (code === 38 || code === 48) {
      const isIndexed = codes[i + 1] === 5;
      const color = isIndexed ? indexed(codes[i + 2] ?? 0) : `rgb(${codes.slice(i + 2, i + 5).join(",")})`;
      if (code === 38) now.color = color;
      else now.background = color;
      i += isIndexed ? 2 : 4;
    } else if (code % 60 >= 30 && code % 60 <= 37) now.color = `var(--c${(code % 60) - 30})`;
    else if (code % 60 >= 40 && code % 60 <= 47) now.background = `var(--c${(code % 60) - 40})`;
  }
  return now;
}

/** xterm's 256 colors. */
function indexed(number: number): string {
  if (number < 16) return `var(--c${number % 8})`;
  if (number > 231) return `rgb(${Array.from({ length: 3 }, () => 8 + 10 * (number - 232)).join(",")})`;
  const level = (place: number) => [0, 95, 135, 175, 215, 255][Math.floor((number - 16) / place) % 6] ?? 0;
  return `rgb(${[36, 6, 1].map(level).join(",")})`;
}
