/**
 * Splits the program in two: twinseed.cjs has src/cli/start.ts and its static imports; program.cjs has what those import
 * lazily, and everything else that this needs.
 */
import { join, relative } from "node:path";

const START = 'import "./src/cli/start.ts";\n';
const relativeImport = { filter: /^\./, namespace: "file" };
const fileOf = ({ path, resolveDir }) => relative(".", join(resolveDir, path)).replaceAll("\\", "/");

/** `bundle`: (source, plugins, options) → { text, modules }. Returns the sources of both files, each with its plugin. */
export async function twoFiles(bundle) {
  const later = new Set();
  const { modules } = await bundle(START, laterApart(later));
  const first = new Set(modules.filter((file) => file.startsWith("src/")));
  // esbuild asks for them in no certain order, and the same sources are to make the same bytes.
  const program = `export const load = [ ${[...later].sort().map((file) => `() => require("./${file}")`)} ];`;
  const { text } = await bundle(program, sharedWith(first), { format: "esm" });
  const taken = namesTaken(text);
  // Each name is imported under an alias, and one function hands them out: `import *` would cost every run an object per file.
  // By position, because all names and paths together are a twentieth of the file.
  const shared = [...taken].map(([file, names], i) => ({
    load: `import { ${names.map((name) => `${name} as ${name}_${i}`)} } from "./${file}";\n`,
    handOut: `case ${i}: return [ ${names.map((name) => `${name}_${i}`)} ];\n`,
  }));
  const main = `${START}${shared.map(({ load }) => load).join("")}
    export function shared(position) { switch (position) { ${shared.map(({ handOut }) => handOut).join("")} } }`;
  return {
    main: { source: main, plugin: laterApart(later) },
    program: { source: program, plugin: sharedWith(first, taken) },
  };
}

/** For twinseed.cjs: takes its lazy imports from program.cjs. */
const laterApart = (later) => ({
  name: "later-apart",
  setup({ onResolve, onLoad }) {
    onResolve(relativeImport, (imported) => {
      if (imported.kind !== "dynamic-import") return undefined;
      later.add(fileOf(imported));
      return { path: fileOf(imported), namespace: "later" };
    });
    onLoad({ filter: /./, namespace: "later" }, ({ path }) => ({
      contents: `module.exports = require("./program.cjs").load[${[...later].sort().indexOf(path)}]();`,
    }));
    onResolve({ filter: /./, namespace: "later" }, ({ path }) => ({ path, external: true }));
  },
});

/**
 * For program.cjs: takes from twinseed.cjs what that has, as two copies of a class would be two classes. `taken`: file → names;
 * without it those files stay external, so that the output shows which names it takes from them.
 */
const sharedWith = (files, taken) => ({
  name: "shared",
  setup({ onResolve, onLoad }) {
    onResolve(relativeImport, (imported) => {
      const path = fileOf(imported);
      if (!files.has(path)) return undefined;
      return taken ? { path, namespace: "shared" } : { path, external: true };
    });
    onLoad({ filter: /./, namespace: "shared" }, ({ path }) => ({
      contents: `export const [ ${taken.get(path)} ] = require("./twinseed.cjs").shared(${[...taken.keys()].indexOf(path)});`,
    }));
    onResolve({ filter: /./, namespace: "shared" }, ({ path }) => ({ path, external: true }));
  },
});

/** File → the names imported from it, in esbuild's output for ES modules. */
function namesTaken(text) {
  const taken = new Map();
  for (const [, list, file] of text.matchAll(/import\{([^}]*)\}from"(src\/[^"]+)"/g))
    for (const name of list.split(",")) {
      if (!taken.has(file)) taken.set(file, new Set());
      taken.get(file).add(name.split(" as ")[0]);
    }
  return new Map([...taken].map(([file, names]) => [file, [...names]]));
}
