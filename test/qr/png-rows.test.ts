import { deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { grayOf } from "../../src/images/gray.ts";
import { isPlausible } from "../../src/images/png-chunks.ts";
import { readPngRows } from "../../src/images/png-rows.ts";
import { chunk, PNG_KINDS, writePng } from "./write-png.ts";

const SIDE = 9;
const dark = (x: number, y: number) => (x * y) % 3 === 1;

function png(depth: number, colorType: number, rows: readonly (readonly number[])[], width: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([depth, colorType, 0, 0, 0], 8);
  const idat = chunk("IDAT", deflateSync(Buffer.concat(rows.map((row) => Buffer.from(row)))));
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", header), idat]);
}

describe("rows of a PNG", () => {
  test.each(PNG_KINDS)("color type $colorType, $depth bits, interlaced: $interlaced", (kind) => {
    const rows = readPngRows(writePng(SIDE, dark, kind));
    if (kind.interlaced || kind.depth < 8) return expect(rows).toBe("unusual");
    if (typeof rows !== "object") throw new Error("not read");
    const gray = grayOf(rows, 255);
    const pixels = Array.from({ length: SIDE * SIDE }, (_, i) => dark(i % SIDE, Math.floor(i / SIDE)));
    expect([...gray.data]).toEqual(pixels.map((isDark) => (isDark ? 0 : 255)));
  });

  test("of 16 bits the upper 8 count, and filters go by whole samples", () => {
    const [none, sub] = [0, 1];
    // Two pixels a row: red, green, blue; the second row's are differences from the pixel before.
    const first = [none, 0x10, 0xff, 0x20, 0xff, 0x30, 0xff, 0x40, 0, 0x50, 0, 0x60, 0];
    const second = [sub, 1, 0x80, 2, 0x80, 3, 0x80, 4, 0x80, 5, 0x80, 6, 0x80];
    const rows = readPngRows(png(16, 2, [first, second], 2));
    if (typeof rows !== "object") throw new Error("not read");
    const { data, start, stride, channels } = rows;
    expect(channels).toBe(3);
    expect([...data.subarray(start, start + 6)]).toEqual([0x10, 0x20, 0x30, 0x40, 0x50, 0x60]);
    expect([...data.subarray(start + stride, start + stride + 6)]).toEqual([1, 2, 3, 5, 7, 9]);
  });
});

describe("how much the pixels can unpack to", () => {
  const little = (width: number, height: number, depth: number, colorType: number) =>
    isPlausible(png(depth, colorType, [Array(1000).fill(0)], 1), { width, height });

  test("deflate packs no tighter than 1:1032", () => {
    // About twenty bytes of it.
    expect(little(100, 100, 8, 6)).toBe(false);
    expect(little(100, 10, 8, 6)).toBe(true);
    expect(little(100, 100, 1, 0)).toBe(true);
  });

  test("the tightest that zlib packs still passes", () => {
    const [width, height] = [4000, 1000];
    const idat = deflateSync(Buffer.alloc((1 + width * 8) * height), { level: 9 });
    const header = Buffer.alloc(13);
    header.set([16, 6, 0, 0, 0], 8);
    const parts = [Buffer.alloc(8), chunk("IHDR", header), chunk("IDAT", idat)];
    expect(isPlausible(Buffer.concat(parts), { width, height })).toBe(true);
  });
});
