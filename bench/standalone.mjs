/**
 * The executable that needs no Node.js next to the npm package and other programs: `npm run bench:standalone`, or
 * `node bench/standalone.mjs [ROUNDS]` after `npm run standalone`. Each command runs once per round, in random order; medians,
 * as ratios to `node -e 0`. Processor time (user and system) is that of a command with all that it waits for.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchPackage } from "../packaging/fetch-package.mjs";
import { BUN, executableOf, ownTarget, TARGETS } from "../packaging/targets.mjs";
import { enrolled, ROOT, TWINSEED } from "./homes.mjs";
import { median, shuffled } from "./measure.mjs";
import { peers } from "./peers.mjs";
import { startSecretService } from "./secret-service.mjs";

const ROUNDS = Number(process.argv[2] ?? 41);
const target = ownTarget();
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const executable = join(ROOT, "standalone", `twinseed-${version}-${target}`, executableOf(target));
if (!existsSync(executable)) throw new Error("build it first: npm run standalone");

/** Of the executable, what was asked for: processor time and wall time. */
const GOALS = {
  "code, file store": [0.6, 0.6],
  "code, keyring": [0.85, 1.1],
  "--version": [0.35, 0.35],
  list: [0.6, 0.6],
};

const folder = mkdtempSync(join(tmpdir(), "twinseed-bench-"));
const bare = { PATH: process.env.PATH ?? "", HOME: folder };
const secretService = await startSecretService();
try {
  report(measured(commands()));
} finally {
  await secretService?.stop();
  rmSync(folder, { recursive: true, force: true });
}

function commands() {
  const files = { ...bare, TWINSEED_STORE: "file", TWINSEED_KEY: randomBytes(32).toString("base64") };
  const file = enrolled(join(folder, "file"), files);
  const lines = {
    "--version": [bare, "--version"],
    "code, file store": [file, "code", "alice"],
    list: [file, "list"],
  };
  if (secretService !== undefined) {
    const keyring = enrolled(join(folder, "keyring"), { ...secretService.env, TWINSEED_STORE: "keyring" });
    lines["code, keyring"] = [keyring, "code", "alice"];
  }
  const list = { node: { command: ["node", "-e", "0"], env: bare } };
  for (const [name, [env, ...args]] of Object.entries(lines)) {
    list[`executable: ${name}`] = { command: [executable, ...args], env };
    list[`with Node.js: ${name}`] = { command: ["node", TWINSEED, ...args], env };
  }
  return {
    "bun -e 0": { command: [bun(), "-e", "0"], env: bare },
    ...list,
    ...peers(folder, bare, secretService?.env),
  };
}

/** Bun itself: what the executable can't be faster than. */
function bun() {
  const { bun: name, integrity } = TARGETS[target];
  return join(ROOT, fetchPackage({ name: `@oven/bun-${name}`, version: BUN, integrity }), "bin/bun");
}

/** { wall, processor } in milliseconds, by name. */
function measured(list) {
  const all = Object.fromEntries(Object.keys(list).map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++)
    for (const name of shuffled(Object.keys(list))) {
      const one = timed(list[name]);
      if (round > 0) all[name].push(one); // the first one warms the disk's cache
    }
  return Object.fromEntries(
    Object.entries(all).map(([name, runs]) => [
      name,
      {
        wall: median(runs.map(({ wall }) => wall)),
        processor: median(runs.map(({ processor }) => processor)),
      },
    ]),
  );
}

/** bash says what the kernel counted, in milliseconds. */
function timed({ command, env, input = "" }) {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>&1';
  const { stderr, status } = spawnSync("bash", ["-c", script, "bash", ...command], {
    env,
    input,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${command.join(" ")}: exit ${status}`);
  const [wall, user, system] = stderr.trim().split(" ").map(Number);
  return { wall: 1000 * wall, processor: 1000 * (user + system) };
}

function report({ node, ...times }) {
  const ms = `${node.processor.toFixed(0)} ms of processor time, ${node.wall.toFixed(0)} ms`;
  console.log(`medians of ${ROUNDS} rounds; node -e 0: ${ms}; Node ${process.version}\n`);
  console.log("ratio to node -e 0                 processor   wall");
  for (const [name, { wall, processor }] of Object.entries(times)) {
    const ratios = [processor / node.processor, wall / node.wall];
    const goals = GOALS[name.replace(/^executable: /, "")];
    const isMet = goals?.every((goal, i) => ratios[i] <= goal);
    const verdict = name.startsWith("executable")
      ? `goals ${goals.join(", ")} ${isMet ? "met" : "MISSED"}`
      : "";
    const columns = ratios.map((ratio) => ratio.toFixed(2).padStart(8));
    console.log(`${name.padEnd(34)} ${columns.join("  ")}   ${verdict}`.trimEnd());
  }
}
