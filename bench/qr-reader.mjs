/**
 * The reader of src/qr and src/images, and what it unpacks pictures with, compiled for the scripts of this folder: CommonJS with the libraries in
 * it, as they are in dist/, since Node takes 40 ms to find and link them one by one as modules.
 */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = new URL("../src/", import.meta.url);
const outfile = fileURLToPath(new URL("../node_modules/.cache/twinseed/qr-reader.cjs", import.meta.url));
await build({
  stdin: {
    contents: ["qr/read.ts", "images/decode.ts", "images/gray.ts"]
      .map((file) => `export * from "./${file}";`)
      .join("\n"),
    resolveDir: fileURLToPath(folder),
  },
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20.19",
  loader: { ".wasm": "binary" },
  outfile,
});
export const { decode, grayOf, readPicture } = createRequire(import.meta.url)(outfile);
