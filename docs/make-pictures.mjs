/**
 * Makes the README's pictures, in light and in dark, each with its text next to it: node docs/make-pictures.mjs (after npm run build;
 * needs tmux and Chromium). test/real/pictures.test.ts fails when the program shows another text.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const LARGEST = 150_000;
const folder = "docs/pictures";

/** The tests' own harness, which Node 20 can't import as it is. */
const { outputFiles } = await build({
  entryPoints: ["test/helpers/pictures.ts"],
  bundle: true,
  platform: "node",
  format: "esm",
  write: false,
});
const source = Buffer.from(outputFiles[0].contents).toString("base64");
const { takePictures, draw, withText } = await import(`data:text/javascript;base64,${source}`);

mkdirSync(folder, { recursive: true });
for (const picture of await takePictures()) {
  const { name, text } = picture;
  writeFileSync(`${folder}/${name}.txt`, `${text}\n`);
  for (const look of ["light", "dark"]) {
    const bytes = withText(await draw(picture, look === "dark"), text);
    if (bytes.length > LARGEST) throw new Error(`${name} has ${bytes.length} bytes, more than ${LARGEST}`);
    writeFileSync(`${folder}/${name}-${look}.png`, bytes);
  }
}
