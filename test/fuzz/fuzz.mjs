/** Bundles main.ts with the key derivation stubbed (unsafe-derivations.ts), and runs it. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const folder = "node_modules/.cache/twinseed-fuzz";
mkdirSync(folder, { recursive: true });
const outfile = join(folder, "main.mjs");
await build({
  entryPoints: ["test/fuzz/main.ts"],
  bundle: true,
  platform: "node",
  format: "esm",
  loader: { ".wasm": "binary", ".md": "text" },
  packages: "external",
  sourcemap: true,
  outfile,
  plugins: [
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
