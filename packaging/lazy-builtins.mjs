/** A plugin of esbuild: modules of Node that are slow to load, loaded when they are first used. */

/**
 * Functions of these modules of Node load it when they are called: together they take longer to load than `code` does. All
 * that something imports is listed, and esbuild refuses what is missing: asked for its list, each Node has another one, and
 * would make other bytes.
 */
const LAZY_FUNCTIONS = {
  "node:child_process": ["execFile", "spawn"],
  "node:crypto": [
    "createCipheriv",
    "createDecipheriv",
    "createHash",
    "createHmac",
    "hkdfSync",
    "pbkdf2",
    "scrypt",
    "timingSafeEqual",
  ],
  "node:zlib": ["inflateSync"],
};
/** By require(), for functions that we never come to: commander could start other programs as subcommands. */
const asksForAll = /[\\/]commander[\\/]lib[\\/]/;

export const lazyBuiltins = {
  name: "lazy-builtins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind, namespace, importer }) =>
      (kind === "import-statement" || asksForAll.test(importer)) &&
      namespace !== "lazy" &&
      path in LAZY_FUNCTIONS
        ? { path, namespace: "lazy", sideEffects: false }
        : { path, external: true },
    );
    onLoad({ filter: /./, namespace: "lazy" }, ({ path }) => ({
      contents: LAZY_FUNCTIONS[path]
        .map((name) => `export const ${name} = (...args) => require("${path}").${name}(...args);`)
        .join("\n"),
    }));
  },
};
