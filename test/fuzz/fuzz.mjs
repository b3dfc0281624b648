/** Bundles main.ts with the key derivation stubbed (unsafe-derivations.ts), and runs it. */
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const require = createRequire(import.meta.url);
const folder = "node_modules/.cache/twinseed-fuzz";
mkdirSync(folder, { recursive: true });
const outfile = join(folder, "main.mjs");
await build({
  entryPoints: ["test/fuzz/main.ts"],
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  loader: { ".wasm": "binary", ".md": "text" },
  packages: "external",
  external: ["*/viewer.html"], // only recovery pages need it
  sourcemap: true,
  outfile,
  plugins: [
    {
      // As bytes, as in dist/: Node can't import them.
      name: "wasm-inside",
      setup({ onResolve }) {
        onResolve({ filter: /\.wasm$/ }, ({ path }) => ({ path: require.resolve(path) }));
      },
    },
    {
      name: "unsafe-derivations",
      setup({ onResolve }) {
        onResolve({ filter: /\/derivations\.ts$/ }, () => ({
          path: join(process.cwd(), "test/fuzz/unsafe-derivations.ts"),
        }));
      },
    },
  ],
});
process.setSourceMapsEnabled(true);
await import(pathToFileURL(join(process.cwd(), outfile)).href);
