/**
 * `code` of an unlocked store next to `code` with a raw key: `node bench/unlocked.mjs [ROUNDS]` after a build. Processor time, not
 * wall time, so that a busy machine changes little; all commands run in one row after another, in each round, and write into a pipe,
 * as in $(twinseed code NAME). The process that makes the code is not in it. The one with the raw key has no unlocked store near it.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enrolled, TWINSEED } from "./homes.mjs";

const ROUNDS = Number(process.argv[2] ?? 41);
const folder = mkdtempSync(join(tmpdir(), "twinseed-unlocked-"));
const runtime = join(folder, "run");
mkdirSync(runtime, { mode: 0o700 });
const bare = { PATH: process.env.PATH ?? "", HOME: folder, XDG_RUNTIME_DIR: runtime };
const key = randomBytes(32).toString("base64");
const withKey = enrolled(join(folder, "file"), { ...bare, TWINSEED_STORE: "file", TWINSEED_KEY: key });
const { TWINSEED_KEY: _, ...unlocked } = withKey;
const { XDG_RUNTIME_DIR: __, ...alone } = withKey;
const list = {
  node: { args: ["-e", "0"], env: bare },
  rawKey: { args: [TWINSEED, "code", "alice"], env: alone },
  unlocked: { args: [TWINSEED, "code", "alice"], env: unlocked },
};
try {
  execFileSync("node", [TWINSEED, "unlock"], { env: withKey, stdio: ["ignore", "ignore", "pipe"] });
  const times = Object.fromEntries(Object.keys(list).map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++)
    for (const name of Object.keys(list).toSorted(() => Math.random() - 0.5)) {
      const time = processorTime(list[name]);
      if (round > 0) times[name].push(time);
    }
  const [node, raw, open] = Object.values(times).map(median);
  console.log(`node -e 0: ${node} ms; raw key: ${raw} ms; unlocked: ${open} ms of processor time`);
  console.log(`above the raw key, in node -e 0: ${((open - raw) / node).toFixed(3)}`);
} finally {
  spawnSync("node", [TWINSEED, "lock"], { env: unlocked });
  rmSync(folder, { recursive: true, force: true });
}

/** Milliseconds of user and system time, as the shell counts them for what it has run. */
function processorTime({ args, env }) {
  const command = ["-c", 'out=$("$@") || exit 1; times', "bash", "node", ...args];
  const { status, stdout, stderr } = spawnSync("bash", command, { env, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const children = stdout.trim().split("\n").at(-1);
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + (m * 60 + Number(s)) * 1000,
    0,
  );
}

function median(list) {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
}
