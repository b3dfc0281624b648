/**
 * How many real pictures the reader reads, next to zxing-wasm alone and jsqr alone in the same run:
 *
 *   npm run corpus; or: node bench/corpus.mjs [FOLDER]
 *
 * FOLDER (../shared/corpus/qr) has a folder for each set, with an expected.json. The pictures are other people's: neither
 * they nor their texts are in this repository. README.md has the results.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import jsqr from "jsqr";
import { decode, grayOf, readPicture } from "./qr-reader.mjs";
import { zxingAlone } from "./zxing-alone.mjs";

const FOLDER = resolve(process.argv[2] ?? fileURLToPath(new URL("../../shared/corpus/qr", import.meta.url)));
if (!existsSync(FOLDER)) {
  console.log(`no pictures in ${FOLDER}: skipped`);
  process.exit(0);
}

/** Each takes a file's bytes and says which texts it holds. */
const READERS = { twinseed: (image) => readPicture(image), zxing: zxingAlone, jsqr: jsqrAlone };

const rows = [];
const negatives = { files: 0, found: { twinseed: 0, zxing: 0, jsqr: 0 } };
const times = { twinseed: [], zxing: [], jsqr: [] };
const atOnce = { twinseed: [], zxing: [] };
const passes = {};
const misses = [];
let turn = 0;
for (const set of readdirSync(FOLDER, { withFileTypes: true }))
  if (set.isDirectory()) await readSet(set.name);
report();

async function readSet(set) {
  const expected = JSON.parse(readFileSync(join(FOLDER, set, "expected.json"), "utf8"));
  const row = { set, files: 0, twinseed: 0, zxing: 0, jsqr: 0 };
  for (const [name, { basis, expected: texts }] of Object.entries(expected)) {
    if (texts === null || basis.startsWith("structured-append")) continue; // nobody knows, or a part of a text
    const image = readFileSync(join(FOLDER, set, name));
    if (texts.length === 0) negatives.files++;
    else row.files++;
    const ms = {};
    let pass;
    turn++;
    const readers = Object.entries(READERS); // in turns, as the first one meets the file cold
    for (const [reader, read] of turn % 2 ? readers : readers.reverse()) {
      const begin = performance.now();
      const found = await read(image).catch((error) => ({ texts: [], error }));
      ms[reader] = performance.now() - begin;
      times[reader].push(ms[reader]);
      if (reader === "twinseed") pass = found.pass;
      if (texts.length === 0) negatives.found[reader] += found.texts.length > 0 ? 1 : 0;
      else if (isRead(found.texts, texts)) row[reader]++;
      else if (reader === "twinseed") misses.push(`${set}/${name}`);
    }
    if (pass !== undefined) passes[pass] = (passes[pass] ?? 0) + 1;
    if (pass === "zxing") for (const reader of Object.keys(atOnce)) atOnce[reader].push(ms[reader]);
  }
  if (row.files > 0) rows.push(row);
}

/** A picture counts when one of its texts is read. */
function isRead(found, expected) {
  const unixLines = (text) => text.replaceAll("\r\n", "\n").trimEnd();
  const texts = found.map(unixLines);
  return expected.some((text) => texts.includes(unixLines(text)));
}

/** Its defaults on the pixels as they are; GIF, which we don't unpack, not at all. */
async function jsqrAlone(image) {
  const kind = { 137: "png", 255: "jpeg", 82: "webp" }[image[0]];
  const samples = kind && (await decode(image, { kind, width: 1, height: 1 }));
  if (!samples) return { texts: [] };
  const { width, height, data } = grayOf(samples, 255);
  const rgba = new Uint8ClampedArray(4 * data.length).fill(255);
  for (let i = 0; i < data.length; i++) rgba.fill(data[i], 4 * i, 4 * i + 3);
  const code = jsqr.default(rgba, width, height);
  return { texts: code ? [code.data] : [] };
}

function report() {
  const share = (read, files) => `${read} (${((100 * read) / files).toFixed(1)} %)`;
  const total = { set: "all", files: 0, twinseed: 0, zxing: 0, jsqr: 0 };
  for (const row of rows) for (const key of ["files", "twinseed", "zxing", "jsqr"]) total[key] += row[key];
  console.log("| set | pictures | twinseed | zxing-wasm alone | jsqr alone |\n|---|---|---|---|---|");
  for (const { set, files, twinseed, zxing, jsqr } of [...rows, total])
    console.log(
      `| ${set} | ${files} | ${share(twinseed, files)} | ${share(zxing, files)} | ${share(jsqr, files)} |`,
    );
  const { twinseed, zxing, jsqr } = negatives.found;
  console.log(
    `\nfalse positives in ${negatives.files} pictures without a code: ${twinseed}, ${zxing}, ${jsqr}`,
  );
  console.log(
    `median ms: ${Object.values(times)
      .map((all) => median(all).toFixed(1))
      .join(", ")}`,
  );
  const ratios = atOnce.twinseed.map((ms, i) => ms / atOnce.zxing[i]);
  console.log(`read at once: ${ratios.length}, median ${median(ratios).toFixed(2)} of zxing-wasm alone`);
  console.log(
    `found by: ${Object.entries(passes)
      .map((pass) => pass.join(" "))
      .join(", ")}`,
  );
  console.log(`not read:\n${misses.join("\n")}`);
}

function median(values) {
  return values.sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
