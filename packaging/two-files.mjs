/**
 * Where the program is cut in two: twinseed.cjs has src/cli/start.ts and what it imports at once, program.cjs what is imported
 * lazily from there, and all that this needs besides.
 */
import { join, relative } from "node:path";

const START = 'import "./src/cli/start.ts";\n';
const relativeImport = { filter: /^\./, namespace: "file" };
const fileOf = ({ path, resolveDir }) => relative(".", join(resolveDir, path)).replaceAll("\\", "/");

/** `bundle`: (source, plugins, options) → { text, modules }. What comes back are the sources of both, each with its plugin. */
export async function twoFiles(bundle) {
  const later = new Set();
  const { modules } = await bundle(START, laterApart(later));
  const first = new Set(modules.filter((file) => file.startsWith("src/")));
  const program = `export const load = { ${[...later].map((file) => `"${file}": () => require("./${file}")`)} };`;
  const { text } = await bundle(program, sharedWith(first), { format: "esm" });
  const taken = namesTaken(text);
  // Imported by another name each, and handed out by one function: `import *` would cost every run an object for each file.
  const shared = [...taken].map(([file, names], i) => ({
    load: `import { ${names.map((name) => `${name} as ${name}_${i}`)} } from "./${file}";\n`,
    give: `case "${file}": return { ${names.map((name) => `${name}: ${name}_${i}`)} };\n`,
  }));
  const main = `${START}${shared.map(({ load }) => load).join("")}
    export function shared(file) { switch (file) { ${shared.map(({ give }) => give).join("")} } }`;
  return {
    main: { source: main, plugin: laterApart(later) },
    program: { source: program, plugin: sharedWith(first, taken) },
  };
}

/** In twinseed.cjs: what it imports lazily is in program.cjs. */
const laterApart = (later) => ({
  name: "later-apart",
  setup({ onResolve, onLoad }) {
    onResolve(relativeImport, (imported) => {
      if (imported.kind !== "dynamic-import") return undefined;
      later.add(fileOf(imported));
      return { path: fileOf(imported), namespace: "later" };
    });
    onLoad({ filter: /./, namespace: "later" }, ({ path }) => ({
      contents: `module.exports = require("./program.cjs").load["${path}"]();`,
    }));
    onResolve({ filter: /./, namespace: "later" }, ({ path }) => ({ path, external: true }));
  },
});

/**
 * In program.cjs: what twinseed.cjs has is taken from there, as two copies of a class would be two classes. `taken`: file → names;
 * without it those files are left outside, so that the output says which names are taken of them.
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
      contents: `export const { ${taken.get(path)} } = require("./twinseed.cjs").shared("${path}");`,
    }));
    onResolve({ filter: /./, namespace: "shared" }, ({ path }) => ({ path, external: true }));
  },
});

/** File → the names by which it is imported, in what esbuild makes of ES modules. */
function namesTaken(text) {
  const taken = new Map();
  for (const [, list, file] of text.matchAll(/import\{([^}]*)\}from"(src\/[^"]+)"/g))
    for (const name of list.split(",")) {
      if (!taken.has(file)) taken.set(file, new Set());
      taken.get(file).add(name.split(" as ")[0]);
    }
  return new Map([...taken].map(([file, names]) => [file, [...names]]));
}
