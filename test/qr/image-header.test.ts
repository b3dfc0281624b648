import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { PICTURE_LIMITS } from "../../src/base/limits.ts";
import { checkImage, looksLikeImage, readImageHeader } from "../../src/images/image-header.ts";
import { chunk, writePng } from "./write-png.ts";

const fixture = (name: string) => readFileSync(new URL(`../fixtures/qr/${name}`, import.meta.url));
const bytes = (text: string) => Buffer.from(text, "latin1");

function pngHeader(width: number, height: number, colorType = 2): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colorType, 0, 0, 0], 8);
  return Buffer.concat([bytes("\x89PNG\r\n\x1a\n"), chunk("IHDR", header)]);
}

/** What is refused, and how. */
function refusal(image: Uint8Array): UserError {
  try {
    checkImage(image);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

describe("readImageHeader", () => {
  test.each([
    ["page.jpg", { kind: "jpeg", width: 1920, height: 1080, transparent: false }],
    ["page-dark.png", { kind: "png", width: 1920, height: 1080, transparent: false }],
    ["kind.gif", { kind: "gif", width: 228, height: 228, transparent: false }],
    ["kind.bmp", { kind: "bmp", width: 228, height: 228, transparent: false }],
    ["kind.webp", { kind: "webp", width: 228, height: 228, transparent: false }],
    ["kind.heic", { kind: "heic", width: 228, height: 228, transparent: false }],
    ["kind.avif", { kind: "avif", width: 228, height: 228, transparent: false }],
    ["kind-clear.webp", { kind: "webp", width: 228, height: 228, transparent: false }],
    ["kind-palette-trns.png", { kind: "png", width: 228, height: 228, transparent: true }],
    ["kind-gray-alpha.png", { kind: "png", width: 228, height: 228, transparent: true }],
    ["kind-rgba16.png", { kind: "png", width: 228, height: 228, transparent: true }],
    ["kind-rgb16.png", { kind: "png", width: 228, height: 228, transparent: false }],
  ])("reads %s", (name, header) => {
    expect(readImageHeader(fixture(name))).toEqual(header);
  });

  test.each([
    ["webp", "RIFF\x24\0\0\0WEBPVP8 "],
    ["heic", "\0\0\0\x18ftypheic\0\0\0\0mif1heic"],
    ["heic", "\0\0\0\x18ftypmif1\0\0\0\0mif1heic"],
    ["avif", "\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf"],
    ["avif", "\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf"],
    ["tiff", "II*\0\x08\0\0\0"],
    ["tiff", "MM\0*\0\0\0\x08"],
    ["jxl", "\xff\x0a\xfa"],
    ["jxl", "\0\0\0\x0cJXL \r\n\x87\n"],
    ["svg", '<svg xmlns="http://www.w3.org/2000/svg">'],
    ["svg", '\xef\xbb\xbf<?xml version="1.0"?>\n<svg width="9">'],
    ["unknown", '<?xml version="1.0"?>\n<KeePassFile>'],
    ["unknown", "<p>about <svg></p>"],
    ["pdf", "%PDF-1.7\n"],
    ["pdf", "\n\n%PDF-1.4"],
    ["unknown", "\0\0\0\x18ftypisom\0\0\0\0mp41"],
    ["unknown", "BM is how this text begins"],
    ["unknown", "GIF89b no"],
    ["unknown", ""],
  ])("tells %s from its bytes", (kind, start) => {
    expect(readImageHeader(bytes(start)).kind).toBe(kind);
    expect(looksLikeImage(bytes(start))).toBe(kind !== "unknown");
  });

  test("finds the size of a progressive JPEG behind a thumbnail, fill bytes and restart markers", () => {
    const thumbnail = "\xff\xe1\x00\x0f\xff\xd8\xff\xc0\x00\x08\x08\x00\x10\x00\x10\x01\x00";
    const frame = "\xff\xff\xff\xd0\xff\xc2\x00\x0b\x08\x04\x38\x07\x80\x01\x01\x11\x00";
    expect(readImageHeader(bytes(`\xff\xd8${thumbnail}${frame}`))).toMatchObject({
      width: 1920,
      height: 1080,
    });
  });

  test("every cut of a file is a header or none, never a crash", () => {
    for (const name of ["page.jpg", "kind-palette-trns.png", "kind.gif", "kind.bmp"]) {
      const whole = fixture(name);
      for (let length = 0; length < Math.min(whole.length, 700); length++) {
        const { width, height } = readImageHeader(whole.subarray(0, length));
        expect(width === 0 || width === readImageHeader(whole).width).toBe(true);
        expect(height === 0 || height === readImageHeader(whole).height).toBe(true);
      }
    }
  });
});

describe("checkImage", () => {
  test("refuses what we don't read by its name, with a way out", () => {
    expect(refusal(bytes("\0\0\0\x18ftypheic\0\0\0\0mif1heic"))).toMatchObject({
      message: "the HEIC image can't be decoded: damaged or cut short",
      exitCode: 5,
    });
    expect(refusal(bytes("II*\0\x08\0\0\0"))).toMatchObject({
      message: "TIFF images can't be read",
      hints: [
        "convert it with: magick picture.tiff picture.png (ImageMagick)",
        expect.stringContaining("screenshot"),
      ],
    });
    expect(refusal(bytes("%PDF-1.7"))).toMatchObject({ message: "a PDF file is not an image", exitCode: 5 });
    expect(refusal(bytes("hello"))).toMatchObject({
      message: "not an image that twinseed can read",
      exitCode: 5,
    });
    expect(refusal(bytes(""))).toMatchObject({ message: "the image is empty", exitCode: 5 });
  });

  test("refuses too many pixels by the header alone", () => {
    expect(refusal(pngHeader(65_535, 65_535)).message).toBe("the image is too large (65535 x 65535 pixels)");
    expect(refusal(pngHeader(0x7fffffff, 0x7fffffff)).exitCode).toBe(5);
    expect(refusal(pngHeader(PICTURE_LIMITS.pixels / 1000, 1001)).message).toContain("too large");
    expect(checkImage(pngHeader(PICTURE_LIMITS.pixels / 1000, 1000)).kind).toBe("png");
    const bmp = Buffer.alloc(64);
    bmp.write("BM");
    bmp.writeUInt32LE(40, 14);
    bmp.writeInt32LE(60_000, 18);
    bmp.writeInt32LE(-60_000, 22);
    expect(refusal(bmp).message).toContain("too large");
  });

  test("refuses too many pixels of a WebP, whichever of its headers says so", () => {
    const simple = Buffer.concat([bytes("RIFF\x24\0\0\0WEBPVP8 "), Buffer.alloc(16)]);
    simple.writeUInt16LE(16_383, 26);
    simple.writeUInt16LE(16_383, 28);
    expect(refusal(simple).message).toBe("the image is too large (16383 x 16383 pixels)");
    const lossless = Buffer.concat([bytes("RIFF\x24\0\0\0WEBPVP8L"), Buffer.alloc(16)]);
    lossless.writeUInt32LE(0x0fffffff, 21);
    expect(refusal(lossless).message).toBe("the image is too large (16384 x 16384 pixels)");
    const extended = Buffer.concat([bytes("RIFF\x24\0\0\0WEBPVP8X"), Buffer.alloc(16, 0x7f)]);
    expect(refusal(extended).message).toBe("the image is too large (8355712 x 8355712 pixels)");
  });

  test("refuses too many bytes", () => {
    expect(refusal(Buffer.alloc(PICTURE_LIMITS.bytes + 1)).message).toBe(
      "the image is too large (more than 32 MB)",
    );
  });

  test("refuses a size of nothing, and a second header that could say something else than the first", () => {
    expect(refusal(pngHeader(0, 100)).message).toContain("can't be decoded");
    expect(
      refusal(Buffer.concat([pngHeader(10, 10), pngHeader(65_535, 65_535).subarray(8)])).message,
    ).toContain("can't be decoded");
    expect(refusal(bytes("\xff\xd8\xff\xe0 no frame")).message).toContain("can't be decoded");
  });

  test("looks into a view of a larger buffer at its own bytes", () => {
    const image = writePng(8, () => false, { colorType: 6, depth: 8, interlaced: false });
    const pool = Buffer.concat([Buffer.alloc(7), image]);
    expect(checkImage(pool.subarray(7))).toEqual({ kind: "png", width: 8, height: 8, transparent: true });
  });
});
