/** The program as Bun compiles it into the executable: one file, and the WebAssembly that it reads. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { build } from "esbuild";
import { lazyBuiltins } from "./lazy-builtins.mjs";

const require = createRequire(import.meta.url);

/** Bun has the files of such an import in the executable, and gives their paths in there. */
const wasmAsFiles = (folder) => ({
  name: "wasm-as-files",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^.].*\.wasm$/ }, ({ path }) => ({ path, namespace: "wasm" }));
    onLoad({ filter: /./, namespace: "wasm" }, ({ path }) => {
      const name = basename(path);
      copyFileSync(require.resolve(path), join(folder, name));
      return { contents: `export default require("node:fs").readFileSync(require("./${name}"));` };
    });
    onResolve({ filter: /^\.\/\w+\.wasm$/, namespace: "wasm" }, ({ path }) => ({ path, external: true }));
  },
});

/** The one that build.mjs has made, and no other: its hash is on paper. */
const builtViewer = {
  name: "built-viewer",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/viewer\.html$/ }, () => ({ path: resolve("dist/viewer.html") })),
};

const keyring = resolve("packaging/keyring-next-to-us.cjs");
const keyringNextToUs = {
  name: "keyring-next-to-us",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@napi-rs\/keyring$/ }, () => ({ path: keyring }));
    // It asks for the package of the platform first, which could only be found in folders of others.
    onLoad({ filter: /[\\/]keyring-binding\.ts$/ }, () => ({
      contents: `export const loadBinding = async () => require("@napi-rs/keyring");`,
      resolveDir: ".",
    }));
  },
};

/** Writes the bundle into `folder`, and returns its path. */
export async function standaloneBundle(folder, { version, bugs }) {
  mkdirSync(folder, { recursive: true });
  const { outputFiles } = await build({
    entryPoints: ["src/cli/standalone.ts"],
    bundle: true,
    write: false,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node20.19",
    supported: { "dynamic-import": false }, // the parts of the program are evaluated when they are needed, as with Node.js
    loader: { ".md": "text", ".html": "text" },
    define: {
      TWINSEED_VERSION: JSON.stringify(version),
      TWINSEED_BUGS: JSON.stringify(bugs.url),
      TWINSEED_STANDALONE: "true",
      "import.meta.url": "undefined",
      // Bun would fill in the folder of this build. Nothing reads them here: what libraries would look for next to them is embedded.
      __dirname: '""',
      __filename: '""',
    },
    legalComments: "none", // THIRD-PARTY.txt has the whole licenses
    plugins: [wasmAsFiles(folder), keyringNextToUs, builtViewer, lazyBuiltins],
  });
  const file = join(folder, "twinseed.cjs");
  writeFileSync(file, outputFiles[0].contents);
  return file;
}
