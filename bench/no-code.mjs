/**
 * How long the reader looks for a code where there is none, next to zxing-wasm alone in the same run: the worst case, as all
 * attempts are made. Part of `npm run corpus`; the pictures are made here. README.md has the results.
 *
 * Milliseconds of the reader (`ms` of `qr:read`): of the first picture in a fresh process, and of the same one the
 * fourth time; memory: the most that `twinseed add` of it holds at once.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import encodeJpeg, { init } from "@jsquash/jpeg/encode.js";
import { PNG } from "pngjs";
import { readBarcodes } from "zxing-wasm/reader";
import { peakMemory } from "./measure.mjs";
import { readPicture } from "./qr-reader.mjs";
import { zxingAlone } from "./zxing-alone.mjs";

const SELF = fileURLToPath(import.meta.url);
const READERS = { twinseed: readPicture, zxing: zxingAlone };
const PROGRAM = fileURLToPath(new URL("../bin/twinseed.js", import.meta.url));
const AGAIN = 4;
const [mode, ...args] = process.argv.slice(2);
if (mode === "one") await readAgain(...args);
else await report(Number(mode ?? 11));

async function readAgain(reader, file, times) {
  const ms = [];
  for (let i = 0; i < Number(times); i++) {
    const begin = performance.now();
    const { texts } = await READERS[reader](readFileSync(file));
    ms.push(performance.now() - begin);
    if (texts.length > 0) throw new Error(`a code in ${file}`);
  }
  console.log(JSON.stringify({ first: ms[0], again: ms.at(-1) }));
}

async function report(rounds) {
  const folder = mkdtempSync(join(tmpdir(), "twinseed-no-code-"));
  try {
    const pictures = {
      "PNG screenshot, 1920 x 1080": [join(folder, "page.png"), await screenshot()],
      "JPEG photograph, 1920 x 1080": [join(folder, "small.jpg"), await photograph(1920, 1080)],
      "JPEG photograph, 4000 x 3000": [join(folder, "large.jpg"), await photograph(4000, 3000)],
    };
    console.log("| no code in a | twinseed, first | again | zxing-wasm alone, first | again | memory |");
    console.log("|---|---|---|---|---|---|");
    for (const [name, [file, bytes]] of Object.entries(pictures)) {
      writeFileSync(file, bytes);
      const times = { twinseed: [], zxing: [] };
      for (let round = 0; round < rounds; round++)
        for (const reader of Object.keys(READERS)) times[reader].push(timesOf(reader, file));
      const cells = ["twinseed", "zxing"].flatMap((reader) =>
        ["first", "again"].map((which) => `${Math.round(median(times[reader].map((all) => all[which])))} ms`),
      );
      const memory = peakMemory({
        command: [process.execPath, PROGRAM, "add", "--dry-run", file],
        env: { PATH: process.env.PATH, HOME: folder },
      });
      console.log(`| ${[name, ...cells, memory ? `${Math.round(memory)} MB` : "?"].join(" | ")} |`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function commandOf(reader, file) {
  return [process.execPath, SELF, "one", reader, file, String(AGAIN)];
}

function timesOf(reader, file) {
  const [program, ...words] = commandOf(reader, file);
  const { stdout, stderr } = spawnSync(program, words, { encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

/** The example's page, its code painted over as AWS's page shows it at first. */
async function screenshot() {
  const file = readFileSync(new URL("../examples/aws-virtual-mfa.png", import.meta.url));
  await zxingAlone(file);
  const [{ position }] = await readBarcodes(file);
  const { topLeft, bottomRight } = position;
  const png = PNG.sync.read(file);
  for (let y = topLeft.y; y <= bottomRight.y; y++)
    for (let x = topLeft.x; x <= bottomRight.x; x++)
      png.data.fill(200, 4 * (y * png.width + x), 4 * (y * png.width + x) + 3);
  return PNG.sync.write(png, { colorType: 2 });
}

/** Soft shapes and the grain of a sensor; the same each time. */
async function photograph(width, height) {
  const wasm = readFileSync(new URL(import.meta.resolve("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm")));
  await init(new WebAssembly.Module(wasm));
  const data = new Uint8ClampedArray(4 * width * height);
  let state = 1;
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 4) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      const grain = (state >>> 28) - 8;
      const [u, v] = [x / width, y / height];
      data[at] = 128 + 80 * Math.sin(7 * u + 3 * v) + grain;
      data[at + 1] = 128 + 60 * Math.sin(11 * v - 2 * u) + grain;
      data[at + 2] = 128 + 90 * Math.sin(5 * u * v + 9 * u) + grain;
      data[at + 3] = 255;
    }
  return new Uint8Array(await encodeJpeg({ data, width, height }, { quality: 85 }));
}

function median(values) {
  return values.sort((one, other) => one - other)[Math.floor(values.length / 2)];
}
