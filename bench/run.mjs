/**
 * Start-up times side by side, in one run: `npm run bench`, or `node bench/run.mjs [ROUNDS]` after a build.
 * In each round every command runs once, in random order, so that a slow moment of the machine meets all alike.
 * What is compared is medians of wall time. README.md says what the figures mean.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROUNDS = Math.max(31, Number(process.argv[2] ?? 41));
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TWINSEED = join(ROOT, "bin/twinseed.js");
const PICTURE = join(ROOT, "examples/aws-virtual-mfa.png");
const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; // RFC 6238's
const URI = `otpauth://totp/Example:alice?secret=${KEY}&issuer=Example`;

/** What a row needs that may not be there. */
const MISSING = {
  keyringCode: "dbus-daemon, dbus-send, gnome-keyring-daemon or secret-tool",
  zbarimg: "zbarimg",
  oathtool: "oathtool",
};

const folder = mkdtempSync(join(tmpdir(), "twinseed-bench-"));
// NODE_EXTRA_CA_CERTS alone makes Node 20 start 2.5 times slower.
const bare = { PATH: process.env.PATH ?? "", HOME: folder };
const secretService = await startSecretService();
try {
  report(measure(commands()));
} finally {
  await secretService?.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** By name; `before` gets ready what the command uses up, outside of the time. */
function commands() {
  const file = enrolled("file", {
    ...bare,
    TWINSEED_STORE: "file",
    TWINSEED_KEY: randomBytes(32).toString("base64"),
  });
  const many = { ...file, TWINSEED_HOME: manyAccounts(file.TWINSEED_HOME) };
  const list = {
    node: { command: ["node", "-e", "0"], env: bare },
    version: { command: ["node", TWINSEED, "--version"], env: bare },
    fileCode: { command: ["node", TWINSEED, "code", "alice"], env: file },
    list: { command: ["node", TWINSEED, "list"], env: file },
    help: { command: ["node", TWINSEED, "--help"], env: file },
    list1000: { command: ["node", TWINSEED, "list"], env: many },
    audit1000: { command: ["node", TWINSEED, "audit"], env: many, exitCode: 8 },
    add: {
      command: ["node", TWINSEED, "add", PICTURE],
      env: { ...file, TWINSEED_HOME: join(folder, "add") },
      before() {
        rmSync(join(folder, "add"), { recursive: true, force: true });
        cpSync(file.TWINSEED_HOME, join(folder, "add"), { recursive: true });
      },
    },
  };
  if (secretService !== undefined) {
    const env = enrolled("keyring", { ...secretService.env, TWINSEED_STORE: "keyring" });
    list.keyringCode = { command: ["node", TWINSEED, "code", "alice"], env };
  }
  if (isInstalled("zbarimg")) list.zbarimg = { command: ["zbarimg", "-q", "--raw", PICTURE], env: bare };
  if (isInstalled("oathtool")) list.oathtool = { command: ["oathtool", "--totp", "-b", KEY], env: bare };
  return list;
}

/** The environment of a data folder that has a store and one account. */
function enrolled(name, env) {
  const complete = { ...env, TWINSEED_HOME: join(folder, name) };
  run({ command: ["node", TWINSEED, "add", "-"], env: complete, input: URI });
  return complete;
}

/** A data folder with a thousand accounts on five devices each. What stands in the seed store is of no matter. */
function manyAccounts(sample) {
  const home = join(folder, "many");
  cpSync(sample, home, { recursive: true });
  const addedAt = new Date().toISOString();
  const id = (letter, i) =>
    letter.repeat(12) + [...String(i).padStart(4, "0")].map((c) => "abcdefghij"[c]).join("");
  const kinds = ["phone", "tablet", "computer", "hardware", "backup"];
  const devices = kinds.map((kind, i) => {
    return { id: id("d", i), name: `my ${kind}`, kind, addedAt, state: "active" };
  });
  writeFileSync(join(home, "devices.json"), JSON.stringify({ version: 1, devices }));
  const [first] = readdirSync(join(home, "accounts"));
  const account = JSON.parse(readFileSync(join(home, "accounts", first), "utf8"));
  const copies = devices.map((device) => ({ device: device.id, addedAt })); // none confirmed: audit says so of each
  rmSync(join(home, "accounts", first));
  for (let i = 0; i < 1000; i++) {
    const one = { ...account, id: id("a", i), name: `Example ${i}:alice`, issuer: `Example ${i}`, copies };
    writeFileSync(join(home, "accounts", `${one.id}.json`), JSON.stringify(one, null, 2));
  }
  return home;
}

function measure(list) {
  const times = Object.fromEntries(Object.keys(list).map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of shuffled(Object.keys(list))) {
      list[name].before?.();
      const time = run(list[name]);
      if (round > 0) times[name].push(time); // the first one warms the disk's cache
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
}

function run({ command: [program, ...args], env, input = "", exitCode = 0 }) {
  const start = process.hrtime.bigint();
  const { status, stderr, error } = spawnSync(program, args, { env, input });
  const time = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== exitCode) throw error ?? new Error(`${program} ${args.join(" ")}: ${stderr}`);
  return time;
}

function report(times) {
  const { node, zbarimg } = times;
  const rows = [
    ["twinseed --version", "version", "node", node, 1.2],
    ["twinseed code NAME, file store, raw key", "fileCode", "node", node, 1.4],
    ["twinseed code NAME, keyring store", "keyringCode", "node", node, 1.9],
    ["twinseed add SCREENSHOT", "add", "zbarimg + node", zbarimg && zbarimg + node, 1.5],
    ["twinseed list, 1,000 accounts", "list1000", "2 node + 150 ms", 2 * node + 150, 1],
    ["twinseed audit, 1,000 accounts", "audit1000", "2 node + 150 ms", 2 * node + 150, 1],
    ["twinseed list", "list", "node", node],
    ["twinseed --help", "help", "node", node],
    ["zbarimg SCREENSHOT", "zbarimg", "node", node],
    ["oathtool (seed on the command line)", "oathtool", "node", node],
  ];
  console.log(
    `medians of ${ROUNDS} rounds; node = \`node -e 0\` = ${node.toFixed(1)} ms, Node ${process.version}\n`,
  );
  for (const [what, name, unit, base, target] of rows) {
    const label = what.padEnd(42);
    if (times[name] === undefined || base === undefined) {
      console.log(`${label} skipped: ${base === undefined ? "zbarimg" : MISSING[name]} is not installed`);
      continue;
    }
    const ratio = times[name] / base;
    const verdict = target && `target ${target.toFixed(1)} ${ratio <= target ? "met" : "MISSED"}`;
    console.log(`${label} ${ratio.toFixed(2).padStart(5)} x ${unit.padEnd(15)} ${verdict ?? ""}`.trimEnd());
  }
}

/** A private session bus with gnome-keyring, the one that the tests use; undefined where a program for it is missing. */
async function startSecretService() {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "test/helpers/secret-service.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
  });
  const url = `data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`;
  const { SECRET_SERVICE_PROGRAMS, startSecretService: start } = await import(url);
  if (!SECRET_SERVICE_PROGRAMS.every(isInstalled)) return undefined;
  return start({ state: "unlocked" });
}

function isInstalled(program) {
  return (process.env.PATH ?? "").split(delimiter).some((place) => {
    try {
      accessSync(join(place, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function shuffled(list) {
  return list
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function median(list) {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
}
