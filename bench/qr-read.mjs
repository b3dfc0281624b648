/**
 * What the reader finds in picture files, for looking into one that it can't read:
 *
 *   npm run --silent qr:read -- FILE...
 *
 * One line of JSON a file: { file, texts, ms, pass }, or { file, error, ms }. The texts may be seeds: mind the screen.
 */
import { readFileSync } from "node:fs";
import { readPicture } from "./qr-reader.mjs";

for (const file of process.argv.slice(2)) {
  const begin = performance.now();
  const result = await readFrom(file);
  console.log(JSON.stringify({ file, ...result, ms: Math.round(performance.now() - begin) }));
}

async function readFrom(file) {
  try {
    return await readPicture(readFileSync(file));
  } catch (error) {
    return { error: error.message };
  }
}
