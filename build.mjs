/**
 * Builds dist/:
 *   twinseed.cjs  src/cli/start.ts and what it imports at once: all that `code NAME` needs
 *   list.cjs      what `list` needs in addition
 *   options.cjs   what `code` with options needs in addition
 *   audit.cjs     what `audit` needs in addition
 *   program.cjs   the rest of the program, loaded when something of it is first imported
 *   unlocked.cjs  asks an unlocked store for a code, instead of all of the above
 *   child.cjs     what runs in a process of its own
 *   lib/          the libraries that are imported lazily, one file each, and their WebAssembly as modules
 *   library.*     src/library.ts, for import and for require(), with its types
 *   viewer.html   the constant part of recovery pages, with its hash; viewer.js is its script before it is minified
 *   twinseed.1    the man page
 *   THIRD-PARTY.txt   the licenses of what is bundled
 *   twinseed.cdx.json   the bill of materials
 * The same sources make the same bytes, on any Node.js and in any folder.
 * CommonJS, because ES modules start slower on every Node we support. Figures: bench/README.md.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { billOfMaterials } from "./packaging/bill-of-materials.mjs";
import { bundleOptions } from "./packaging/bundle-options.mjs";
import { layersOf, withBuild } from "./packaging/layers.mjs";
import { lazyBuiltins } from "./packaging/lazy-builtins.mjs";
import { librariesApart } from "./packaging/libraries-apart.mjs";
import { libraryTypes } from "./packaging/library-types.mjs";
import { licenses } from "./packaging/licenses.mjs";
import { manPage } from "./packaging/man-page.mjs";
import { packagesOf } from "./packaging/packages.mjs";
import { viewer } from "./packaging/viewer.mjs";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));

const libraries = librariesApart((wasm) => `__dirname + "/lib/${wasm}"`);

/** The pages of docs/ come with the package, and `twinseed help` shows them. */
const documents = {
  name: "documents",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.md$/ }, ({ path }) => ({ path: basename(path), namespace: "document" }));
    onLoad({ filter: /./, namespace: "document" }, ({ path }) => ({
      contents: `export default require("node:fs").readFileSync(__dirname + "/../docs/${path}", "utf8");`,
    }));
  },
};

/** The viewer of recovery pages is a file, not a text in the program. */
const viewerFile = {
  name: "viewer-file",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/viewer\.html$/ }, () => ({ path: "viewer.html", namespace: "viewer" }));
    onLoad({ filter: /./, namespace: "viewer" }, ({ path }) => ({
      contents: `export default require("node:fs").readFileSync(__dirname + "/${path}", "utf8");`,
    }));
  },
};

const apart = [libraries.plugin, lazyBuiltins, documents, viewerFile];

const common = bundleOptions(manifest, false);

/** In memory, so that dist/ is missing for an instant only. */
async function bundle(file, source, plugins = []) {
  const { outputFiles, metafile } = await build({
    ...common,
    loader: { ".wasm": "binary" },
    external: ["@napi-rs/keyring"],
    plugins,
    ...source,
  });
  return { file, content: outputFiles[0].contents, modules: Object.keys(metafile.inputs) };
}

/** For what bundles with the "browser" condition (Cypress, k6, workers, React Native): no module of Node. */
const inBrowsers = { entryPoints: ["src/library.ts"], format: "esm", platform: "browser", target: "es2022" };
const browserHmac = {
  name: "browser-hmac",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/hmac\.ts$/ }, () => ({
      path: join(import.meta.dirname, "src/otp/browser-hmac.ts"),
    })),
};

const text = (contents) => ({ stdin: { contents, resolveDir: "." } });
const layers = await layersOf(async (source, plugin, options) => {
  const { content, modules } = await bundle("", { ...text(source), ...options }, [plugin, ...apart]);
  return { text: Buffer.from(content).toString("utf8"), modules };
});
const built = [
  await bundle("unlocked.cjs", { entryPoints: ["src/cli/unlocked-code.ts"] }, apart),
  await bundle("child.cjs", { entryPoints: ["src/cli/child-tasks.ts"] }, apart),
  await bundle("library.mjs", { entryPoints: ["src/library.ts"], format: "esm" }),
  await bundle("library.cjs", { entryPoints: ["src/library.ts"] }),
  await bundle("library.browser.mjs", inBrowsers, [browserHmac]),
];
const layersBuilt = [];
for (const { file, source, plugin, options } of layers)
  layersBuilt.push(await bundle(file, { ...text(source), ...options }, [plugin, ...apart]));
const texts = withBuild(layersBuilt.map(({ content }) => Buffer.from(content).toString("utf8")));
built.push(...layersBuilt.map((one, i) => ({ ...one, content: texts[i] })));
const inLayers = layersBuilt.flatMap((one) =>
  one.modules.filter((name) => /^(src|node_modules)\//.test(name)),
);
const twice = inLayers.filter((name, i) => inLayers.indexOf(name) < i);
if (twice.length > 0) throw new Error(`of these there would be two copies: ${twice}`);
for (const { file, source } of libraries.scripts()) built.push(await bundle(file, text(source)));
const { html, sha256, readable, modules } = await viewer();
const types = libraryTypes();
const { source, run } = manPage;
const man = run((await bundle("man", text(source), apart)).content);

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist/lib", { recursive: true });
for (const { file, content } of built) writeFileSync(join("dist", file), content);
for (const path of libraries.wasm()) copyFileSync(path, join("dist/lib", basename(path)));
for (const name of ["library.d.mts", "library.d.cts"]) writeFileSync(join("dist", name), types);
writeFileSync("dist/viewer.html", html);
writeFileSync("dist/viewer.html.sha256", `${sha256}  viewer.html\n`);
writeFileSync("dist/viewer.js", readable);
writeFileSync("dist/twinseed.1", man);
const bundled = packagesOf([...built.flatMap((one) => one.modules), ...modules]);
writeFileSync("dist/THIRD-PARTY.txt", licenses(bundled));
const { packages: locked } = JSON.parse(readFileSync("package-lock.json", "utf8"));
writeFileSync("dist/twinseed.cdx.json", billOfMaterials(manifest, bundled, locked));
