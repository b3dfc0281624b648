/**
 * Builds dist/: one small CommonJS file with our code and commander, and one file for each heavy library, required
 * only when first needed. CommonJS because ES modules start slower on every Node we support (bench/README.md).
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { build } from "esbuild";

const HEAVY = [
  "zxing-wasm/reader",
  "zxing-wasm/writer",
  "pngjs",
  "jsqr",
  "qrcode-terminal",
  "proper-lockfile",
];
const NATIVE = ["@napi-rs/keyring"];
const WASM = ["zxing-wasm/reader/zxing_reader.wasm", "zxing-wasm/writer/zxing_writer.wasm"];

const require = createRequire(import.meta.url);
const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const fileOf = (library) => `${library.replaceAll("/", "-")}.cjs`;

const shared = {
  bundle: true,
  minify: true,
  platform: "node",
  format: "cjs",
  target: "node20.19",
  legalComments: "linked",
  // import() becomes require(): on Node 20 an import of CommonJS starts a lexer that costs more than the library.
  supported: { "dynamic-import": false },
};

const heavyLibrariesStayOutside = {
  name: "heavy-libraries-stay-outside",
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(${HEAVY.join("|")})$`) }, ({ path }) => ({
      path: `./lib/${fileOf(path)}`,
      external: true,
    }));
  },
};

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist/lib", { recursive: true });
await build({
  ...shared,
  entryPoints: ["src/main.ts"],
  outfile: "dist/twinseed.cjs",
  external: NATIVE,
  define: { TWINSEED_VERSION: JSON.stringify(version), "import.meta.url": "undefined" },
  plugins: [heavyLibrariesStayOutside],
});
for (const library of HEAVY) {
  await build({
    ...shared,
    stdin: { contents: `module.exports = require(${JSON.stringify(library)})`, resolveDir: "." },
    outfile: `dist/lib/${fileOf(library)}`,
  });
}
for (const path of WASM) copyFileSync(require.resolve(path), `dist/lib/${path.split("/").at(-1)}`);
