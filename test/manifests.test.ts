/** What package managers read (packaging/manifests.mjs). None of these managers is here: what can be checked is the text. */
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "./helpers/binary.ts";
import { temporaryFolder } from "./helpers/child.ts";
import { needs } from "./helpers/system-packages.ts";

interface Made {
  readonly manifests: (manifest: object, sums: Readonly<Record<string, string>>) => Record<string, string>;
  readonly archiveOf: (target: string, version: string) => string;
}
const { manifests, archiveOf }: Made = await import(join(ROOT, "packaging/manifests.mjs"));
const { TARGETS }: { TARGETS: object } = await import(join(ROOT, "packaging/targets.mjs"));
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const mayDropRoot = process.getuid?.() === 0 && process.platform === "linux";
const targets = Object.keys(TARGETS);
const sums = Object.fromEntries(targets.map((target, i) => [target, String(i).repeat(64)]));
const files = manifests(manifest, sums);
const { "twinseed.rb": formula = "", "twinseed.json": scoop = "", PKGBUILD: pkgbuild = "" } = files;

it("each archive is named with its own checksum", () => {
  const named = Object.values(files).flatMap((text) =>
    [...text.matchAll(/releases\/download\/v[\d.]+\/([^"]+)"\W+(?:\w+\W+)([0-9a-f]{64})/g)].map(
      ([, archive, sum]) => [archive, sum],
    ),
  );
  expect(named.length).toBe(7);
  for (const [archive, sum] of named) {
    const [target = ""] = targets.filter((one) => archiveOf(one, manifest.version) === archive);
    expect([archive, sum]).toEqual([archive, sums[target]]);
  }
});

it("a checksum that is missing, or is none, is an error", () => {
  for (const sum of ["", "0".repeat(63), `${"0".repeat(63)}"`])
    expect(() => manifests(manifest, { ...sums, "linux-x64": sum })).toThrow("no checksum for linux-x64");
});

it.skipIf(!needs("ruby"))("the formula is Ruby (needs ruby)", () => {
  expect(spawnSync("ruby", ["-c"], { input: formula, encoding: "utf8" })).toMatchObject({ status: 0 });
});

it("the PKGBUILD is a script for bash, and says what an AUR package has to", () => {
  const script = `${pkgbuild}
for name in pkgname pkgver pkgrel pkgdesc url; do [ -n "\${!name}" ] || exit 2; done
[[ $pkgver =~ ^[0-9A-Za-z.]+$ ]] || exit 3
for one in "\${arch[@]}"; do
  declare -n sources="source_$one" sums="sha256sums_$one"
  [ "\${#sources[@]}" = 1 ] && [ "\${#sums[@]}" = 1 ] || exit 4
done
declare -F package >/dev/null && echo "\${options[@]}"`;
  const { status, stdout } = spawnSync("bash", ["-eu"], { input: script, encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "!strip !debug\n" });
});

it.skipIf(!mayDropRoot || !needs("makepkg", "setpriv"))(
  "the PKGBUILD is read by makepkg (needs root, makepkg)",
  () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o777);
    writeFileSync(join(folder, "PKGBUILD"), pkgbuild);
    const own = ["--reuid=65534", "--regid=65534", "--clear-groups"]; // makepkg refuses to be run as root
    const { status, stdout } = spawnSync("setpriv", [...own, "makepkg", "--printsrcinfo"], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env.PATH, PACMAN: "true", BUILDDIR: folder },
    });
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringContaining("pkgname = twinseed-bin\n"),
    });
    for (const target of ["linux-x64", "linux-arm64"]) expect(stdout).toContain(` = ${sums[target]}\n`);
  },
);

it("the Scoop manifest has the fields of its schema", () => {
  const { architecture, autoupdate, bin, ...rest } = JSON.parse(scoop);
  expect(Object.keys(rest).sort()).toEqual(["checkver", "description", "homepage", "license", "version"]);
  expect(bin).toBe("twinseed.exe");
  const { url, hash, extract_dir } = architecture["64bit"];
  expect(url).toMatch(/^https:\/\/\S+\.zip$/);
  expect(hash).toBe(sums["windows-x64"]);
  expect(url).toContain(`/${extract_dir}.zip`);
  expect(autoupdate.architecture["64bit"].url.replaceAll("$version", manifest.version)).toBe(url);
});
