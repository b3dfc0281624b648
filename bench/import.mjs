/**
 * What an import costs by its size, and what `code` costs afterwards, in one run: `node bench/import.mjs` after a build.
 * Each size is imported into a data folder of its own (file store, raw key). README.md has the figures.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SIZES = [10, 100, 1000, 5000];
const ROUNDS = 31;
const TWINSEED = fileURLToPath(new URL("../bin/twinseed.js", import.meta.url));
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const folder = mkdtempSync(join(tmpdir(), "twinseed-bench-"));
const bare = {
  PATH: process.env.PATH ?? "",
  HOME: folder,
  TWINSEED_STORE: "file",
  TWINSEED_KEY: randomBytes(32).toString("base64"),
};

try {
  console.log("accounts   seconds   ms each   peak MB   again, seconds");
  for (const size of SIZES) {
    const file = join(folder, `${size}.txt`);
    writeFileSync(file, Array.from({ length: size }, (_, i) => uri(i)).join(""));
    const [first, again] = [imported(size, file), imported(size, file)];
    const seconds = first.seconds.toFixed(2).padStart(7);
    const each = ((first.seconds * 1000) / size).toFixed(1).padStart(7);
    const peak = String(Math.round(first.megabytes)).padStart(7);
    console.log(`${String(size).padStart(8)}   ${seconds}   ${each}   ${peak}   ${again.seconds.toFixed(2)}`);
  }
  const times = Object.fromEntries(SIZES.map((size) => [size, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const size of SIZES) times[size].push(run(["code", "Service 7:user7@example.org"], size).seconds);
  const few = median(times[SIZES[0]]);
  for (const size of SIZES)
    console.log(
      `code NAME with ${size} accounts: ${(median(times[size]) / few).toFixed(2)} x that with ${SIZES[0]}`,
    );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function uri(number) {
  const key = Array.from(randomBytes(32), (byte) => ALPHABET[byte & 31]).join("");
  return `otpauth://totp/Service%20${number}:user${number}@example.org?secret=${key}&issuer=Service%20${number}\n`;
}

function imported(size, file) {
  return run(["import", file, "--yes"], size);
}

/** In a wrapper that says how much memory it took at most. */
function run(args, size) {
  const script = `
    const { spawnSync } = require("node:child_process");
    const begin = performance.now();
    const { status } = spawnSync(process.execPath, ${JSON.stringify([TWINSEED, ...args])}, { stdio: "ignore" });
    const seconds = (performance.now() - begin) / 1000;
    console.log(JSON.stringify({ status, seconds }));`;
  const env = { ...bare, TWINSEED_HOME: join(folder, `home${size}`) };
  const time = spawnSync("/usr/bin/time", ["-f", "%M", process.execPath, "-e", script], {
    env,
    encoding: "utf8",
  });
  const { status, seconds } = JSON.parse(time.stdout);
  if (status !== 0) throw new Error(`twinseed ${args.join(" ")} ended with ${status}`);
  return { seconds, megabytes: Number(time.stderr.trim().split("\n").at(-1)) / 1024 };
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
