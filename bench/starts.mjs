/**
 * How long commands take to start: the executable, the npm package on each Node.js, and other programs, in one run. `npm run bench:starts`,
 * or `node bench/starts.mjs [ROUNDS]` after `npm run standalone`; OTHER_NODES: the paths of more Node.js, with colons between them.
 * Each command runs once per round, in random order. Medians, as ratios to `node -e 0`: that of the same Node.js, and of ours for all others.
 * Processor time (user and system) is that of a command with all that it waits for.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchPackage } from "../packaging/fetch-package.mjs";
import { BUN, executableOf, ownTarget, TARGETS } from "../packaging/targets.mjs";
import { enrolled, ROOT, TWINSEED } from "./homes.mjs";
import { isInstalled, median, shuffled } from "./measure.mjs";
import { peers } from "./peers.mjs";
import { startSecretService } from "./secret-service.mjs";

const ROUNDS = Number(process.argv[2] ?? 41);
const PICTURE = join(ROOT, "examples/aws-virtual-mfa.png");
const target = ownTarget();
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const executable = join(ROOT, "standalone", `twinseed-${version}-${target}`, executableOf(target));
if (!existsSync(executable)) throw new Error("build it first: npm run standalone");

/** Of the executable, what was asked for: processor time and wall time. */
const GOALS = {
  "--version": [0.35, 0.35],
  "code, file store": [0.6, 0.6],
  "code, keyring": [0.85, 1.1],
  list: [0.6, 0.6],
};

/** name → [program, words before the command]; ours first. */
const nodes = Object.fromEntries(
  [process.execPath, ...(process.env.OTHER_NODES ?? "").split(":").filter(Boolean)].map((node) => {
    const found = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
    return [`Node ${found.slice(1)}`, node];
  }),
);
const [own] = Object.keys(nodes);

const folder = mkdtempSync(join(tmpdir(), "twinseed-bench-"));
// NODE_EXTRA_CA_CERTS alone makes Node 20 start 2.5 times slower.
const bare = { PATH: process.env.PATH ?? "", HOME: folder };
const secretService = await startSecretService();
try {
  report(measured(commands()));
} finally {
  await secretService?.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** What each of the programs runs, by name. */
function rows() {
  const files = { ...bare, TWINSEED_STORE: "file", TWINSEED_KEY: randomBytes(32).toString("base64") };
  const file = enrolled(join(folder, "file"), files);
  const home = join(folder, "add");
  const anew = () => {
    rmSync(home, { recursive: true, force: true });
    cpSync(file.TWINSEED_HOME, home, { recursive: true });
  };
  const keyring =
    secretService && enrolled(join(folder, "keyring"), { ...secretService.env, TWINSEED_STORE: "keyring" });
  return {
    "--version": { args: ["--version"], env: bare },
    "code, file store": { args: ["code", "alice"], env: file },
    ...(keyring && { "code, keyring": { args: ["code", "alice"], env: keyring } }),
    list: { args: ["list"], env: file },
    "add, screenshot": { args: ["add", PICTURE], env: { ...file, TWINSEED_HOME: home }, before: anew },
  };
}

/** "ROW|COLUMN" → command. */
function commands() {
  const list = {};
  for (const [node, program] of Object.entries(nodes))
    list[`node -e 0|${node}`] = { command: [program, "-e", "0"], env: bare };
  for (const [row, { args, ...rest }] of Object.entries(rows())) {
    list[`${row}|executable`] = { command: [executable, ...args], ...rest };
    for (const [node, program] of Object.entries(nodes))
      list[`${row}|${node}`] = { command: [program, TWINSEED, ...args], ...rest };
  }
  list["bun -e 0|"] = { command: [bun(), "-e", "0"], env: bare };
  for (const [name, command] of Object.entries(peers(folder, bare, secretService?.env)))
    list[`${name}|`] = command;
  if (isInstalled("zbarimg"))
    list["zbarimg, the same screenshot|"] = { command: ["zbarimg", "-q", "--raw", PICTURE], env: bare };
  return list;
}

/** Bun itself: what the executable can't be faster than. */
function bun() {
  const { bun: name, integrity } = TARGETS[target];
  return join(ROOT, fetchPackage({ name: `@oven/bun-${name}`, version: BUN, integrity }), "bin/bun");
}

/** [processor, wall] in milliseconds, by name. */
function measured(list) {
  const all = Object.fromEntries(Object.keys(list).map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++)
    for (const name of shuffled(Object.keys(list))) {
      list[name].before?.();
      const one = timed(list[name]);
      if (round > 0) all[name].push(one); // the first one warms the disk's cache, and V8's code cache
    }
  return Object.fromEntries(
    Object.entries(all).map(([name, runs]) => [name, [0, 1].map((i) => median(runs.map((run) => run[i])))]),
  );
}

/** bash says what the kernel counted. */
function timed({ command, env, input = "" }) {
  const script = 'TIMEFORMAT="%U %S %R"; time "$@" >/dev/null 2>&1';
  const { stderr, status } = spawnSync("bash", ["-c", script, "bash", ...command], {
    env,
    input,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${command.join(" ")}: exit ${status}`);
  const [user, system, wall] = stderr.trim().split(" ").map(Number);
  return [1000 * (user + system), 1000 * wall];
}

/** As tables of Markdown. */
function report(times) {
  const ratios = (row, column) => {
    const base = times[`node -e 0|${column in nodes ? column : own}`];
    return times[`${row}|${column}`]?.map((time, i) => time / base[i]);
  };
  const text = (row, column) =>
    ratios(row, column)
      ?.map((ratio) => ratio.toFixed(2))
      .join(", ");
  const [processor, wall] = times[`node -e 0|${own}`].map((ms) => ms.toFixed(0));
  console.log(
    `medians of ${ROUNDS} rounds; processor time, wall time; node -e 0 of ${own}: ${processor} ms, ${wall} ms\n`,
  );
  const columns = ["executable", ...Object.keys(nodes)];
  console.log(line(["", "executable", "goal", ...Object.keys(nodes)]));
  console.log(line(["", ...columns, ""].map(() => "---")));
  const names = [...new Set(Object.keys(times).map((name) => name.split("|")[0]))];
  for (const row of names.filter((name) => `${name}|executable` in times)) {
    const [mine, ...others] = columns.map((column) => text(row, column) ?? "");
    console.log(line([row, mine, verdict(row, ratios(row, "executable")), ...others]));
  }
  console.log(`\n${line(["others", "processor, wall"])}\n${line(["---", "---"])}`);
  for (const row of names.filter((name) => `${name}|` in times)) console.log(line([row, text(row, "")]));
}

function verdict(row, found) {
  const goals = GOALS[row];
  if (goals === undefined) return "";
  return `${goals.join(", ")} ${goals.every((goal, i) => found[i] <= goal) ? "met" : "MISSED"}`;
}

function line(cells) {
  return `| ${cells.join(" | ")} |`;
}
