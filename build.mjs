/**
 * Builds dist/, in pieces, so that a run reads and compiles only what it needs (figures in bench/README.md):
 *   twinseed.cjs  src/start.ts: answers --version, and loads the next
 *   main.cjs      src/main.ts and what it imports: all that `code NAME` needs
 *   program.cjs   the parser and the other commands; likewise for each module of ours that is imported lazily
 *   lib/          the heavy libraries, one file each
 *   THIRD-PARTY.txt   the licences of what is bundled
 * CommonJS, because ES modules start slower on every Node we support.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, join, relative } from "node:path";
import { build } from "esbuild";

const HEAVY = [
  "zxing-wasm/reader",
  "zxing-wasm/writer",
  "pngjs",
  "jsqr",
  "qrcode-terminal",
  "proper-lockfile",
  "fastest-levenshtein",
];
const WASM = ["zxing-wasm/reader/zxing_reader.wasm", "zxing-wasm/writer/zxing_writer.wasm"];

const require = createRequire(import.meta.url);
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

const isOurs = (module) => module.startsWith("src/");
const ownFile = (module) => basename(module).replace(/\.ts$/, ".cjs");
const libraryFile = (library) => `lib/${library.replaceAll("/", "-")}.cjs`;

const inMain = new Set(); // modules of ours
const lazy = new Set(); // modules of ours that have a file of their own
const takenFromMain = new Set(); // those of main.cjs that the others need

const heavyApart = {
  name: "heavy-apart",
  setup({ onResolve }) {
    onResolve({ filter: /^[^.]/ }, ({ path }) =>
      HEAVY.includes(path) ? { path: `./${libraryFile(path)}`, external: true } : undefined,
    );
  },
};

const lazyApart = {
  name: "lazy-apart",
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, kind, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      lazy.add(relative(".", join(resolveDir, path)));
      return { path: `./${ownFile(path)}`, external: true };
    });
  },
};

/** What another file has already is taken from there: two copies of a class are two classes. */
const nothingTwice = {
  name: "nothing-twice",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\./, namespace: "file" }, ({ path, kind, resolveDir }) => {
      if (kind === "entry-point") return undefined;
      const module = relative(".", join(resolveDir, path));
      return inMain.has(module) || lazy.has(module) ? { path: module, namespace: "elsewhere" } : undefined;
    });
    onLoad({ filter: /./, namespace: "elsewhere" }, ({ path }) => {
      if (!inMain.has(path)) return { contents: `module.exports = require("./${ownFile(path)}")` };
      takenFromMain.add(path);
      return { contents: `module.exports = require("./main.cjs").modules["${path}"]` };
    });
    onResolve({ filter: /./, namespace: "elsewhere" }, ({ path }) => ({ path, external: true }));
  },
};

/** In memory, so that dist/ is missing for an instant only. */
async function bundle(file, options) {
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
    external: ["@napi-rs/keyring"],
    define: { TWINSEED_VERSION: JSON.stringify(version), "import.meta.url": "undefined" },
    legalComments: "none", // THIRD-PARTY.txt has the whole licences
    ...options,
  });
  return { file, content: outputFiles[0].contents, modules: Object.keys(metafile.inputs) };
}

function text(...lines) {
  return { stdin: { contents: lines.join("\n"), resolveDir: "." } };
}

const start = await bundle("twinseed.cjs", { entryPoints: ["src/start.ts"], plugins: [lazyApart] });
lazy.clear(); // start.ts loads main.ts

const draft = await bundle("main.cjs", { entryPoints: ["src/main.ts"], plugins: [lazyApart, heavyApart] });
for (const module of draft.modules) if (isOurs(module)) inMain.add(module);

/** What two of them need goes into main.cjs too: by `takenFromMain`, once it is in `inMain`. */
let parts;
for (;;) {
  parts = [];
  for (const module of lazy) {
    const plugins = [nothingTwice, heavyApart];
    parts.push(await bundle(ownFile(module), { entryPoints: [module], plugins }));
  }
  const ours = parts.flatMap(({ modules }) => modules.filter(isOurs));
  const twice = ours.filter((module, i) => ours.indexOf(module) !== i);
  if (twice.length === 0) break;
  for (const module of twice) inMain.add(module);
}
const main = await bundle("main.cjs", {
  ...text('export { main } from "./src/main.ts";', ...(await givenAway([...takenFromMain]))),
  plugins: [lazyApart, heavyApart],
});
const inBoth = parts.flatMap(({ modules }) =>
  modules.filter((one) => isOurs(one) && main.modules.includes(one)),
);
if (inBoth.length > 0) throw new Error(`imported lazily here, at once there: ${inBoth.join(", ")}`);

const libraries = [];
for (const library of HEAVY)
  libraries.push(await bundle(libraryFile(library), text(`module.exports = require("${library}")`)));

const built = [start, main, ...parts, ...libraries];
const names = built.map(({ file }) => file);
if (new Set(names).size < names.length)
  throw new Error(`two modules of one name are imported lazily: ${names}`);

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist/lib", { recursive: true });
for (const { file, content } of built) writeFileSync(join("dist", file), content);
for (const path of WASM) copyFileSync(require.resolve(path), join("dist/lib", basename(path)));
writeFileSync("dist/THIRD-PARTY.txt", licences(built.flatMap(({ modules }) => modules)));

/**
 * Source of `modules`: what the other files take, by module. By name and behind getters, because `import * as` would
 * cost every run the objects that only other files need.
 */
async function givenAway(entryPoints) {
  const { metafile } = await build({
    entryPoints,
    format: "esm",
    outdir: "none",
    write: false,
    metafile: true,
  });
  const exported = Object.values(metafile.outputs).map(({ entryPoint, exports }) => [entryPoint, exports]);
  const imports = exported.map(([module, names], i) => {
    return `import { ${names.map((name) => `${name} as ${name}_${i}`).join(", ")} } from "./${module}";`;
  });
  const getters = exported.map(([module, names], i) => {
    return `get "${module}"() { return { ${names.map((name) => `${name}: ${name}_${i}`).join(", ")} }; },`;
  });
  return [...imports, "export const modules = {", ...getters, "};"];
}

/** One chapter for each package that something was bundled from. */
function licences(modules) {
  const folders = new Set(
    modules.flatMap((module) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module) ?? []),
  );
  const chapters = [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
    if (files.length === 0) throw new Error(`${folder} comes without a licence`);
    const inside = `docs/licences/inside-${name}.txt`; // what others wrote in it, where its licence does not say so
    const texts = [...files.map((file) => join(folder, file)), ...(existsSync(inside) ? [inside] : [])];
    return [`${name} ${version}`, ...texts.map((file) => readFileSync(file, "utf8").trim())].join("\n\n");
  });
  return `${chapters.join(`\n\n${"-".repeat(78)}\n\n`)}\n`;
}
