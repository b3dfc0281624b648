/**
 * npm run standalone -- TARGET…: the program that needs no Node.js, one folder in standalone/ for each target (see targets.mjs;
 * this machine's if none is named). Prints the folders.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { fetchPackage } from "./fetch-package.mjs";
import { standaloneBundle } from "./standalone-bundle.mjs";
import { BUN, executableOf, keyringOf, ownTarget, TARGETS } from "./targets.mjs";

const OUTPUT = "standalone";
const COMPLETIONS = { bash: "twinseed.bash", zsh: "_twinseed", fish: "twinseed.fish" };

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const own = ownTarget();
const targets = process.argv.length > 2 ? process.argv.slice(2) : [own];
for (const target of [own, ...targets])
  if (!Object.hasOwn(TARGETS, target ?? "")) {
    const what = target === undefined ? "no target is for this machine" : `unknown target "${target}"`;
    process.stderr.write(`${what}; there are: ${Object.keys(TARGETS).join(", ")}\n`);
    process.exit(2);
  }

mkdirSync(OUTPUT, { recursive: true });
const work = mkdtempSync(join(OUTPUT, ".building-"));
try {
  const sources = join(work, "bundle");
  const bundle = { folder: sources, files: await standaloneBundle(sources, manifest) };
  for (const target of targets) {
    const folder = join(work, target);
    fill(folder, target, bundle);
    const output = join(OUTPUT, `twinseed-${manifest.version}-${target}`);
    rmSync(output, { recursive: true, force: true });
    renameSync(folder, output);
    process.stdout.write(`${output}\n`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

function fill(folder, target, bundle) {
  mkdirSync(join(folder, "completions"), { recursive: true });
  const executable = executableOf(target);
  compile(bundle, target, join(folder, executable));
  const keyring = keyringOf(target);
  const package_ = fetchPackage(keyring);
  copyFileSync(join(package_, keyring.file), join(folder, "keyring.node"));
  for (const [shell, file] of Object.entries(COMPLETIONS))
    writeFileSync(
      join(folder, "completions", file),
      execFileSync(process.execPath, ["bin/twinseed.js", "completion", shell]),
    );
  copyFileSync("dist/twinseed.1", join(folder, "twinseed.1"));
  copyFileSync("LICENSE", join(folder, "LICENSE.txt"));
  writeFileSync(join(folder, "THIRD-PARTY.txt"), licenses(keyring, package_));
  const files = filesIn(folder);
  for (const file of files) chmodSync(join(folder, file), file === executable ? 0o755 : 0o644);
  const sums = files.map((file) => `${sha256(join(folder, file))}  ${file}\n`);
  writeFileSync(join(folder, "SHA256SUMS"), sums.join(""), { mode: 0o644 });
}

/**
 * Without the options that are called safe, the executable would run what bunfig.toml names, and read .env, in whatever folder it is
 * started. In its own folder the bundle has the same path everywhere, and that is in the executable: the same sources make the same bytes.
 */
function compile({ folder, files }, target, outfile) {
  const compiler = bunOf(own);
  const options = ["--compile", "--bytecode", "--format=cjs", "--loader=.wasm:file"];
  // A function is compiled to machine code after ten times as many calls: `code` takes an eighth less, and a picture no longer.
  options.push("--compile-jit-policy=10");
  const safe = ["--no-compile-autoload-dotenv", "--no-compile-autoload-bunfig"];
  const runtime = `--compile-executable-path=${bunOf(target)}`;
  execFileSync(
    compiler,
    [
      "build",
      ...files.map((file) => `./${file}`),
      ...files.flatMap((file) => ["--external", `./${file}`]),
      ...options,
      ...safe,
      `--target=bun-${TARGETS[target].bun}`,
      runtime,
      `--outfile=${resolve(outfile)}`,
    ],
    { cwd: folder, stdio: ["ignore", "ignore", "inherit"] },
  );
}

function bunOf(target) {
  const { bun, integrity } = TARGETS[target];
  const folder = fetchPackage({ name: `@oven/bun-${bun}`, version: BUN, integrity });
  return join(process.cwd(), folder, "bin", target.startsWith("windows") ? "bun.exe" : "bun");
}

/** Of what the npm package bundles, and of what only the executable has. */
function licenses({ name, version }, folder) {
  const inside = [
    [`Bun ${BUN}`, "docs/licenses/inside-bun.txt", "docs/licenses/LGPL-2.1.txt"],
    [`${name} ${version}`, "node_modules/@napi-rs/keyring/LICENSE", join(folder, "LICENSE.third-party.md")],
  ];
  const chapters = inside.map(([title, ...files]) =>
    [title, ...files.map((file) => readFileSync(file, "utf8").trim())].join("\n\n"),
  );
  return [readFileSync("dist/THIRD-PARTY.txt", "utf8"), ...chapters].join(`\n${"-".repeat(78)}\n\n`);
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
}

function sha256(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
