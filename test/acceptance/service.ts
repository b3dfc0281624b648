/** What a service shows when it issues a key: a picture with a QR code, drawn by a library that the program does not draw with. */
import { PNG } from "pngjs";
import encodeQR from "qr";

const SCALE = 4;

export function pictureOf(uri: string): Buffer {
  const rows = encodeQR(uri, "raw", { border: 4, ecc: "medium" });
  const side = rows.length * SCALE;
  const png = new PNG({ width: side, height: side });
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const shade = rows[Math.floor(y / SCALE)]?.[Math.floor(x / SCALE)] === true ? 0 : 255;
      png.data.set([shade, shade, shade, 255], (y * side + x) * 4);
    }
  return PNG.sync.write(png);
}
