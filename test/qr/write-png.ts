/** Writes a gray picture as a PNG of any color type and bit depth, interlaced or not (PNG specification, 11.2.1 and 8.2). */
import { crc32, deflateSync } from "node:zlib";
import { modulesOf } from "../../src/qr/matrix.ts";

export interface PngKind {
  readonly colorType: 0 | 2 | 3 | 4 | 6;
  readonly depth: 1 | 2 | 4 | 8 | 16;
  readonly interlaced: boolean;
}

const DEPTHS = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] } as const;
const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** All 30 that the specification knows. */
export const PNG_KINDS: readonly PngKind[] = ([0, 2, 3, 4, 6] as const).flatMap((colorType) =>
  DEPTHS[colorType].flatMap((depth) => [
    { colorType, depth, interlaced: false },
    { colorType, depth, interlaced: true },
  ]),
);

export const RGBA: PngKind = { colorType: 6, depth: 8, interlaced: false };

/** A QR code: `scale` pixels a module, `quiet` modules around it. */
export async function drawPng(text: string, kind = RGBA, { scale = 3, quiet = 4 } = {}): Promise<Buffer> {
  const modules = await modulesOf(text, "L");
  const at = (pixel: number) => Math.floor(pixel / scale) - quiet;
  const side = Math.round((modules.length + 2 * quiet) * scale);
  return writePng(side, (x, y) => modules[at(y)]?.[at(x)] ?? false, kind);
}

/** Start and distance of the columns and rows of each pass. */
const ADAM7 = [
  [0, 8, 0, 8],
  [4, 8, 0, 8],
  [0, 4, 4, 8],
  [2, 4, 0, 4],
  [0, 2, 2, 4],
  [1, 2, 0, 2],
  [0, 1, 1, 2],
] as const;

/** `dark(x, y)` pixels are black, the others white. Palettes are one black and one white entry. */
export function writePng(side: number, dark: (x: number, y: number) => boolean, kind: PngKind): Buffer {
  const passes = kind.interlaced ? ADAM7 : ([[0, 1, 0, 1]] as const);
  const rows = passes.flatMap(([x0, dx, y0, dy]) =>
    every(y0, dy, side).map((y) =>
      writeRow(
        every(x0, dx, side).map((x) => dark(x, y)),
        kind,
      ),
    ),
  );
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([kind.depth, kind.colorType, 0, 0, kind.interlaced ? 1 : 0], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    ...(kind.colorType === 3 ? [chunk("PLTE", Buffer.from([0, 0, 0, 255, 255, 255]))] : []),
    chunk("IDAT", deflateSync(Buffer.concat(rows))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function every(start: number, distance: number, end: number): number[] {
  return Array.from({ length: Math.ceil((end - start) / distance) }, (_, i) => start + i * distance);
}

/** One row with filter type 0; an alpha channel is opaque. */
function writeRow(darkness: readonly boolean[], { colorType, depth }: PngKind): Buffer {
  const most = colorType === 3 ? 1 : 2 ** depth - 1;
  const channels = CHANNELS[colorType];
  const opaque = colorType === 4 || colorType === 6;
  const row = Buffer.alloc(1 + Math.ceil((darkness.length * channels * depth) / 8));
  for (const [x, dark] of darkness.entries())
    for (let channel = 0; channel < channels; channel++) {
      if (dark && !(opaque && channel === channels - 1)) continue;
      const bit = (x * channels + channel) * depth;
      const byte = 1 + (bit >> 3);
      if (depth === 16) row.writeUInt16BE(most, byte);
      else row[byte] = (row[byte] ?? 0) | (most << (8 - depth - (bit & 7)));
    }
  return row;
}

export function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** Two QR codes next to each other. `covered`: a white square hides the middle of the second one. */
export async function drawTwo(left: string, right: string, { covered = false } = {}): Promise<Buffer> {
  const [scale, quiet] = [4, 4];
  const [first, second] = [await modulesOf(left, "L"), await modulesOf(right, "L")];
  const start = first.length + 2 * quiet;
  const side = (start + second.length + 2 * quiet) * scale;
  const isHidden = (at: number) => covered && at > second.length * 0.35 && at < second.length * 0.7;
  return writePng(
    side,
    (x, y) => {
      const [column, row] = [Math.floor(x / scale) - quiet, Math.floor(y / scale) - quiet];
      if (column < start - quiet) return first[row]?.[column] ?? false;
      return !(isHidden(column - start) && isHidden(row)) && (second[row]?.[column - start] ?? false);
    },
    RGBA,
  );
}
