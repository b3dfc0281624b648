/**
 * Splits the program in layers, each a file that takes from those before it what they have, as two copies of a class would be two
 * classes. What runs often stands in the first ones, and loads no more than these; the last has all that is only imported lazily.
 */
import { createHash } from "node:crypto";
import { join, relative } from "node:path";

/** Each layer with what it is for: these modules and their static imports are in it. The last layer has the rest. */
const FIRST = {
  // `code NAME`
  "twinseed.cjs": ["src/cli/start.ts"],
  "list.cjs": ["src/commands/list.ts", "src/system/disk/state-folder.ts"],
  // `code` with options
  "options.cjs": [
    "src/cli/program.ts",
    "src/cli/help-environment.ts", // of commander, there is to be one copy
    "src/commands/code/code-command.ts",
    "src/commands/code/headless.ts",
    "src/commands/code/once.ts",
    "src/commands/code/counter-answer.ts",
    "src/commands/code/masks.ts",
    "src/talk/point-in-time.ts",
  ],
  "audit.cjs": ["src/commands/audit.ts"],
};
const LAST = "program.cjs";
const [MAIN] = Object.keys(FIRST);

const relativeImport = { filter: /^\./, namespace: "file" };
const fileOf = ({ path, resolveDir }) => relative(".", join(resolveDir, path)).replaceAll("\\", "/");

/** Stands for the hash of all layers, in their text. */
const BUILD = "@build-of-layers@";
/** Positions mean something in one build only: after an update, a program that runs would call other functions than it means. */
const OF_ONE_BUILD = {
  start: `export { otherBuild } from "./src/cli/other-build.ts";\n`,
  first: { footer: { js: `module.exports.build="${BUILD}";` } },
  later: { banner: { js: `require("./${MAIN}").build!=="${BUILD}"&&require("./${MAIN}").otherBuild();` } },
};

/** `texts`: of all layers. */
export function withBuild(texts) {
  const build = createHash("sha256").update(texts.join("")).digest("hex").slice(0, 16);
  return texts.map((text) => text.replaceAll(BUILD, build));
}

/** `bundle`: (source, plugins, options) → { text, modules }. Returns { file, source, plugin, options } of each layer. */
export async function layersOf(bundle) {
  /** Module → its layer, for all but the last; which are imported lazily; and the names that later layers take from each. */
  const layerOf = new Map();
  const lazily = new Set();
  const taken = new Map();
  for (const [file, entries] of Object.entries(FIRST)) {
    const { modules, text } = await bundle(loading(entries), apart(layerOf, lazily), { format: "esm" });
    addNames(taken, text);
    for (const name of modules) if (name.startsWith("src/") && !layerOf.has(name)) layerOf.set(name, file);
  }
  const rest = () => [...lazily].filter((name) => !layerOf.has(name)).sort();
  addNames(taken, (await bundle(loading(rest()), apart(layerOf, lazily, true), { format: "esm" })).text);

  // By position, because all names and paths together are a twentieth of the first file.
  const places = { lazily: new Map(), shared: new Map() };
  const sources = [...Object.keys(FIRST), LAST].map((file) => {
    // esbuild asks for them in no certain order, and the same sources are to make the same bytes.
    const own = file === LAST ? rest() : [...lazily].filter((name) => layerOf.get(name) === file).sort();
    for (const [i, name] of own.entries()) places.lazily.set(name, { file, i });
    const shared = [...taken].filter(([name]) => layerOf.get(name) === file);
    for (const [i, [name, names]] of shared.entries()) places.shared.set(name, { file, i, names });
    const isMain = file === MAIN;
    const entries = isMain ? FIRST[MAIN].map((name) => `import "./${name}";\n`).join("") : "";
    const start = isMain ? `${entries}${OF_ONE_BUILD.start}` : "";
    return { file, source: `${start}${own.length > 0 ? loading(own) : ""}${handingOut(shared)}` };
  });
  return sources.map(({ file, source }) => {
    const options = file === MAIN ? OF_ONE_BUILD.first : OF_ONE_BUILD.later;
    return { file, source, plugin: fromLayers(file, layerOf, places), options };
  });
}

const loading = (names) => `export const load = [ ${names.map((name) => `() => require("./${name}")`)} ];\n`;

/** Each name is imported under an alias, and one function hands them out: `import *` would cost every run an object per module. */
function handingOut(shared) {
  const imports = shared.map(
    ([name, names], i) => `import { ${names.map((one) => `${one} as ${one}_${i}`)} } from "./${name}";\n`,
  );
  const cases = shared.map(([, names], i) => `case ${i}: return [ ${names.map((one) => `${one}_${i}`)} ];\n`);
  return `${imports.join("")}export function shared(position) { switch (position) { ${cases.join("")} } }`;
}

/**
 * Leaves out what an earlier layer has, so that the output shows which names it takes; and, but for the last layer, what is
 * imported lazily, which it collects.
 */
const apart = (layerOf, lazily, isLast = false) => ({
  name: "apart",
  setup: ({ onResolve }) =>
    onResolve(relativeImport, (imported) => {
      const path = fileOf(imported);
      const isLazy = imported.kind === "dynamic-import";
      if (!layerOf.has(path) && !(isLazy && !isLast)) return undefined;
      if (isLazy) lazily.add(path);
      return { path, external: true };
    }),
});

/** Takes from other layers what they have. */
const fromLayers = (file, layerOf, { lazily, shared }) => ({
  name: "from-layers",
  setup({ onResolve, onLoad }) {
    onResolve(relativeImport, (imported) => {
      const path = fileOf(imported);
      if (imported.kind !== "dynamic-import")
        return (layerOf.get(path) ?? file) === file ? undefined : { path, namespace: "shared" };
      return (lazily.get(path)?.file ?? file) === file ? undefined : { path, namespace: "lazily" };
    });
    onLoad({ filter: /./, namespace: "lazily" }, ({ path }) => {
      const place = lazily.get(path);
      return { contents: `module.exports = require("./${place.file}").load[${place.i}]();` };
    });
    onLoad({ filter: /./, namespace: "shared" }, ({ path }) => {
      const place = shared.get(path);
      return { contents: `export const [ ${place.names} ] = require("./${place.file}").shared(${place.i});` };
    });
    for (const namespace of ["lazily", "shared"])
      onResolve({ filter: /./, namespace }, ({ path }) => ({ path, external: true }));
  },
});

/** Adds the names that are imported from each module, in esbuild's output for ES modules. */
function addNames(taken, text) {
  for (const [, list, file] of text.matchAll(/import\{([^}]*)\}from"(src\/[^"]+)"/g)) {
    const names = list.split(",").map((name) => name.split(" as ")[0]);
    taken.set(file, [...new Set([...(taken.get(file) ?? []), ...names])]);
  }
}
