/**
 * What comes out of other apps' export files, next to what is expected:
 *
 *   npm run corpus, after the pictures; or: node bench/formats.mjs [FOLDER]
 *
 * FOLDER (../shared/corpus/formats) has a folder for each format, and an expected.json. The files are other people's: no part
 * of this repository. test/formats/corpus.test.ts compares every field; this counts.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { readPicture } from "./qr-reader.mjs";

const FOLDER = resolve(
  process.argv[2] ?? fileURLToPath(new URL("../../shared/corpus/formats", import.meta.url)),
);
if (!existsSync(FOLDER)) {
  console.log(`no export files in ${FOLDER}: skipped`);
  process.exit(0);
}
const { openForeignFile, foreignText, formatOf } = await formats();

const rows = [];
for (const { file, format, password, entries, rejected = [], expectError } of JSON.parse(
  readFileSync(join(FOLDER, "expected.json"), "utf8"),
)) {
  const begin = performance.now();
  const found = await read(file, password).catch((error) => ({ error: error.message }));
  const ms = Math.round(performance.now() - begin);
  rows.push({ format, file, expected: entries.length, rejected: rejected.length, expectError, ms, ...found });
}
report();

async function read(file, password) {
  const bytes = readFileSync(join(FOLDER, file));
  const isPicture = /^(\x89PNG|\xff\xd8)/.test(bytes.subarray(0, 4).toString("latin1"));
  const foreign = isPicture
    ? foreignText(file, (await readPicture(bytes)).texts.join("\n"))
    : await openForeignFile(file, bytes);
  const format = formatOf(foreign);
  if (format === undefined) return { error: "not known" };
  const { entries, skipped } = await format.read(foreign, async () => password ?? "");
  const seeds = entries.map(({ enrollment }) => Buffer.from(enrollment.secret.reveal()).toString("hex"));
  return { read: format.id, entries: seeds.length, skipped: skipped.length };
}

function report() {
  console.log("\nexport files: entries found of those expected, skipped of those to be rejected\n");
  for (const { format, file, read, expected, rejected, entries = 0, skipped = 0, error, ms } of rows) {
    const name = file.slice(file.indexOf("/") + 1);
    const outcome = error === undefined ? `${entries}/${expected}  ${skipped}/${rejected}  ${read}` : error;
    console.log(
      `${format.padEnd(38)} ${name.slice(0, 44).padEnd(45)} ${String(ms).padStart(5)} ms  ${outcome.slice(0, 90)}`,
    );
  }
  const whole = rows.filter(({ expected, entries = 0 }) => entries >= expected);
  console.log(`\n${whole.length} of ${rows.length} files give all that is expected of them, or nothing is`);
}

async function formats() {
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from "./src/formats/foreign-file.ts"; export * from "./src/formats/index.ts";`,
      resolveDir: ".",
    },
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    packages: "external",
  });
  const module = { exports: {} };
  new Function("module", "exports", "require", outputFiles[0].text)(
    module,
    module.exports,
    createRequire(import.meta.url),
  );
  return module.exports;
}
