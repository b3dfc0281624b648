import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { constants, deflateRawSync, deflateSync, inflateSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ExitCode, UserError } from "../../src/base/errors.ts";
import { pngChunks } from "../../src/images/png-chunks.ts";
import { readPngRows } from "../../src/images/png-rows.ts";
import { modulesOf } from "../../src/qr/matrix.ts";
import { readPicture, readQrCodes } from "../../src/qr/read.ts";
import { chunk, drawPng, drawTwo, PNG_KINDS, type PngKind, RGBA, writePng } from "./write-png.ts";

const folder = new URL("../fixtures/qr/", import.meta.url);
const fixture = (name: string) => readFileSync(new URL(name, folder));
const expected: Record<string, string[]> = JSON.parse(fixture("expected.json").toString());
const pictures = Object.entries(expected);
const [, [alice = ""] = []] = pictures[0] ?? [];

async function refusal(image: Uint8Array): Promise<UserError> {
  const error: unknown = await readQrCodes(image).then(
    () => undefined,
    (thrown) => thrown,
  );
  if (error instanceof UserError) return error;
  throw error ?? new Error("was not refused");
}

/** A zlib stream of so many million zeros, which nobody has to make: blocks that end with a byte can be strung together. */
function deflatedZeros(millions: number): Buffer {
  const block = deflateRawSync(Buffer.alloc(1_000_000), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const blocks = Array<Buffer>(millions).fill(block);
  const adler32 = Buffer.from([0, 0, 0, 1]);
  adler32.writeUInt16BE((millions * 1_000_000) % 65_521);
  return Buffer.concat([Buffer.of(0x78, 0xda), ...blocks, deflateRawSync(Buffer.alloc(0)), adler32]);
}

describe("pictures of our own", () => {
  test("every fixture is expected, and the other way round", () => {
    const files = readdirSync(folder).filter((name) => !/\.(mjs|json)$/.test(name));
    expect(files.sort()).toEqual(Object.keys(expected).sort());
  });

  test.each(pictures)("reads %s", async (name, texts) => {
    expect((await readQrCodes(fixture(name))).sort()).toEqual([...texts].sort());
  });

  test("reads the example in examples/", async () => {
    const texts = await readQrCodes(
      readFileSync(new URL("../../examples/aws-virtual-mfa.png", import.meta.url)),
    );
    expect(texts).toEqual([
      expect.stringMatching(
        /^otpauth:\/\/totp\/Amazon%20Web%20Services:root-account-mfa-device@123456789012\?secret=[A-Z2-7]{64}&issuer=Amazon%20Web%20Services$/,
      ),
    ]);
  });

  test("a code that can't be read next to one that can is not passed over", async () => {
    const other = alice.replace(/secret=.{4}/, "secret=AAAA");
    const covered = await readPicture(await drawTwo(alice, other, { covered: true }));
    expect(covered).toMatchObject({ texts: [alice], hasUnread: true });
    const both = await readPicture(await drawTwo(alice, other));
    expect(both).toMatchObject({ texts: expect.arrayContaining([alice, other]), hasUnread: false });
    for (const [name] of pictures.slice(0, 10))
      expect([name, (await readPicture(fixture(name))).hasUnread]).toEqual([name, false]);
  });

  test.each(PNG_KINDS)("reads color type $colorType, $depth bits, interlaced: $interlaced", async (kind) => {
    expect(await readQrCodes(await drawPng(alice, kind))).toEqual([alice]);
  });

  test.each([
    ["UTF-8", "otpauth://totp/B\u00fccher:zo\u00eb?secret=GEZDGNBVGY3TQOJQ&issuer=\u6771\u4eac", ""],
    ["Latin-1", "otpauth://totp/B\u00fccher:zo\u00eb?secret=GEZDGNBVGY3TQOJQ", "eci=ISO8859-1"],
  ])("reads a label in %s", async (_, text, options) => {
    await modulesOf("x", "L"); // loads the writer
    const { writeBarcode } = await import("zxing-wasm/writer");
    const { image, error } = await writeBarcode(text, { format: "QRCode", scale: 3, options });
    expect(error).toBe("");
    if (!image) throw new Error("no picture was written");
    expect(await readQrCodes(new Uint8Array(await image.arrayBuffer()))).toEqual([text]);
  });

  test("does not see a code whose pixels are all clear", async () => {
    const { PNG } = await import("pngjs");
    const png = PNG.sync.read(await drawPng(alice, RGBA));
    for (let i = 3; i < png.data.length; i += 4) png.data[i] = 0;
    expect(await readQrCodes(PNG.sync.write(png))).toEqual([]);
  });

  test("a checksum that does not fit is no reason not to read", async () => {
    for (const kind of [RGBA, { ...RGBA, colorType: 2 }] satisfies PngKind[]) {
      const png = await drawPng(alice, kind);
      png.writeUInt32BE(0, 29);
      expect(await readQrCodes(png)).toEqual([alice]);
    }
  });

  test("reads a code that fills the picture to its edges, at one and a half pixels a module", async () => {
    const png = await drawPng(alice, { ...RGBA, colorType: 2 }, { scale: 1.5, quiet: 0 });
    expect(await readQrCodes(png)).toEqual([alice]);
  });
});

// A screenshot of a 4K screen has eight million pixels.
test.each([
  ["of 16 bits with alpha", { depth: 16, colorType: 6, bytes: 8 }],
  ["that only pngjs can unpack (a transparent color)", { depth: 8, colorType: 2, bytes: 3 }],
])("a large PNG %s is looked at, not refused", { timeout: 60_000 }, async (_, kind) => {
  const png = await drawLarge(alice, 43, kind);
  expect(png.readUInt32BE(16) ** 2).toBeGreaterThan(5_000_000);
  expect(readPngRows(png) === "unusual").toBe(kind.colorType === 2);
  expect(await readQrCodes(png)).toEqual([alice]);
});

interface LargeKind {
  readonly depth: number;
  readonly colorType: number;
  /** A pixel. */
  readonly bytes: number;
}

/** A row of pixels is made once for each row of modules. Color without alpha gets a transparent color that is nowhere. */
async function drawLarge(
  text: string,
  scale: number,
  { depth, colorType, bytes }: LargeKind,
): Promise<Buffer> {
  const modules = await modulesOf(text, "L");
  const side = (modules.length + 8) * scale;
  const at = (pixel: number) => Math.floor(pixel / scale) - 4;
  const colors = (3 * depth) / 8;
  const rows = Array.from({ length: modules.length + 8 }, (_, y) => {
    const row = Buffer.alloc(1 + side * bytes, 255).fill(0, 0, 1);
    for (let x = 0; x < side; x++)
      if (modules[y - 4]?.[at(x)]) row.fill(0, 1 + x * bytes, 1 + x * bytes + colors);
    return row;
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([depth, colorType, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    ...(colorType === 2 ? [chunk("tRNS", Buffer.from([0, 1, 0, 2, 0, 3]))] : []),
    chunk("IDAT", deflateSync(Buffer.concat(rows.flatMap((row) => Array<Buffer>(scale).fill(row))))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

describe("pictures that are none", () => {
  test("a picture without a code gives nothing", async () => {
    for (const kind of PNG_KINDS) expect(await readQrCodes(writePng(20, () => false, kind))).toEqual([]);
    expect(await readQrCodes(writePng(1, () => true, RGBA))).toEqual([]);
  });

  test("65535 x 65535 pixels in 1 KB are refused at once", async () => {
    const png = writePng(1, () => true, { ...RGBA, colorType: 2 });
    const header = png.subarray(16, 29);
    header.writeUInt32BE(65_535, 0);
    header.writeUInt32BE(65_535, 4);
    const bomb = Buffer.concat([png.subarray(0, 8), chunk("IHDR", header), png.subarray(33)]);
    const begin = performance.now();
    expect((await refusal(bomb)).message).toBe("the image is too large (65535 x 65535 pixels)");
    expect(performance.now() - begin).toBeLessThan(10_000);
  });

  test("pixels that unpack to gigabytes are refused", async () => {
    expect(inflateSync(deflatedZeros(2)).equals(Buffer.alloc(2_000_000))).toBe(true);
    const pixels = deflatedZeros(300);
    for (const interlaced of [false, true]) {
      const png = writePng(100, () => true, { ...RGBA, colorType: 2, interlaced });
      const bomb = Buffer.concat([
        png.subarray(0, 33),
        chunk("IDAT", pixels),
        chunk("IEND", Buffer.alloc(0)),
      ]);
      expect((await refusal(bomb)).message).toContain("can't be decoded");
    }
  });

  test.each(["page-dark.png", "page.jpg", "clear-black.png", "kind-palette-trns.png", "kind-interlaced.png"])(
    "%s cut off anywhere is an error or what is left of it, never a crash",
    async (name) => {
      const whole = fixture(name);
      // Half a photograph is looked at in every way there is.
      const shares = name === "page.jpg" ? [0.02, 0.5, 0.99] : [0.001, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99];
      for (const share of shares) {
        const cut = whole.subarray(0, Math.ceil(whole.length * share));
        const texts = await readQrCodes(cut).catch((error: unknown) => {
          expect(error).toBeInstanceOf(UserError);
          expect(error).toHaveProperty("exitCode", ExitCode.unreadable);
          return [];
        });
        expect([[], expected[name]]).toContainEqual(texts);
      }
    },
  );

  test("a PNG cut in half can't be decoded, and says so", async () => {
    for (const name of ["page-dark.png", "clear-black.png", "kind-interlaced.png"]) {
      const half = fixture(name).subarray(0, fixture(name).length / 2);
      expect(await refusal(half)).toMatchObject({
        message: "the PNG image can't be decoded: damaged or cut short",
        exitCode: 5,
        hints: [expect.stringContaining("screenshot")],
      });
    }
  });

  test.each([
    ["no bytes", "", "the image is empty"],
    ["text", "otpauth://totp/a?secret=GEZDGNBV", "not an image that twinseed can read"],
    ["a PNG signature", "\x89PNG\r\n\x1a\n", "the PNG image can't be decoded: damaged or cut short"],
    [
      "a PNG signature and text",
      "\x89PNG\r\n\x1a\nhello, world",
      "the PNG image can't be decoded: damaged or cut short",
    ],
    ["the start of a JPEG", "\xff\xd8\xff\xe0", "the JPEG image can't be decoded: damaged or cut short"],
  ])("%s is refused, and never echoed", async (_, content, message) => {
    expect(await refusal(Buffer.from(content, "latin1"))).toMatchObject({ message, exitCode: 5 });
  });

  test.each([
    ["page.jpg", [200, 2000]],
    ["kind.gif", [200, 800]],
    ["kind.bmp", [200]],
    ["kind.webp", [60]],
    ["kind.heic", [60, 400, 1200]],
    ["kind-gray-1bit.png", [60]],
    ["kind-rgb16.png", [60]],
    ["kind-interlaced.png", [60]],
    ["corner-1366x768.png", [60]],
  ])("%s, damaged, does not show what was left in memory by the picture before it", async (name, cuts) => {
    const whole = fixture(name);
    for (const cut of cuts)
      for (const zeros of [0, whole.length - cut]) {
        expect(await readQrCodes(whole)).toEqual([alice]);
        const damaged = Buffer.concat([whole.subarray(0, cut), Buffer.alloc(zeros)]);
        const texts = await readQrCodes(damaged).catch((error) => error);
        expect.soft(texts instanceof UserError ? [] : texts, `${cut} bytes and ${zeros} zeros`).toEqual([]);
      }
  });

  test("a damaged GIF is refused, or said to hold nothing, and no decoder writes to our output", async () => {
    const log = vi.spyOn(console, "log");
    const whole = fixture("kind.gif");
    // In the middle of the pixels: a code that there is not, and one that makes the frame longer.
    for (const at of [712, 713]) {
      const damaged = Buffer.from(whole);
      damaged[at] = ~(whole[at] ?? 0);
      const texts = await readQrCodes(damaged).catch((error) => error);
      expect.soft(texts instanceof UserError ? "refused" : texts).toEqual(at === 712 ? "refused" : []);
    }
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
  });

  test.each(PNG_KINDS)(
    "a PNG of color type $colorType, $depth bits, interlaced: $interlaced, with too few pixels does not either",
    async (kind) => {
      const whole = await drawPng(alice, kind);
      for (const share of [0, 0.99]) {
        expect(await readQrCodes(whole)).toEqual([alice]);
        const parts = [...pngChunks(whole)].map(({ type, content }) =>
          chunk(type, type === "IDAT" ? blankRows(content, share) : Buffer.from(content)),
        );
        const damaged = Buffer.concat([whole.subarray(0, 8), ...parts]);
        const texts = await readQrCodes(damaged).catch((error) => error);
        expect.soft(texts instanceof UserError ? [] : texts, `${share}`).toEqual([]);
      }
    },
  );

  /** A share of the rows, and nothing in them. */
  function blankRows(packed: Uint8Array, share: number): Buffer {
    return deflateSync(Buffer.alloc(Math.floor(inflateSync(packed).length * share)));
  }

  test("noise behind any honest start is refused or empty", async () => {
    let seed = 1;
    const noise = Uint8Array.from({ length: 5000 }, () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed >>> 24;
    });
    for (const name of ["kind-rgba16.png", "kind-interlaced.png", "page.jpg", "kind.gif", "kind.bmp"])
      for (const keep of [8, 26, 60, 200, 600]) {
        const image = Buffer.concat([fixture(name).subarray(0, keep), noise]);
        const outcome = await readQrCodes(image).catch((error: unknown) => error);
        expect.soft(outcome instanceof UserError ? [] : outcome, `${name}, ${keep} bytes`).toEqual([]);
      }
  });
});

describe("the reader's WebAssembly", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  test("comes from the disk: decoding works where fetch throws", async () => {
    const fetch = vi.fn(() => {
      throw new Error("no network here");
    });
    vi.stubGlobal("fetch", fetch);
    vi.resetModules();
    const fresh = await import("../../src/qr/read.ts");
    expect(await fresh.readQrCodes(fixture("crop-tight.png"))).toEqual([alice]);
    expect(fetch).not.toHaveBeenCalled();
  });

  test("is the file that the library was published with, compiled once", async () => {
    const { ZXING_WASM_SHA256 } = await import("zxing-wasm/reader");
    const { bytesOf, wasmOf } = await import("../../src/images/wasm.ts");
    const bytes = await bytesOf("zxing_reader.wasm");
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(ZXING_WASM_SHA256);
    expect(await wasmOf("zxing_reader.wasm")).toBe(await wasmOf("zxing_reader.wasm"));
  });
});
