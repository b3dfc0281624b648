/**
 * npm run rig -- --kills N [--seed S]
 *
 * Runs the rig outside the test runner. The same seed makes the same choices; how the processes interleave is up to the machine.
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values } = parseArgs({ options: { kills: { type: "string" }, seed: { type: "string" } } });
const kills = Number(values.kills ?? 200);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!(kills >= 1) || !(seed >= 0)) {
  console.error("usage: npm run rig -- --kills N [--seed S]");
  process.exit(2);
}

// Next to the sources, which locate the program and the fault points relative to themselves.
const folder = fileURLToPath(new URL(".", import.meta.url));
const outfile = `${folder}.rig.mjs`;
await build({
  entryPoints: [`${folder}rig.ts`],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  packages: "external",
  external: ["*/viewer.html"], // only recovery pages need it
  sourcemap: "inline",
  loader: { ".md": "text" },
});
const { runRig } = await import(pathToFileURL(outfile).href);
const begin = performance.now();
let shown = 0;
const { problems, numbers } = await runRig(kills, seed, (done) => {
  if (done - shown < kills / 20) return;
  shown = done;
  console.error(`${done} of ${kills} after ${Math.round((performance.now() - begin) / 1000)} s`);
});
console.log(JSON.stringify(numbers, null, 2));
for (const problem of problems) console.error(problem);
console.error(problems.length === 0 ? "no problems found" : `problems found with --seed ${seed}`);
process.exitCode = problems.length === 0 ? 0 : 1;
