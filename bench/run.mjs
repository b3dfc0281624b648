/**
 * One table: `npm run bench`, or `node bench/run.mjs [ROUNDS]` after a build. Every row is a ratio of medians of wall time,
 * both measured in this run (measure.mjs). README.md says what the figures mean.
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PNG } from "pngjs";
import { enrolled, ledgerOf, ROOT, TWINSEED, uris } from "./homes.mjs";
import { isInstalled, measure, peakMemory } from "./measure.mjs";
import { peers } from "./peers.mjs";
import { startSecretService } from "./secret-service.mjs";

const ROUNDS = Math.max(31, Number(process.argv[2] ?? 41));
const PICTURE = join(ROOT, "examples/aws-virtual-mfa.png");
const SIZES = [10, 100, 1000, 10_000];

const folder = mkdtempSync(join(tmpdir(), "twinseed-bench-"));
// NODE_EXTRA_CA_CERTS alone makes Node 20 start 2.5 times slower.
const bare = { PATH: process.env.PATH ?? "", HOME: folder };
const secretService = await startSecretService();
try {
  const list = commands();
  const isLarge = ([name]) => /^(add|list1|audit1|keyringAll)/.test(name);
  const entries = Object.entries(list);
  // Apart: what empties the processor's caches is not to be felt by what takes a few milliseconds.
  const small = measure(Object.fromEntries(entries.filter((one) => !isLarge(one))), ROUNDS);
  const large = measure({ node: list.node, ...Object.fromEntries(entries.filter(isLarge)) }, ROUNDS);
  report(small, large, list);
} finally {
  await secretService?.stop();
  rmSync(folder, { recursive: true, force: true });
}

function commands() {
  const key = randomBytes(32).toString("base64");
  const files = { ...bare, TWINSEED_STORE: "file", TWINSEED_KEY: key };
  const file = enrolled(join(folder, "file"), files);
  const twinseed = (env, ...args) => ({ command: ["node", TWINSEED, ...args], env });
  const list = {
    node: { command: ["node", "-e", "0"], env: bare },
    version: twinseed(bare, "--version"),
    fileCode: twinseed(file, "code", "alice"),
    uncached: twinseed({ ...file, NODE_DISABLE_COMPILE_CACHE: "1" }, "code", "alice"),
    list: twinseed(file, "list"),
    audit: { ...twinseed(file, "audit"), exitCode: 8 },
    help: twinseed(file, "--help"),
    ...peers(folder, bare, secretService?.env),
  };
  for (const size of SIZES) {
    const env = enrolled(join(folder, `file${size}`), files, uris(size));
    list[`code${size}`] = twinseed(env, "code", "Service 7:alice");
  }
  for (const size of [1000, 10_000]) {
    const env = { ...file, TWINSEED_HOME: ledgerOf(size, join(folder, `many${size}`), file.TWINSEED_HOME) };
    list[`list${size}`] = twinseed(env, "list");
    list[`audit${size}`] = { ...twinseed(env, "audit"), exitCode: 8 };
  }
  const pictures = { add: PICTURE, add4k: doubled(PICTURE, join(folder, "4k.png")) };
  for (const [name, picture] of Object.entries(pictures)) {
    const home = join(folder, name);
    list[name] = {
      ...twinseed({ ...file, TWINSEED_HOME: home }, "add", picture),
      before() {
        rmSync(home, { recursive: true, force: true });
        cpSync(file.TWINSEED_HOME, home, { recursive: true });
      },
    };
    if (isInstalled("zbarimg"))
      list[`${name}Zbarimg`] = { command: ["zbarimg", "-q", "--raw", picture], env: bare };
  }
  if (secretService !== undefined) {
    const keyring = { ...secretService.env, TWINSEED_STORE: "keyring" };
    list.keyringCode = twinseed(enrolled(join(folder, "keyring"), keyring), "code", "alice");
    const slot = openedByKeyring(join(folder, "slot50"), files, secretService.env);
    list.slotAll = twinseed(slot, "code");
    list.slotRawKey = twinseed({ ...slot, TWINSEED_KEY: key }, "code", "Service 7:alice");
    list.keyringAll = twinseed(enrolled(join(folder, "keyring50"), keyring, uris(50)), "code");
  }
  return list;
}

/** 50 accounts in a file store that one entry of the keyring opens, without its raw key. */
function openedByKeyring(home, files, session) {
  const { TWINSEED_KEY, ...env } = enrolled(home, { ...files, ...session }, uris(50));
  const all = { ...env, TWINSEED_KEY };
  execFileSync("node", [TWINSEED, "store", "unlock-with", "keyring"], { env: all, stdio: "ignore" });
  return env;
}

/** A screenshot of a screen with twice as many pixels each way. */
function doubled(picture, output) {
  const small = PNG.sync.read(readFileSync(picture));
  const large = new PNG({ width: 2 * small.width, height: 2 * small.height });
  for (let y = 0; y < large.height; y++)
    for (let x = 0; x < large.width; x++) {
      const from = 4 * ((y >> 1) * small.width + (x >> 1));
      small.data.copy(large.data, 4 * (y * large.width + x), from, from + 4);
    }
  writeFileSync(output, PNG.sync.write(large, { colorType: 2 }));
  return output;
}

function report(small, large, list) {
  const times = { ...large, ...small };
  const { node } = small;
  const plus = (name) => times[name] && times[name] + large.node;
  // what, name, unit, base, what issue and design ask for
  const rows = [
    ["twinseed --version", "version", "node", node, 1.1],
    ["twinseed code NAME, file store, raw key", "fileCode", "node", node, 1.25],
    ["the same without V8's code cache", "uncached", "node", node, 1.4],
    ["twinseed code NAME, keyring store", "keyringCode", "node", node, 1.7],
    ["twinseed code, 50 accounts, keyring store", "keyringAll", "node", large.node, 8],
    ["twinseed code, 50 accounts, keyring slot", "slotAll", "code NAME + node", plus("slotRawKey"), 1],
    ["twinseed list", "list", "node", node],
    ["twinseed audit", "audit", "node", node],
    ["twinseed --help", "help", "node", node],
    ["oathtool, key on the command line", "oathtool", "node", node],
    ["secret-tool, then oathtool", "secretTool", "node", node],
    ["pass otp (gpg-agent unlocked)", "pass", "node", node],
    ["keepassxc-cli show -t (key derivation 0.01 s)", "keepassxc", "node", node],
    ...SIZES.slice(1).map((size) => [
      `twinseed code NAME, ${size} accounts`,
      `code${size}`,
      `with ${SIZES[0]}`,
      times[`code${SIZES[0]}`],
      1.3,
    ]),
    ["twinseed list, 1,000 accounts", "list1000", "2 node + 150 ms", 2 * large.node + 150, 1],
    ["twinseed audit, 1,000 accounts", "audit1000", "2 node + 150 ms", 2 * large.node + 150, 1],
    ["twinseed list, 10,000 accounts", "list10000", "with 1,000", times.list1000],
    ["twinseed audit, 10,000 accounts", "audit10000", "with 1,000", times.audit1000],
    ["twinseed add, screenshot of 1920x1080", "add", "zbarimg + node", plus("addZbarimg"), 1.5],
    ["twinseed add, screenshot of 3840x2160", "add4k", "zbarimg + node", plus("add4kZbarimg")],
  ];
  console.log(
    `medians of ${ROUNDS} rounds; node = \`node -e 0\` = ${node.toFixed(1)} ms, Node ${process.version}\n`,
  );
  for (const [what, name, unit, base, goal] of rows) {
    const label = what.padEnd(47);
    if (times[name] === undefined || base === undefined) {
      console.log(`${label} skipped: a program for it is not installed`);
      continue;
    }
    const ratio = times[name] / base;
    const verdict = goal && `goal ${goal} ${ratio <= goal ? "met" : "MISSED"}`;
    console.log(`${label} ${ratio.toFixed(2).padStart(5)} x ${unit.padEnd(15)} ${verdict ?? ""}`.trimEnd());
  }
  console.log("\nmost memory at once, MB");
  for (const name of ["node", "fileCode", "keyringCode", "code10000", "list10000", "add", "add4k"]) {
    const peak = list[name] && peakMemory(list[name]);
    if (peak !== undefined)
      console.log(
        `${list[name].command.slice(0, 3).join(" ").replace(ROOT, "")} (${name})`.padEnd(47),
        peak.toFixed(0).padStart(5),
      );
  }
  const [{ size, unpackedSize }] = JSON.parse(
    execFileSync("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], { cwd: ROOT, encoding: "utf8" }),
  );
  console.log(
    `\npackage: ${(size / 1e6).toFixed(1)} MB packed, ${(unpackedSize / 1e6).toFixed(1)} MB unpacked`,
  );
}
