/** The reader of src/qr, and what it unpacks pictures with, compiled for the scripts of this folder. */
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const outfile = fileURLToPath(new URL("../node_modules/.cache/twinseed/qr-reader.mjs", import.meta.url));
await build({
  stdin: {
    contents: ["read.ts", "samples.ts", "grey.ts"].map((file) => `export * from "./${file}";`).join("\n"),
    resolveDir: fileURLToPath(new URL("../src/qr", import.meta.url)),
  },
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20.19",
  outfile,
});
export const { decode, greyOf, readPicture } = await import(pathToFileURL(outfile).href);
