/**
 * Builds dist/:
 *   twinseed.cjs  src/cli/start.ts and what it imports at once: all that `code NAME` needs
 *   program.cjs   the rest of the program, loaded when something of it is first imported
 *   child.cjs     what runs in a process of its own
 *   lib/          the libraries that are imported lazily, one file each, and their WebAssembly as modules
 *   library.*     src/library.ts, for import and for require(), with its types
 *   twinseed.1    the man page
 *   THIRD-PARTY.txt   the licenses of what is bundled
 * CommonJS, because ES modules start slower on every Node we support. Figures: bench/README.md.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { libraryTypes } from "./packaging/library-types.mjs";
import { licenses } from "./packaging/licenses.mjs";
import { twoFiles } from "./packaging/two-files.mjs";

const require = createRequire(import.meta.url);
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

/** Packages that are imported lazily: the sources say which, nobody keeps a list. */
const libraries = new Set();
const libraryFile = (name) => `lib/${name.replaceAll("/", "-")}.cjs`;

const librariesApart = {
  name: "libraries-apart",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^.]/ }, ({ path, kind }) => {
      if (kind !== "dynamic-import" || /^(node:|@napi-rs\/keyring)/.test(path)) return undefined;
      libraries.add(path);
      return path.endsWith(".wasm")
        ? { path, namespace: "bytes" }
        : { path: `./${libraryFile(path)}`, external: true };
    });
    // Read from its file: as a text in the program it would take ten times as long to load.
    onLoad({ filter: /./, namespace: "bytes" }, ({ path }) => ({
      contents: `export default require("node:fs").readFileSync(__dirname + "/lib/${basename(path)}");`,
    }));
  },
};

/** Functions of these modules of Node load it when they are called: together they take longer to load than `code` does. */
const lazyBuiltins = {
  name: "lazy-builtins",
  setup({ onResolve, onLoad }) {
    onResolve(
      { filter: /^(node:)?(assert|crypto|child_process|module|zlib)$/ },
      ({ path, kind, namespace }) =>
        kind === "import-statement" && namespace !== "lazy"
          ? { path, namespace: "lazy", sideEffects: false }
          : { path, external: true },
    );
    onLoad({ filter: /./, namespace: "lazy" }, async ({ path }) => ({
      contents: Object.entries(await import(path))
        .filter(([name, value]) => name !== "default" && typeof value === "function")
        .map(([name]) => `export const ${name} = (...args) => require("${path}").${name}(...args);`)
        .join("\n"),
    }));
  },
};

const apart = [librariesApart, lazyBuiltins];

/** In memory, so that dist/ is missing for an instant only. */
async function bundle(file, source, plugins = []) {
  const { outputFiles, metafile } = await build({
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node20.19",
    // import() becomes require(): on Node 20 an import of CommonJS starts a lexer that costs more than the library.
    supported: { "dynamic-import": false },
    loader: { ".wasm": "binary" },
    external: ["@napi-rs/keyring"],
    define: { TWINSEED_VERSION: JSON.stringify(version), "import.meta.url": "undefined" },
    legalComments: "none", // THIRD-PARTY.txt has the whole licenses
    plugins,
    ...source,
  });
  return { file, content: outputFiles[0].contents, modules: Object.keys(metafile.inputs) };
}

const text = (contents) => ({ stdin: { contents, resolveDir: "." } });
const { main, program } = await twoFiles(async (source, plugin, options) => {
  const { content, modules } = await bundle("", { ...text(source), ...options }, [plugin, ...apart]);
  return { text: Buffer.from(content).toString("utf8"), modules };
});
const built = [
  await bundle("twinseed.cjs", text(main.source), [main.plugin, ...apart]),
  await bundle("program.cjs", text(program.source), [program.plugin, ...apart]),
  await bundle("child.cjs", { entryPoints: ["src/cli/child-tasks.ts"] }, apart),
  await bundle("library.mjs", { entryPoints: ["src/library.ts"], format: "esm" }),
  await bundle("library.cjs", { entryPoints: ["src/library.ts"] }),
];
const wasm = [...libraries].filter((name) => name.endsWith(".wasm"));
for (const name of libraries)
  if (!wasm.includes(name)) built.push(await bundle(libraryFile(name), text(asDefault(name))));
const types = libraryTypes();
const man = await manPage();

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist/lib", { recursive: true });
for (const { file, content } of built) writeFileSync(join("dist", file), content);
for (const name of wasm) copyFileSync(require.resolve(name), join("dist/lib", basename(name)));
for (const name of ["library.d.mts", "library.d.cts"]) writeFileSync(join("dist", name), types);
writeFileSync("dist/twinseed.1", man);
writeFileSync("dist/THIRD-PARTY.txt", licenses(built.flatMap(({ modules }) => modules)));

/** Imported by us, what a file of CommonJS exports is its default; that of an ES module has to become it, with all the rest. */
function asDefault(name) {
  return `
    const library = require("${name}");
    const own = library.__esModule ? library.default : undefined;
    module.exports = own === undefined ? library : Object.assign(own, library);`;
}

/** Asks the commands themselves; a world is for their actions, none of which runs. */
async function manPage() {
  const source = `
    import { commandLine } from "./src/cli/program.ts";
    import { manPage } from "./src/cli/man-page.ts";
    process.stdout.write(manPage(commandLine({}), TWINSEED_VERSION));`;
  const { content } = await bundle("man", text(source), apart);
  return execFileSync(process.execPath, ["-"], { input: content, encoding: "utf8" });
}
