/** A QR code as a PNG file: black on white, in grayscale without alpha, which every reader and viewer supports. */
import { type Modules, withQuietZone } from "./matrix.ts";

const LEAST_SIDE = 400;

export async function formatPng(modules: Modules): Promise<Uint8Array> {
  const rows = withQuietZone(modules);
  const scale = Math.ceil(LEAST_SIDE / rows.length);
  const side = rows.length * scale;
  const { PNG } = await import("pngjs");
  const png = new PNG({ width: side, height: side });
  png.data = Buffer.alloc(side * side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      png.data[y * side + x] = rows[Math.floor(y / scale)]?.[Math.floor(x / scale)] ? 0 : 255;
  return PNG.sync.write(png, { colorType: 0, inputColorType: 0, inputHasAlpha: false });
}
