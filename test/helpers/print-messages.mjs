/** Bundles messages.ts next to itself, so that its paths hold, and runs it. */
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const outfile = new URL(".messages.mjs", import.meta.url);
await build({
  entryPoints: [fileURLToPath(new URL("messages.ts", import.meta.url))],
  outfile: fileURLToPath(outfile),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  loader: { ".wasm": "binary", ".md": "text" },
  packages: "external",
  external: ["*/viewer.html"], // only recovery pages need it
  plugins: [
    {
      // Node can't import a library's WebAssembly: it is bundled, as in build.mjs.
      name: "wasm",
      setup({ onResolve }) {
        onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => ({
          path: createRequire(join(resolveDir, "importer")).resolve(path),
        }));
      },
    },
  ],
});
try {
  await import(outfile.href);
} finally {
  rmSync(outfile);
}
