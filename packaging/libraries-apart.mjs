/** The packages that are imported lazily, each in a file of its own, and their WebAssembly: the sources say which, nobody keeps a list. */
import { createRequire } from "node:module";
import { basename } from "node:path";

const require = createRequire(import.meta.url);

/** `place`: where a file of WebAssembly is when the program runs, as an expression. */
export function librariesApart(place) {
  const names = new Set();
  const fileOf = (name) => `lib/${name.replaceAll("/", "-")}.cjs`;
  const isWasm = (name) => name.endsWith(".wasm");
  const inOrder = () => [...names].sort();
  return {
    plugin: {
      name: "libraries-apart",
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^[^.]/ }, ({ path, kind }) => {
          if (kind !== "dynamic-import" || /^(node:|@napi-rs\/keyring)/.test(path)) return undefined;
          names.add(path);
          return isWasm(path) ? { path, namespace: "bytes" } : { path: `./${fileOf(path)}`, external: true };
        });
        // Read from its file: as a text in the program it would take ten times as long to load.
        onLoad({ filter: /./, namespace: "bytes" }, ({ path }) => ({
          contents: `export default require("node:fs").readFileSync(${place(basename(path))});`,
        }));
        onResolve({ filter: /./, namespace: "bytes" }, ({ path }) => ({ path, external: true }));
      },
    },
    /** After all else was bundled: { file, source }, to be bundled, too. */
    scripts: () =>
      inOrder()
        .filter((name) => !isWasm(name))
        .map((name) => ({ file: fileOf(name), source: asDefault(name) })),
    /** The paths of the files. */
    wasm: () =>
      inOrder()
        .filter(isWasm)
        .map((name) => require.resolve(name)),
  };
}

/** Imported by us, what a file of CommonJS exports is its default; that of an ES module has to become it, with all the rest. */
function asDefault(name) {
  return `
    const library = require("${name}");
    const own = library.__esModule ? library.default : undefined;
    module.exports = own === undefined ? library : Object.assign(own, library);`;
}
