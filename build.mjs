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
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { build } from "esbuild";

const require = createRequire(import.meta.url);
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

/** Packages that are imported lazily: the sources say which, nobody keeps a list. */
const libraries = new Set();
const libraryFile = (name) => `lib/${name.replaceAll("/", "-")}.cjs`;

const librariesApart = {
  name: "libraries-apart",
  setup({ onResolve }) {
    onResolve({ filter: /^[^.]/ }, ({ path, kind }) => {
      if (kind !== "dynamic-import" || /^(node:|@napi-rs\/keyring)/.test(path)) return undefined;
      libraries.add(path);
      return { path: `./${libraryFile(path)}`, external: true };
    });
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

const program = { filter: /^\./, namespace: "file" };
const fileOf = ({ path, resolveDir }) => relative(".", join(resolveDir, path)).replaceAll("\\", "/");

/** In twinseed.cjs: what it imports lazily is in program.cjs. */
const later = new Set();
const laterApart = {
  name: "later-apart",
  setup({ onResolve, onLoad }) {
    onResolve(program, (imported) => {
      if (imported.kind !== "dynamic-import") return undefined;
      later.add(fileOf(imported));
      return { path: fileOf(imported), namespace: "later" };
    });
    onLoad({ filter: /./, namespace: "later" }, ({ path }) => ({
      contents: `module.exports = require("./program.cjs").load["${path}"]();`,
    }));
    onResolve({ filter: /./, namespace: "later" }, ({ path }) => ({ path, external: true }));
  },
};

/** In program.cjs: what twinseed.cjs has is taken from there, as two copies of a class would be two classes. */
const sharedWith = (files) => ({
  name: "shared",
  setup({ onResolve, onLoad }) {
    onResolve(program, (imported) =>
      files.has(fileOf(imported)) ? { path: fileOf(imported), namespace: "shared" } : undefined,
    );
    onLoad({ filter: /./, namespace: "shared" }, ({ path }) => ({
      contents: `module.exports = require("./twinseed.cjs").shared["${path}"];`,
    }));
    onResolve({ filter: /./, namespace: "shared" }, ({ path }) => ({ path, external: true }));
  },
});

/** In memory, so that dist/ is missing for an instant only. `source`: text, else options with an entry point. */
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
    ...(typeof source === "string" ? { stdin: { contents: source, resolveDir: "." } } : source),
  });
  return { file, content: outputFiles[0].contents, modules: Object.keys(metafile.inputs) };
}

const START = 'import "./src/cli/start.ts";\n';
const ours = (await bundle("", START, [laterApart, ...apart])).modules.filter((file) =>
  file.startsWith("src/"),
);
const shared = ours.map((file, i) => `import * as m${i} from "./${file}";\n`).join("");
const names = ours.map((file, i) => `"${file}": m${i}`).join();
const main = `${shared}${START}export const shared = { ${names} };`;
const rest = `export const load = { ${[...later].map((file) => `"${file}": () => require("./${file}")`)} };`;
const built = [
  await bundle("twinseed.cjs", main, [laterApart, ...apart]),
  await bundle("program.cjs", rest, [sharedWith(new Set(ours)), ...apart]),
  await bundle("child.cjs", { entryPoints: ["src/cli/child-tasks.ts"] }, apart),
  await bundle("library.mjs", { entryPoints: ["src/library.ts"], format: "esm" }),
  await bundle("library.cjs", { entryPoints: ["src/library.ts"] }),
];
for (const name of libraries) built.push(await bundle(libraryFile(name), asDefault(name)));
const types = libraryTypes();
const man = await manPage();

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist/lib", { recursive: true });
for (const { file, content } of built) writeFileSync(join("dist", file), content);
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

/** What tsc makes of src/library.ts. It stands alone: the other files of ours are not shipped. */
function libraryTypes() {
  const folder = mkdtempSync(join(tmpdir(), "twinseed-types-"));
  try {
    const tsc = join(require.resolve("typescript/package.json"), "../bin/tsc");
    const options = "--strict --skipLibCheck --module nodenext --target es2023 --types node --ignoreConfig";
    const output = "--allowImportingTsExtensions --declaration --emitDeclarationOnly --outDir";
    const words = `src/library.ts ${options} ${output}`.split(" ");
    execFileSync(process.execPath, [tsc, ...words, folder], { stdio: "inherit" });
    const types = readFileSync(join(folder, "library.d.ts"), "utf8");
    if (/^(import|export .* from) |import\(/m.test(types))
      throw new Error("the library's types need other files");
    return types;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Asks the commands themselves; a world is for their actions, none of which runs. */
async function manPage() {
  const source = `
    import { commandLine } from "./src/cli/program.ts";
    import { manPage } from "./src/cli/man-page.ts";
    process.stdout.write(manPage(commandLine({}), TWINSEED_VERSION));`;
  const { content } = await bundle("man", source, apart);
  return execFileSync(process.execPath, ["-"], { input: content, encoding: "utf8" });
}

/** One chapter for each package that something was bundled from. */
function licenses(modules) {
  const folders = new Set(
    modules.flatMap((module) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module) ?? []),
  );
  const chapters = [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const files = readdirSync(folder, { recursive: true }).filter((file) =>
      /^(?!.*node_modules)(.*[\\/])?(licen[cs]e|copying|notice)[^\\/]*$(?<!\.[cm]?[jt]s)/i.test(file),
    );
    const inside = `docs/licences/inside-${name.replaceAll("/", "-")}.txt`; // what its licence does not say, or that it lacks
    const texts = [...files.map((file) => join(folder, file)), ...(existsSync(inside) ? [inside] : [])];
    if (texts.length === 0) throw new Error(`${folder} comes without a license`);
    return [`${name} ${version}`, ...texts.map((file) => readFileSync(file, "utf8").trim())].join("\n\n");
  });
  return `${chapters.join(`\n\n${"-".repeat(78)}\n\n`)}\n`;
}
