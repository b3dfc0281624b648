/** Pictures: small ones of every kind, damaged as files and, where possible, inside their compression. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";
import { ExitCode } from "../../../src/base/errors.ts";
import { decode } from "../../../src/images/decode.ts";
import { checkImage, readImageHeader } from "../../../src/images/image-header.ts";
import { pngChunks } from "../../../src/images/png-chunks.ts";
import { modulesOf } from "../../../src/qr/matrix.ts";
import { readPicture } from "../../../src/qr/read.ts";
import { chunk, PNG_KINDS, writePng } from "../../qr/write-png.ts";
import { type Chance, mutate, pick } from "../mutate.ts";
import { assertThat, type Sample, type Taken, type Target } from "../target.ts";

const TEXT = "otpauth://totp/a?secret=MFRGGZDF";
const FOLDER = join(process.cwd(), "test/fixtures/qr");
const SIGNATURE = 8;
/** The animations have two. */
const MOST_TEXTS = 2;

let made: Promise<readonly Sample[]> | undefined;

function pngs(): Promise<readonly Sample[]> {
  made ??= makePngs();
  return made;
}

async function makePngs(): Promise<readonly Sample[]> {
  const modules = await modulesOf(TEXT, "L");
  const scale = 2;
  const margin = 4;
  const dark = (x: number, y: number): boolean =>
    modules[Math.floor(y / scale) - margin]?.[Math.floor(x / scale) - margin] ?? false;
  const side = scale * (modules.length + 2 * margin);
  return PNG_KINDS.map((kind) => {
    const name = `${kind.colorType}-${kind.depth}${kind.interlaced ? "-interlaced" : ""}.png`;
    return { name, bytes: writePng(side, dark, kind) };
  });
}

const fixtures =
  (...names: readonly string[]) =>
  async () =>
    names.map((name) => ({ name, bytes: readFileSync(join(FOLDER, name)) }));

/** Changes the content of a chunk (of pixels, while they are unpacked), and corrects the checksums. */
function mutatePng({ bytes }: Sample, chance: Chance): Buffer {
  const chunks = [...pngChunks(bytes)];
  const changed = pick(chance, chunks);
  const parts = chunks.map((one) => {
    if (one !== changed) return chunk(one.type, one.content);
    const content = Buffer.from(one.content);
    if (one.type !== "IDAT") return chunk(one.type, mutate(content, [content], chance));
    const rows = inflateSync(content);
    return chunk(one.type, deflateSync(mutate(rows, [rows], chance), { level: 1 }));
  });
  return Buffer.concat([bytes.subarray(0, SIGNATURE), ...parts]);
}

async function take(input: Buffer): Promise<Taken> {
  const { texts } = await readPicture(input);
  // Reed-Solomon codes are not a checksum: they don't guarantee that the text is right.
  assertThat(texts.length <= MOST_TEXTS, "more codes than there were");
  return { outcome: texts.length > 0 ? "read" : "no code" };
}

const shared = { refusals: [ExitCode.unreadable], isBinary: true, seconds: 10 } as const;

const png: Target = { name: "png", ...shared, samples: pngs, mutate: mutatePng, take };
const jpeg: Target = {
  ...{ name: "jpeg", ...shared, take },
  samples: fixtures("kind-gray.jpg", "kind-cmyk.jpg", "kind-progressive.jpg"),
};
const others: Target = {
  ...{ name: "picture", ...shared, take },
  samples: fixtures(
    "kind.gif",
    "kind.bmp",
    "kind.webp",
    "kind-clear.webp",
    "kind.heic",
    "kind.avif",
    "later.gif",
    "later.webp",
    "clear-black.png",
    "kind-palette-trns.png",
  ),
};

/** The checks before a decoder starts, and our own decoder: cheap enough for many more inputs. */
const rows: Target = {
  ...{ name: "png-rows", ...shared, samples: pngs, mutate: mutatePng },
  async take(input) {
    const header = checkImage(input);
    if (header.kind !== "png" || header.width * header.height > 1_000_000) return { outcome: "refused" };
    const samples = await decode(input, header, "first look");
    if (samples === undefined) return { outcome: "refused" };
    const { width, height, channels, data, start, stride } = samples;
    assertThat(width === header.width && height === header.height, "another size than the header's");
    assertThat(start + (height - 1) * stride + width * channels <= data.length, "rows beyond the pixels");
    return { outcome: "read" };
  },
};

const header: Target = {
  ...{ name: "picture-header", ...shared },
  samples: async () => [...(await others.samples()), ...(await jpeg.samples()), ...(await pngs())],
  async take(input) {
    const { kind, width, height } = readImageHeader(input);
    assertThat(
      Number.isSafeInteger(width) && Number.isSafeInteger(height) && width >= 0 && height >= 0,
      "no size",
    );
    return { outcome: kind };
  },
};

export const pictureTargets: readonly Target[] = [header, rows, png, jpeg, others];
