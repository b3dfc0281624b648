/**
 * The viewer: the constant part of a page that opens its own backup (docs/recovery-page.md). One HTML file with one script and one
 * style, and a policy that allows exactly these.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const ROOT = join(import.meta.dirname, "..");
const PAGE = join(ROOT, "src/page");
const read = (name) => readFileSync(join(PAGE, name), "utf8");

/** Modules that need Node, or what a page may not have, and what stands in for them. */
const STAND_INS = [
  [/\/hmac\.ts$/, join(ROOT, "src/otp/browser-hmac.ts")],
  [/^\.\/x25519\.js$/, join(PAGE, "x25519.ts")],
  [/^crypto$/, join(PAGE, "slip39-crypto.ts")],
];
const standIns = {
  name: "stand-ins",
  setup({ onResolve }) {
    for (const [filter, path] of STAND_INS) onResolve({ filter }, () => ({ path }));
    // Of what is imported as a whole, nothing could be left out.
    onResolve({ filter: /^age-encryption$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: join(PAGE, "age-parts.ts") } : undefined,
    );
  },
};

/**
 * `html`: the viewer, and its hash. `readable`: its script before it is minified, which is not part of it. `modules`: the files that it is made
 * from. The same sources make the same bytes on every Node.js.
 */
export async function viewer() {
  const { text, modules } = await bundled(true);
  // Where the packages lie is no part of it.
  const readable = (await bundled(false)).text.replace(/(?:\.\.\/)+[^\s"]*?node_modules\//g, "node_modules/");
  const script = separable(text);
  const style = `\n${read("style.css")}`;
  const html = read("frame.html")
    .replace("SCRIPT_HASH", () => hashOf(script))
    .replace("STYLE_HASH", () => hashOf(style))
    .replace("<style></style>", () => `<style>${style}</style>`)
    .replace("<script></script>", () => `<script>${script}</script>`);
  if (/BEGIN AGE|END AGE/.test(html)) throw new Error("sed could not tell the viewer from the backup");
  if (/<\/script|<!--/i.test(script)) throw new Error("the script would end early");
  return { html, sha256: createHash("sha256").update(html).digest("hex"), readable, modules };
}

async function bundled(minify) {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(PAGE, "start-page.ts")],
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    metafile: true,
    minify,
    platform: "browser",
    format: "iife",
    target: "es2022",
    charset: "ascii",
    legalComments: "none", // THIRD-PARTY.txt has the whole licenses
    inject: [join(PAGE, "slip39-crypto.ts")],
    plugins: [standIns],
  });
  return { text: outputFiles[0].text, modules: Object.keys(metafile.inputs), metafile };
}

/** The two lines around a backup are found by their words (docs/recovery-page.md), so nothing else may have them. */
function separable(script) {
  return `\n${script.replaceAll(/(BEGIN|END) AGE/g, "$1\\x20AGE")}`;
}

function hashOf(text) {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
