/**
 * The program as Bun compiles it into the executable: main.cjs and what that loads, each a file that is read when it is needed. In one
 * file, `--version` and `code` would pay for all of it.
 */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { build } from "esbuild";
import { bundleOptions } from "./bundle-options.mjs";
import { layersOf } from "./layers.mjs";
import { lazyBuiltins } from "./lazy-builtins.mjs";
import { librariesApart } from "./libraries-apart.mjs";

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

/** What main.cjs starts. */
const PARTS = { "./start.ts": "./twinseed.cjs", "./child-tasks.ts": "./child.cjs" };
const partsApart = {
  name: "parts-apart",
  setup: ({ onResolve }) =>
    onResolve({ filter: /./ }, ({ path }) => ({ path: PARTS[path], external: path in PARTS })),
};

/** Writes the files into `folder`, and returns their names there, that of the entry first. */
export async function standaloneBundle(folder, manifest) {
  // Bun has the files of such a require() in the executable, and gives their paths in there.
  const libraries = librariesApart((wasm) => `require("./${wasm}")`);
  const all = [libraries.plugin, keyringNextToUs, builtViewer, lazyBuiltins];

  const common = bundleOptions(manifest, true);

  async function bundle(source, plugins, options) {
    const { outputFiles, metafile } = await build({
      ...common,
      ...source,
      loader: { ".md": "text", ".html": "text" },
      // Bun would fill in the folder of this build. Nothing reads them here: what libraries would look for next to them is embedded.
      define: { ...common.define, __dirname: '""', __filename: '""' },
      plugins,
      ...options,
    });
    return { text: outputFiles[0].text, modules: Object.keys(metafile.inputs) };
  }

  const files = [];
  async function write(file, source, plugins) {
    const { text } = await bundle(source, plugins);
    writeFileSync(join(folder, file), text);
    files.push(file);
  }
  const from = (contents) => ({ stdin: { contents, resolveDir: "." } });
  const layers = await layersOf((source, plugin, options) => bundle(from(source), [plugin, ...all], options));
  mkdirSync(join(folder, "lib"), { recursive: true });
  await write("main.cjs", { entryPoints: ["src/cli/standalone.ts"] }, [partsApart]);
  for (const { file, source, plugin } of layers) await write(file, from(source), [plugin, ...all]);
  await write("child.cjs", { entryPoints: ["src/cli/child-tasks.ts"] }, all);
  for (const { file, source } of libraries.scripts()) await write(file, from(source), [lazyBuiltins]);
  for (const path of libraries.wasm()) copyFileSync(path, join(folder, basename(path)));
  return files;
}
