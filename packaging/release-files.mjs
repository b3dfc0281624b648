/**
 * npm run release-files: an archive of each folder that `npm run standalone` made, SHA256SUMS of the archives and the Debian
 * packages, and what package managers read (manifests.mjs), in standalone/release/. Needs GNU tar.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { archiveOf, manifests } from "./manifests.mjs";
import { DEBIAN, debOf, TARGETS } from "./targets.mjs";

const FROM = "standalone";
const OUTPUT = join(FROM, "release");
/** Any, so that the same folder makes the same bytes. */
const TIME = new Date("2026-01-01T00:00:00Z");

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
rmSync(OUTPUT, { recursive: true, force: true });
mkdirSync(OUTPUT, { recursive: true });
const sums = {};
for (const target of Object.keys(TARGETS)) {
  const folder = `twinseed-${manifest.version}-${target}`;
  if (!existsSync(join(FROM, folder)))
    throw new Error(`there is no ${folder}: npm run standalone -- ${target}`);
  const archive = join(OUTPUT, archiveOf(target, manifest.version));
  if (archive.endsWith(".zip")) writeFileSync(archive, zipped(folder));
  else tar(folder, archive);
  sums[target] = sha256(archive);
}
for (const target of Object.keys(DEBIAN)) {
  const name = debOf(target, manifest.version);
  copyFileSync(join(FROM, name), join(OUTPUT, name));
}
const files = readdirSync(OUTPUT).sort();
writeFileSync(
  join(OUTPUT, "SHA256SUMS"),
  files.map((name) => `${sha256(join(OUTPUT, name))}  ${name}\n`).join(""),
);
for (const [name, text] of Object.entries(manifests(manifest, sums))) writeFileSync(join(OUTPUT, name), text);

function tar(folder, archive) {
  const same = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", `--mtime=${TIME.toISOString()}`];
  execFileSync("tar", [...same, "--use-compress-program=gzip -n", "-C", FROM, "-cf", archive, folder]);
}

function zipped(folder) {
  const entries = readdirSync(join(FROM, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(FROM.length + 1))
    .sort();
  const contents = Object.fromEntries(
    entries.map((path) => [path.replaceAll("\\", "/"), readFileSync(join(FROM, path))]),
  );
  return zipSync(contents, { level: 6, mtime: TIME });
}

function sha256(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
