/**
 * Splits the program: twinseed.cjs has src/cli/start.ts and its static imports; program.cjs has what those import lazily, and
 * everything else that this needs; unlocked.cjs the little of that which asks an unlocked store for a code.
 */
import { join, relative } from "node:path";

const START = 'import "./src/cli/start.ts";\n';
/** What `code` needs where the file store is unlocked: with the rest of the program, it would pay for that. */
const UNLOCKED = ["src/commands/code/unlocked-answers.ts", "src/system/channel/ask-unlocked.ts"];
/** What those load when it is needed, and what is in program.cjs as well. */
const FROM_UNLOCKED = ["src/system/channel/start-unlocked.ts"];
const relativeImport = { filter: /^\./, namespace: "file" };
const fileOf = ({ path, resolveDir }) => relative(".", join(resolveDir, path)).replaceAll("\\", "/");
const loading = (files) => `export const load = [ ${files.map((file) => `() => require("./${file}")`)} ];`;

/** `bundle`: (source, plugins, options) → { text, modules }. Returns the sources of all files, each with its plugin. */
export async function twoFiles(bundle) {
  const later = new Set();
  const { modules } = await bundle(START, laterApart(later));
  const first = new Set(modules.filter((file) => file.startsWith("src/")));
  // esbuild asks for them in no certain order, and the same sources are to make the same bytes.
  const program = loading(programFiles(later));
  const unlocked = loading(UNLOCKED);
  const inProgram = programFiles(later);
  const taken = new Map();
  addNamesTaken((await bundle(program, sharedWith(first), { format: "esm" })).text, taken);
  addNamesTaken((await bundle(unlocked, sharedWith(first, inProgram), { format: "esm" })).text, taken);
  // Each name is imported under an alias, and one function hands them out: `import *` would cost every run an object per file.
  // By position, because all names and paths together are a twentieth of the file.
  const shared = [...taken].map(([file, names], i) => ({
    load: `import { ${[...names].map((name) => `${name} as ${name}_${i}`)} } from "./${file}";\n`,
    handOut: `case ${i}: return [ ${[...names].map((name) => `${name}_${i}`)} ];\n`,
  }));
  const main = `${START}${shared.map(({ load }) => load).join("")}
    export function shared(position) { switch (position) { ${shared.map(({ handOut }) => handOut).join("")} } }`;
  return {
    main: { source: main, plugin: laterApart(later) },
    program: { source: program, plugin: sharedWith(first, [], taken) },
    unlocked: { source: unlocked, plugin: sharedWith(first, inProgram, taken) },
  };
}

const programFiles = (later) =>
  [...later, ...FROM_UNLOCKED].filter((file) => !UNLOCKED.includes(file)).sort();

/** For twinseed.cjs: takes its lazy imports from the other two. */
const laterApart = (later) => ({
  name: "later-apart",
  setup({ onResolve, onLoad }) {
    onResolve(relativeImport, (imported) => {
      if (imported.kind !== "dynamic-import") return undefined;
      later.add(fileOf(imported));
      return { path: fileOf(imported), namespace: "later" };
    });
    onLoad({ filter: /./, namespace: "later" }, ({ path }) => ({
      contents: UNLOCKED.includes(path)
        ? `module.exports = require("./unlocked.cjs").load[${UNLOCKED.indexOf(path)}]();`
        : `module.exports = require("./program.cjs").load[${programFiles(later).indexOf(path)}]();`,
    }));
    onResolve({ filter: /./, namespace: "later" }, ({ path }) => ({ path, external: true }));
  },
});

/**
 * For the other two: takes from twinseed.cjs what that has, as two copies of a class would be two classes. `elsewhere`: what is taken
 * from program.cjs, when it is needed. `taken`: file → names; without it those files stay external, so that the output shows which names it takes from them.
 */
const sharedWith = (files, elsewhere = [], taken = undefined) => ({
  name: "shared",
  setup({ onResolve, onLoad }) {
    onResolve(relativeImport, (imported) => {
      const path = fileOf(imported);
      if (imported.kind === "dynamic-import" && elsewhere.includes(path))
        return { path, namespace: "program" };
      if (!files.has(path)) return undefined;
      return taken ? { path, namespace: "shared" } : { path, external: true };
    });
    onLoad({ filter: /./, namespace: "shared" }, ({ path }) => ({
      contents: `export const [ ${[...taken.get(path)]} ] = require("./twinseed.cjs").shared(${[...taken.keys()].indexOf(path)});`,
    }));
    onLoad({ filter: /./, namespace: "program" }, ({ path }) => ({
      contents: `module.exports = require("./program.cjs").load[${elsewhere.indexOf(path)}]();`,
    }));
    for (const namespace of ["shared", "program"])
      onResolve({ filter: /./, namespace }, ({ path }) => ({ path, external: true }));
  },
});

/** Adds, by file, the names imported from it in esbuild's output for ES modules. */
function addNamesTaken(text, taken) {
  for (const [, list, file] of text.matchAll(/import\{([^}]*)\}from"(src\/[^"]+)"/g))
    for (const name of list.split(",")) {
      if (!taken.has(file)) taken.set(file, new Set());
      taken.get(file).add(name.split(" as ")[0]);
    }
}
