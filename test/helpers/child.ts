/** Runs TypeScript in another, real process: bundled on the fly like the shipped program (CommonJS, one file). */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { onTestFinished } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A folder that is deleted after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "twinseed-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Bundles `source`, whose imports start at the root of the checkout ("./src/…"), and returns the file to run. */
export function bundle(source: string, folder: string): string {
  const outfile = join(folder, `${Math.random().toString(36).slice(2)}.cjs`);
  buildSync({
    stdin: { contents: source, resolveDir: ROOT, loader: "ts" },
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20.19",
    supported: { "dynamic-import": false },
    external: ["*/viewer.html"], // only recovery pages need it
    loader: { ".wasm": "binary", ".md": "text" },
  });
  return outfile;
}
