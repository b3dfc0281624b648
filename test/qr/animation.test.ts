import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { PICTURE_LIMITS } from "../../src/base/limits.ts";
import { laterPictures } from "../../src/images/animation.ts";
import { checkImage } from "../../src/images/image-header.ts";
import { pngChunks } from "../../src/images/png-chunks.ts";
import { readQrCodes } from "../../src/qr/read.ts";
import { chunk, drawPng, RGBA, writePng } from "./write-png.ts";

const fixture = (name: string) => readFileSync(new URL(`../fixtures/qr/${name}`, import.meta.url));
const first = "otpauth://totp/first?secret=MFRGGZDF";
const second = "otpauth://totp/second?secret=GEZDGNBV";

interface Part {
  readonly png: Buffer;
  readonly left?: number;
  readonly top?: number;
  readonly afterwards?: 0 | 1 | 2;
  readonly covers?: boolean;
}

const number = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

function sizeOf(png: Buffer): readonly [number, number] {
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

/** An animated PNG; its size is that of the first part. */
function animated(...parts: readonly [Part, ...Part[]]): Buffer {
  const [{ png }] = parts;
  const pixels = (part: Part) => [...pngChunks(part.png)].filter(({ type }) => type === "IDAT");
  let count = 0;
  const frames = parts.flatMap((part, i) => {
    const [width, height] = sizeOf(part.png);
    const { left = 0, top = 0, afterwards = 0, covers = false } = part;
    const place = [count++, width, height, left, top].map(number);
    const control = Buffer.concat([...place, Buffer.from([0, 1, 0, 1, afterwards, covers ? 0 : 1])]);
    const data = pixels(part).map(({ content }) =>
      i === 0
        ? chunk("IDAT", Buffer.from(content))
        : chunk("fdAT", Buffer.concat([number(count++), content])),
    );
    return [chunk("fcTL", control), ...data];
  });
  const start = png.subarray(0, 33); // the signature and the header
  const control = chunk("acTL", Buffer.concat([number(parts.length), number(0)]));
  return Buffer.concat([start, control, ...frames, chunk("IEND", Buffer.alloc(0))]);
}

const blank = (side: number) => writePng(side, () => false, RGBA);

/** The right half of a picture of RGBA pixels. */
async function halves(text: string): Promise<{ side: number; left: Buffer; right: Buffer }> {
  const whole = await drawPng(text, RGBA);
  const [side] = sizeOf(whole);
  const { PNG } = await import("pngjs");
  const { data } = PNG.sync.read(whole);
  const half = Math.floor(side / 2);
  const cut = (from: number, width: number) => {
    const rows = Array.from({ length: side }, (_, row) =>
      Buffer.concat([Buffer.of(0), data.subarray((row * side + from) * 4, (row * side + from + width) * 4)]),
    );
    const header = Buffer.concat([number(width), number(side), Buffer.from([8, 6, 0, 0, 0])]);
    return Buffer.concat([
      whole.subarray(0, 8),
      chunk("IHDR", header),
      chunk("IDAT", deflateSync(Buffer.concat(rows))),
      chunk("IEND", Buffer.alloc(0)),
    ]);
  };
  return { side, left: cut(0, half), right: cut(half, side - half) };
}

async function later(image: Buffer) {
  const pictures = [];
  for await (const { data } of laterPictures(image, checkImage(image))) pictures.push(data.slice());
  return pictures;
}

describe("animations", () => {
  it("a code on a later frame is found, and so are those of all frames", async () => {
    const codes = await Promise.all([first, second].map((text) => drawPng(text, RGBA)));
    const [one = blank(1), two = blank(1)] = codes;
    const [side] = sizeOf(one);
    expect(await readQrCodes(animated({ png: blank(side) }, { png: one }))).toEqual([first]);
    expect(await readQrCodes(animated({ png: one }, { png: blank(side) }, { png: two }))).toEqual([
      first,
      second,
    ]);
  });

  it("a frame that is only what has changed is painted over what was there", async () => {
    const { side, left, right } = await halves(first);
    const half = Math.floor(side / 2);
    expect(
      await readQrCodes(animated({ png: blank(side) }, { png: left }, { png: right, left: half })),
    ).toEqual([first]);
  });

  it.each([
    [1, "cleared"],
    [2, "put back as it was"],
  ] as const)("a frame that is then %s (%s) does not remain", async (afterwards, _) => {
    const { side, left, right } = await halves(first);
    const half = Math.floor(side / 2);
    const file = animated({ png: blank(side) }, { png: left, afterwards }, { png: right, left: half });
    expect(await readQrCodes(file)).toEqual([]);
    const [, last] = await later(file);
    expect([...(last?.subarray(0, 4) ?? [])]).toEqual(afterwards === 1 ? [0, 0, 0, 0] : [255, 255, 255, 255]);
  });

  it("a frame outside of the picture, or larger than it, is left out", async () => {
    const code = await drawPng(first, RGBA);
    const [side] = sizeOf(code);
    for (const frame of [{ png: code, left: 1 }, { png: code, top: 4_000_000_000 }, { png: blank(side + 1) }])
      expect(await later(animated({ png: blank(side) }, frame))).toEqual([]);
  });

  it("a file that is cut short ends with what is there", async () => {
    const code = await drawPng(first, RGBA);
    const [side] = sizeOf(code);
    const whole = animated({ png: blank(side) }, { png: code }, { png: blank(side) });
    for (let length = 33; length < whole.length; length += 41)
      expect((await later(whole.subarray(0, length))).length).toBeLessThanOrEqual(2);
  });

  it("looks at so many frames, and not at more", async () => {
    const frames = (count: number) =>
      animated({ png: blank(8) }, ...Array<Part>(count).fill({ png: blank(8) }));
    expect((await later(frames(PICTURE_LIMITS.frames - 1))).length).toBe(PICTURE_LIMITS.frames - 1);
    expect((await later(frames(PICTURE_LIMITS.frames))).length).toBe(PICTURE_LIMITS.frames - 1);
  });

  it("looks at so many pixels of them, and not at more", async () => {
    const side = 2500;
    const most = Math.floor(PICTURE_LIMITS.framePixels / side ** 2);
    expect(most).toBeLessThan(PICTURE_LIMITS.frames);
    const image = animated({ png: blank(side) }, ...Array<Part>(most + 5).fill({ png: blank(8) }));
    const header = checkImage(image);
    let count = 1;
    for await (const { width } of laterPictures(image, header)) {
      expect(width).toBe(side);
      count += 1;
    }
    expect(count).toBe(most);
  });

  it.each(["later.gif", "later.webp"])(
    "%s: damaged anywhere, it is read, refused or has no code",
    async (name) => {
      const whole = fixture(name);
      const texts = await readQrCodes(whole);
      expect(texts.length).toBe(2);
      for (let at = 20; at < whole.length; at += 499) {
        const damaged = Buffer.from(whole);
        damaged[at] = ~(whole[at] ?? 0);
        const found = await readQrCodes(damaged).catch((error) =>
          error.exitCode === 5 ? [] : [String(error)],
        );
        expect(texts).toEqual(expect.arrayContaining(found));
      }
    },
  );
});
