/** `npm run fuzz`: see CONTRIBUTING.md. Exit code 1 if it finds something; it keeps the inputs. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Failure, type Result, run } from "./run.ts";
import { TARGETS } from "./targets/index.ts";

const FOUND = "fuzz-found";

const { values } = parseArgs({
  options: {
    target: { type: "string", multiple: true, default: [] },
    inputs: { type: "string", default: "500" },
    seed: { type: "string", default: "1" },
  },
});
const inputs = Number(values.inputs);
const seed = Number(values.seed);
const chosen = TARGETS.filter(({ name }) => values.target.length === 0 || values.target.includes(name));
if (chosen.length === 0 || !(inputs > 0) || !Number.isSafeInteger(seed)) {
  console.error(`usage: npm run fuzz -- [--target NAME]... [--inputs N] [--seed S]\ntargets: ${names()}`);
  process.exit(2);
}

process.on("unhandledRejection", (error) => {
  console.error("a promise that nobody looks after was rejected:", error);
  process.exitCode = 1;
});

console.log("| target | inputs | outcomes | seconds | slowest, ms | found |\n|---|---|---|---|---|---|");
for (const target of chosen) {
  const result = await run(target, inputs, seed);
  console.log(rowOf(result));
  for (const failure of result.failures) report(failure);
}

function rowOf({ target, inputs, outcomes, seconds, slowest, failures }: Result): string {
  const list = [...outcomes].sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`);
  const figures = [seconds.toFixed(0), (slowest * 1000).toFixed(0), failures.length];
  return `| ${[target, inputs, list.join(", "), ...figures].join(" | ")} |`;
}

function report({ target, number, sample, fault, cause, input }: Failure): void {
  process.exitCode = 1;
  mkdirSync(join(FOUND, target), { recursive: true });
  const file = join(FOUND, target, createHash("sha1").update(input).digest("hex").slice(0, 12));
  writeFileSync(file, input);
  console.error(`${target} ${number} (from ${sample}): ${fault}\n  ${file}`);
  if (cause instanceof Error) console.error(`  ${cause.stack?.split("\n").slice(1, 5).join("\n  ")}`);
}

function names(): string {
  return TARGETS.map(({ name }) => name).join(" ");
}
