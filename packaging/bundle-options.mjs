/** How esbuild bundles what runs on Node.js, or in the executable. In memory: what is written is complete. */
export function bundleOptions({ version, bugs }, isStandalone) {
  return {
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node20.19",
    // import() becomes require(): on Node 20 an import of CommonJS starts a lexer that costs more than the library.
    supported: { "dynamic-import": false },
    define: {
      TWINSEED_VERSION: JSON.stringify(version),
      TWINSEED_BUGS: JSON.stringify(bugs.url),
      TWINSEED_STANDALONE: String(isStandalone),
      "import.meta.url": "undefined",
    },
    legalComments: "none", // THIRD-PARTY.txt has the whole licenses
  };
}
