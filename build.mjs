/**
 * Builds dist/, in pieces, so that a run reads and compiles only what it needs (figures in bench/README.md):
 *   twinseed.cjs  src/cli/start.ts and what it imports: answers --version, and has all that `code NAME` needs
 *   program.cjs   the parser and the other commands; likewise for each module that these import lazily, if it is one of
 *                 LATER: formats and what few runs need
 *   lib/          the heavy libraries, one file each
 *   library.*     src/library.ts, for import and for require(), with its types
 *   twinseed.1    the man page
 *   THIRD-PARTY.txt   the licences of what is bundled
 * CommonJS, because ES modules start slower on every Node we support.
 *
 * No module is in two files, as two copies of a class are two classes: the first file that needs it has it, and the
 * later ones take it from there. twinseed.cjs comes first, program.cjs and what it alone loads last.
 */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
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
import { basename, join, relative } from "node:path";
import { build } from "esbuild";

const HEAVY = [
  "zxing-wasm/reader",
  "zxing-wasm/writer",
  "@jsquash/jpeg/codec/dec/mozjpeg_dec.js",
  "@jsquash/webp/codec/dec/webp_dec.js",
  "pngjs",
  "omggif",
  "bmp-ts",
  "jsqr",
  "qrcode-terminal",
  "proper-lockfile",
  "fastest-levenshtein",
  "hash-wasm",
  "@noble/ciphers/chacha.js",
  "@noble/ciphers/_poly1305.js",
  "@zip.js/zip.js",
  "kdbxweb",
  "@xmldom/xmldom",
  "csv-parse/sync",
  "yaml",
  "@bufbuild/protobuf/wire",
  "age-encryption",
  "slip39",
  "slip39/src/slip39_helper.js",
  "@redis/client",
];
const WASM = [
  "zxing-wasm/reader/zxing_reader.wasm",
  "zxing-wasm/writer/zxing_writer.wasm",
  "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm",
  "@jsquash/webp/codec/dec/webp_dec.wasm",
];

const require = createRequire(import.meta.url);
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

const MAIN = "src/cli/start.ts";
const PROGRAM = "src/cli/program.ts";
const FORMATS = "src/formats/index.ts";
const LATER = /^src\/(formats\/index\.ts|commands\/(import|export|backup|sheet|completion|aws)\/)/;

const isOurs = (module) => module.startsWith("src/");
const ownFile = (module) => (module === MAIN ? "twinseed.cjs" : `${nameOf(module)}.cjs`);
const nameOf = (module) => {
  const name = module.replace(/^src\/(commands\/)?|\.ts$/g, "");
  return LATER.test(module) ? name.replaceAll("/", "-") : basename(name);
};
const libraryFile = (library) => `lib/${library.replaceAll("/", "-")}.cjs`;

const names = await namesOf(
  readdirSync("src", { recursive: true })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `src/${name.replaceAll("\\", "/")}`),
);
const lazy = new Set([MAIN]); // modules of ours that have a file of their own
const owners = new Map(); // module of ours -> the one of `lazy` whose file it is in
const given = new Map(); // what others take from its file

const heavyApart = {
  name: "heavy-apart",
  setup({ onResolve }) {
    onResolve({ filter: /^[^.]/ }, ({ path }) =>
      HEAVY.includes(path) ? { path: `./${libraryFile(path)}`, external: true } : undefined,
    );
  },
};

/**
 * What most commands do without, and what takes as long to load as a good part of them: loaded at the first call of one of
 * `functions`. commander, for one, could start other programs.
 */
const lazyBuiltins = {
  name: "lazy-builtins",
  setup({ onResolve, onLoad }) {
    const functions = {
      assert: ["equal"],
      "node:crypto":
        "createCipheriv createDecipheriv createHash createHmac hkdfSync pbkdf2 scrypt timingSafeEqual".split(
          " ",
        ),
      "node:child_process": ["execFile", "spawn"],
      "node:module": ["createRequire"],
      "node:v8": ["setFlagsFromString"],
      "node:zlib": ["inflateSync"],
    };
    // What is imported lazily is so already, and may call something else of it.
    onResolve(
      { filter: /^(assert|node:(crypto|child_process|module|v8|zlib))$/ },
      ({ path, namespace, kind }) =>
        namespace === "lazy" || kind === "dynamic-import"
          ? { path, external: true }
          : { path, namespace: "lazy" },
    );
    onLoad({ filter: /./, namespace: "lazy" }, ({ path }) => ({
      contents: functions[path]
        .map((name) => `export const ${name} = (...args) => require("${path}").${name}(...args);`)
        .join("\n"),
    }));
  },
};

/** What `user` imports lazily: all of it has a file of its own where every run loads the user, else what is LATER. */
function lazyApart(user) {
  return {
    name: "lazy-apart",
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ path, kind, resolveDir }) => {
        const module = relative(".", join(resolveDir, path));
        if (kind !== "dynamic-import" || (user !== MAIN && !LATER.test(module))) return undefined;
        lazy.add(module);
        return { path: `./${ownFile(module)}`, external: true };
      });
    },
  };
}

/** What another file has already is taken from there. */
function nothingTwice(user) {
  const ownerOf = (module) => (lazy.has(module) ? module : owners.get(module));
  return {
    name: "nothing-twice",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./, namespace: "file" }, ({ path, kind, resolveDir }) => {
        if (kind === "entry-point") return undefined;
        const module = relative(".", join(resolveDir, path));
        const owner = ownerOf(module) ?? user;
        return owner === user ? undefined : { path: module, namespace: "elsewhere" };
      });
      onLoad({ filter: /./, namespace: "elsewhere" }, ({ path }) => {
        const owner = ownerOf(path);
        if (!given.has(owner)) given.set(owner, new Set());
        given.get(owner).add(path);
        const taken = `require("./${ownFile(owner)}").take("${path}")`;
        return { contents: `export const { ${names.get(path).join(", ")} } = ${taken};` };
      });
      onResolve({ filter: /./, namespace: "elsewhere" }, ({ path }) => ({ path, external: true }));
    },
  };
}

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

function part(entry, exports = "") {
  const source = text(`export * from "./${entry}";`, exports);
  const plugins = [lazyApart(entry), heavyApart, nothingTwice(entry), lazyBuiltins];
  return bundle(ownFile(entry), { ...source, plugins });
}

// Once to see what belongs where ...
for (const module of (await part(MAIN)).modules) if (isOurs(module)) owners.set(module, MAIN);
// What is loaded with the program, or in a moment of its own, takes from the program, and not the other way round.
const withProgram = [...lazy].filter((module) => /^src\/(commands\/|seeds\/file\/shared-keys)/.test(module));
for (const module of [PROGRAM, ...withProgram]) lazy.delete(module);
for (const module of [PROGRAM, FORMATS, ...withProgram]) lazy.add(module); // and what is found on the way
const order = [];
for (const entry of lazy) await settle(entry);
// ... and again, the last one first, as it says what it takes from the others.
const parts = [];
for (const entry of order.toReversed())
  parts.unshift(await part(entry, given.has(entry) ? givenAway([...given.get(entry)]) : ""));
const ours = parts.flatMap(({ modules }) => modules.filter(isOurs));
const twice = ours.filter((module, i) => ours.indexOf(module) !== i);
if (twice.length > 0) throw new Error(`in two files: ${twice.join(", ")}`);

const libraries = [];
for (const library of HEAVY) {
  const source = text(`module.exports = require("${library}")`);
  const plugins = library === "proper-lockfile" ? [lazyBuiltins] : [];
  libraries.push(await bundle(libraryFile(library), { ...source, plugins }));
}

const LIBRARY = { entryPoints: ["src/library.ts"] };
const library = [
  await bundle("library.mjs", { ...LIBRARY, format: "esm" }),
  await bundle("library.cjs", LIBRARY),
];
const types = libraryTypes();
const man = await manPage();

const built = [...parts, ...libraries, ...library];
const files = built.map(({ file }) => file);
if (new Set(files).size < files.length)
  throw new Error(`two modules of one name are imported lazily: ${files}`);

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist/lib", { recursive: true });
for (const { file, content } of built) writeFileSync(join("dist", file), content);
for (const path of WASM) copyFileSync(require.resolve(path), join("dist/lib", basename(path)));
for (const name of ["library.d.mts", "library.d.cts"]) writeFileSync(join("dist", name), types);
writeFileSync("dist/twinseed.1", man);
writeFileSync("dist/THIRD-PARTY.txt", licences(built.flatMap(({ modules }) => modules)));

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

/** Asks the commands themselves; a context is for their actions, none of which runs. */
async function manPage() {
  const source = text(
    'import { commandLine } from "./src/cli/program.ts";',
    'import { manPage } from "./src/cli/man-page.ts";',
    "process.stdout.write(manPage(commandLine({}), TWINSEED_VERSION));",
  );
  const { content } = await bundle("man", { ...source, plugins: [heavyApart] });
  return execFileSync(process.execPath, ["-"], { input: content, encoding: "utf8" });
}

/** What `entry` needs at once of the other entries comes before it: else two files would wait for each other. */
async function settle(entry, waiting = []) {
  if (order.includes(entry)) return;
  if (waiting.includes(entry)) throw new Error(`these import each other: ${[...waiting, entry].join(", ")}`);
  const { modules } = await part(entry);
  for (const module of modules.map((name) => name.replace(/^elsewhere:/, "")))
    if (module !== entry && lazy.has(module)) await settle(module, [...waiting, entry]);
  order.push(entry);
  for (const module of modules) if (isOurs(module) && !owners.has(module)) owners.set(module, entry);
}

/** The names that each module of ours exports. */
async function namesOf(entryPoints) {
  const { metafile } = await build({
    entryPoints,
    format: "esm",
    outdir: "none",
    write: false,
    metafile: true,
  });
  return new Map(Object.values(metafile.outputs).map(({ entryPoint, exports }) => [entryPoint, exports]));
}

/**
 * Source of `modules`: what the other files take, by module. By name and in one function, because
 * `import * as`, or a getter for each, would cost every run the objects that only other files need.
 */
function givenAway(modules) {
  const imports = modules.map((module, i) => {
    const list = names.get(module).map((name) => `${name} as ${name}_${i}`);
    return `import { ${list.join(", ")} } from "./${module}";`;
  });
  const cases = modules.map((module, i) => {
    const list = names.get(module).map((name) => `${name}: ${name}_${i}`);
    return `case "${module}": return { ${list.join(", ")} };`;
  });
  return [...imports, "export function take(module) { switch (module) {", ...cases, "} }"].join("\n");
}

/** One chapter for each package that something was bundled from. */
function licences(modules) {
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
    if (texts.length === 0) throw new Error(`${folder} comes without a licence`);
    return [`${name} ${version}`, ...texts.map((file) => readFileSync(file, "utf8").trim())].join("\n\n");
  });
  return `${chapters.join(`\n\n${"-".repeat(78)}\n\n`)}\n`;
}
