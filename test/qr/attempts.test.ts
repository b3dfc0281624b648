/** Codes that zxing by itself does not read, each as one of the attempts is for; and what must never be taken for a code. */
import { readFileSync } from "node:fs";
import { GifWriter } from "omggif";
import { describe, expect, test } from "vitest";
import { type Grey, newGrey } from "../../src/images/grey.ts";
import { decodeBmp, decodeGif } from "../../src/images/old-formats.ts";
import { modulesOf } from "../../src/qr/matrix.ts";
import { readPicture } from "../../src/qr/read.ts";

const TEXT = "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example";
const PALETTE = [0, 0xffffff];

/** Black on white; by itself zxing does not read it so small. */
async function draw({ scale = 1.3, quiet = 1 } = {}): Promise<Grey> {
  const modules = await modulesOf(TEXT, "L");
  const side = Math.round((modules.length + 2 * quiet) * scale);
  const grey = newGrey(side, side);
  const at = (pixel: number) => Math.floor(pixel / scale) - quiet;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) grey.data[y * side + x] = modules[at(y)]?.[at(x)] ? 0 : 255;
  return grey;
}

function gifOf({ width, height, data }: Grey): Buffer {
  const file = Buffer.alloc(20_000 + width * height);
  const writer = new GifWriter(file, width, height, { palette: PALETTE });
  const code = [...data].map((light) => (light === 0 ? 0 : 1));
  const blank = code.map(() => 1);
  for (const frame of [code, blank]) writer.addFrame(0, 0, width, height, frame);
  return file.subarray(0, writer.end());
}

/** Uncompressed, from the bottom up; 24 bits without a palette, or one bit that means one of two colours. */
function bmpOf({ width, height, data }: Grey, bits: 1 | 24): Buffer {
  const palette = bits === 1 ? [0, 0, 0, 0, 255, 255, 255, 0] : [];
  const header = Buffer.alloc(54);
  header.write("BM");
  header.writeUInt32LE(54 + palette.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  const rows = Array.from({ length: height }, (_, up) => {
    const row = Buffer.alloc(4 * Math.ceil((width * bits) / 32));
    const lights = data.subarray((height - 1 - up) * width, (height - up) * width);
    lights.forEach((light, x) => {
      if (bits === 24) row.fill(light, 3 * x, 3 * x + 3);
      else if (light > 127) row[x >> 3] = (row[x >> 3] ?? 0) | (128 >> (x & 7));
    });
    return row;
  });
  return Buffer.concat([header, Buffer.from(palette), ...rows]);
}

describe("pixels of GIF and BMP, so that every attempt works on them", () => {
  test("a GIF's first frame", async () => {
    expect(await readPicture(gifOf(await draw()))).toEqual({ texts: [TEXT], pass: "enlarged" });
  });

  test.each([1, 24] as const)("a BMP of %i bits a pixel", async (bits) => {
    expect(await readPicture(bmpOf(await draw(), bits))).toEqual({ texts: [TEXT], pass: "enlarged" });
  });

  test("a frame larger than its picture, whose memory nobody has checked, is left alone", async () => {
    const gif = gifOf(await draw());
    const frame = gif.indexOf(0x2c, 13 + 3 * PALETTE.length);
    gif.writeUInt16LE(65_535, frame + 5);
    gif.writeUInt16LE(65_535, frame + 7);
    expect(await decodeGif(gif, { width: gif.readUInt16LE(6), height: gif.readUInt16LE(8) })).toBeUndefined();
  });

  test("a BMP that claims four billion colours is left alone", async () => {
    const grey = await draw();
    const bmp = bmpOf(grey, 24);
    bmp.writeUInt32LE(2 ** 32 - 1, 46);
    expect(await decodeBmp(bmp, grey)).toBeUndefined();
  });

  test("a BMP comes out in its colours", async () => {
    const bmp = bmpOf(await draw(), 24);
    bmp.set([1, 2, 3], 54); // blue, green and red of the first pixel of the last row
    const size = { width: bmp.readInt32LE(18), height: bmp.readInt32LE(22) };
    const pixels = await decodeBmp(bmp, size);
    expect([...(pixels?.data.subarray(-4 * size.width).subarray(0, 4) ?? [])]).toEqual([3, 2, 1, 255]);
  });
});

test("a blurred code is read sharpened", async () => {
  const blurred = blur(blur(await draw({ scale: 4, quiet: 4 }), 2), 2);
  expect(await readPicture(bmpOf(blurred, 24))).toEqual({ texts: [TEXT], pass: "sharpened" });
});

/** Means over squares of 2 * reach + 1 pixels. */
function blur({ width, height, data }: Grey, reach: number): Grey {
  const to = newGrey(width, height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let row = y - reach; row <= y + reach; row++)
        for (let column = x - reach; column <= x + reach; column++) sum += data[row * width + column] ?? 255;
      to.data[y * width + x] = sum / (2 * reach + 1) ** 2;
    }
  return to;
}

test.each(["MicroQRCode", "RMQRCode"] as const)("%s is no code of an authenticator", async (format) => {
  await modulesOf("x", "L"); // loads the writer
  const { writeBarcode } = await import("zxing-wasm/writer");
  const { image } = await writeBarcode("12345", { format, scale: 8 });
  if (!image) throw new Error("no picture was written");
  expect(await readPicture(new Uint8Array(await image.arrayBuffer()))).toEqual({
    texts: [],
    pass: undefined,
  });
});

test("a JPEG that ends too early is called damaged, not empty, unless its code is there", async () => {
  const jpeg = readFileSync(new URL("../fixtures/qr/page.jpg", import.meta.url));
  await expect(readPicture(jpeg.subarray(0, 2000))).rejects.toThrow("damaged or cut short");
  expect((await readPicture(jpeg.subarray(0, -2))).pass).toBe("zxing");
});

describe("an animated WebP", () => {
  const chunk = (name: string, content: Uint8Array) => {
    const header = Buffer.from(`${name}....`);
    header.writeUInt32LE(content.length, 4);
    return Buffer.concat([header, content, Buffer.alloc(content.length & 1)]);
  };
  const three = (...values: number[]) => Buffer.from(values.flatMap((value) => [value & 255, value >> 8, 0]));

  /** Of one frame, the picture of kind.webp; `claimed` is the size that its header tells. */
  function animated(claimed = 228): Buffer {
    const still = readFileSync(new URL("../fixtures/qr/kind.webp", import.meta.url)).subarray(12);
    const frame = Buffer.concat([three(0, 0, claimed - 1, claimed - 1, 100), Buffer.alloc(1), still]);
    const screen = Buffer.concat([Buffer.from([2, 0, 0, 0]), three(227, 227)]);
    const chunks = [chunk("VP8X", screen), chunk("ANIM", Buffer.alloc(6)), chunk("ANMF", frame)];
    return chunk("RIFF", Buffer.concat([Buffer.from("WEBP"), ...chunks, chunk("ANMF", frame)]));
  }

  test("shows its first frame", async () => {
    expect((await readPicture(animated())).texts).toEqual([expect.stringContaining("alice@210987654321")]);
  });

  test.each([229, 227, 1])(
    "is damaged where a frame is %i wide but is not so, or not in the picture",
    async (claimed) => {
      await expect(readPicture(animated(claimed))).rejects.toThrow("can't be decoded");
    },
  );
});
