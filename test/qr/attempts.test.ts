/** Codes that zxing by itself does not read, each as one of the attempts is for; and what must never be taken for a code. */
import { readFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import { PNG } from "pngjs";
import { describe, expect, test } from "vitest";
import { type Gray, newGray } from "../../src/images/gray.ts";
import { sharpen } from "../../src/images/light.ts";
import { modulesOf } from "../../src/qr/matrix.ts";
import { readPicture } from "../../src/qr/read.ts";

const TEXT = "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example";

/** Black on white; by itself zxing does not read it so small. */
async function draw({ scale = 1.3, quiet = 1 } = {}): Promise<Gray> {
  const modules = await modulesOf(TEXT, "L");
  const side = Math.round((modules.length + 2 * quiet) * scale);
  const gray = newGray(side, side);
  const at = (pixel: number) => Math.floor(pixel / scale) - quiet;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) gray.data[y * side + x] = modules[at(y)]?.[at(x)] ? 0 : 255;
  return gray;
}

function pngOf({ width, height, data }: Gray): Buffer {
  const png = new PNG({ width, height });
  data.forEach((light, i) => {
    png.data.set([light, light, light, 255], 4 * i);
  });
  return PNG.sync.write(png);
}

test("a code of 1.3 pixels a module is read enlarged", async () => {
  expect(await readPicture(pngOf(await draw()))).toMatchObject({ texts: [TEXT], pass: "enlarged" });
});

test("a blurred code is read sharpened", async () => {
  const blurred = blur(blur(await draw({ scale: 4, quiet: 4 }), 2), 2);
  expect(await readPicture(pngOf(blurred))).toMatchObject({ texts: [TEXT], pass: "sharpened" });
});

test("sharpening multiplies a pixel's difference from the mean around it by 4", () => {
  const gray = newGray(7, 7);
  gray.data.fill(200);
  gray.data[24] = 151; // in the middle; the mean there is 199
  expect([...sharpen(gray).data.subarray(23, 26)]).toEqual([203, 7, 203]);
});

/** Means over squares of 2 * reach + 1 pixels. */
function blur({ width, height, data }: Gray, reach: number): Gray {
  const to = newGray(width, height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let row = y - reach; row <= y + reach; row++)
        for (let column = x - reach; column <= x + reach; column++) sum += data[row * width + column] ?? 255;
      to.data[y * width + x] = sum / (2 * reach + 1) ** 2;
    }
  return to;
}

/** Black on a gray that is hardly lighter: zxing by itself sees nothing. */
async function dim(width: number, height: number): Promise<Buffer> {
  const scale = 40;
  const modules = await modulesOf(TEXT, "L");
  const rows = Buffer.alloc((width + 1) * height); // a filter byte before each row
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (!modules[Math.floor(y / scale) - 4]?.[Math.floor(x / scale) - 4]) rows[y * (width + 1) + 1 + x] = 3;
  const chunk = (name: string, content: Buffer) => {
    const named = Buffer.concat([Buffer.from(name), content]);
    const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    size.writeUInt32BE(content.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([size, named, sum]);
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const chunks = [chunk("IHDR", header), chunk("IDAT", deflateSync(rows, { level: 1 }))];
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), ...chunks, chunk("IEND", Buffer.alloc(0))]);
}

test("16 million pixels are looked at again, and not one row more", async () => {
  expect(await readPicture(await dim(4000, 4000))).toMatchObject({ texts: [TEXT], pass: "shadows lifted" });
  expect(await readPicture(await dim(4000, 4001))).toMatchObject({ texts: [], pass: undefined });
});

test.each(["MicroQRCode", "RMQRCode"] as const)("%s is no code of an authenticator", async (format) => {
  await modulesOf("x", "L"); // loads the writer
  const { writeBarcode } = await import("zxing-wasm/writer");
  const { image } = await writeBarcode("12345", { format, scale: 8 });
  if (!image) throw new Error("no picture was written");
  expect(await readPicture(new Uint8Array(await image.arrayBuffer()))).toMatchObject({
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
