/** The packages that we build with and ship: exact versions, from npm's registry, without install scripts, with their licenses. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT } from "./helpers/binary.ts";

const read = (name: string) => readFileSync(join(ROOT, name), "utf8");
const manifest = JSON.parse(read("package.json"));
const direct: Record<string, string> = { ...manifest.dependencies, ...manifest.devDependencies };

interface Locked {
  readonly version: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly optional?: boolean;
  readonly dev?: boolean;
  readonly link?: boolean;
}
const { "": _, ...packages }: Record<string, Locked> = JSON.parse(read("package-lock.json")).packages;
const locked = Object.entries(packages);

it("versions are exact", () => {
  const versions = [...Object.values(direct), ...texts(manifest.overrides)];
  expect(versions.length).toBeGreaterThan(20);
  for (const version of versions) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  for (const [name, version] of Object.entries(direct))
    expect([name, packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
});

it("the lock file has a hash for everything, and names no registry", () => {
  expect(locked.length).toBeGreaterThan(50);
  const odd = locked.filter(
    ([, { resolved = "", integrity = "", link }]) =>
      link || !integrity.startsWith("sha512-") || resolved !== "",
  );
  expect(odd.map(([name]) => name)).toEqual([]);
});

it("nothing runs when it is installed: what is shipped has no install script, and esbuild's is refused", () => {
  const scripted = locked.filter(([, { hasInstallScript, optional }]) => hasInstallScript && !optional);
  expect(scripted.map(([name]) => name)).toEqual(["node_modules/esbuild"]);
  expect(manifest.allowScripts).toEqual({ esbuild: false });
  const shipped = locked.filter(([, { dev }]) => !dev);
  expect(shipped.map(([name]) => name)).toContain("node_modules/@napi-rs/keyring");
  expect(shipped.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([]);
  for (const script of ["preinstall", "install", "postinstall", "prepare"])
    expect(manifest.scripts).not.toHaveProperty(script);
});

it("docs/DEPENDENCIES.md names every dependency with its version, and no other", () => {
  const rows = [...read("docs/DEPENDENCIES.md").matchAll(/^\| (`[^|]*) \|/gm)].map(([, cell = ""]) => cell);
  const named = rows.flatMap((cell) => {
    const version = /` (\d\S*)$/.exec(cell)?.[1];
    return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => [name, version] as const);
  });
  expect(named.map(([name]) => name).sort()).toEqual(Object.keys(direct).sort());
  for (const [name, version] of named)
    expect([name, version]).toEqual([name, name.startsWith("@types/") ? undefined : direct[name]]);
});

/** Bundles everything that src/ imports in one piece, independently of build.mjs, which writes the file. */
it("THIRD-PARTY.txt has a chapter for every package that something is bundled from", async () => {
  const { metafile } = await build({
    entryPoints: [join(ROOT, "src/cli/main.ts"), join(ROOT, "src/library.ts")],
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    outdir: "none",
    external: ["@napi-rs/keyring"],
    loader: { ".wasm": "binary", ".md": "text" },
  });
  const folders = new Set(
    Object.keys(metafile.inputs).flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []),
  );
  const bundled = [...folders].map((folder) => {
    const { name, version } = JSON.parse(read(join(folder, "package.json")));
    return { title: `${name} ${version}`, inside: `docs/licenses/inside-${name.replaceAll("/", "-")}.txt` };
  });
  const chapters = new Map(
    read("dist/THIRD-PARTY.txt")
      .split(`\n\n${"-".repeat(78)}\n\n`)
      .map((chapter) => [chapter.slice(0, chapter.indexOf("\n")), chapter]),
  );
  expect([...chapters.keys()].sort()).toEqual(bundled.map(({ title }) => title).sort());
  for (const { title, inside } of bundled) {
    expect(chapters.get(title)).toMatch(/copyright|licen[cs]e/i);
    if (existsSync(join(ROOT, inside))) expect(chapters.get(title)).toContain(read(inside).trim());
  }
});

it("each WebAssembly file that is shipped is that of a package in THIRD-PARTY.txt", () => {
  const shipped = readdirSync(join(ROOT, "dist/lib")).filter((name) => name.endsWith(".wasm"));
  expect(shipped.length).toBe(5);
  const text = read("dist/THIRD-PARTY.txt");
  for (const file of shipped) {
    const bytes = readFileSync(join(ROOT, "dist/lib", file));
    const owner = ["zxing-wasm", "@jsquash/jpeg", "@jsquash/webp", "libheif-js"].find((name) =>
      readdirSync(join(ROOT, "node_modules", name), { recursive: true, encoding: "utf8" }).some(
        (path) =>
          path.endsWith(".wasm") && readFileSync(join(ROOT, "node_modules", name, path)).equals(bytes),
      ),
    );
    expect([file, owner]).not.toEqual([file, undefined]);
    expect(text).toMatch(new RegExp(`^${owner} \\d`, "m"));
  }
  // The sources that they are compiled from.
  for (const name of [
    "zxing-cpp",
    "libzint",
    "Independent JPEG Group.",
    "libwebp",
    "2010, Google Inc",
    "libde265",
  ])
    expect(text.toLowerCase()).toContain(name.toLowerCase());
});

it("workflows pin each action to a commit, and say what they may do", () => {
  const folder = join(ROOT, ".github/workflows");
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), "utf8");
    const { permissions, jobs } = parse(text);
    expect(permissions).toBeTypeOf("object");
    for (const job of Object.values<{ steps: { uses?: string; run?: string }[] }>(jobs))
      for (const { uses, run } of job.steps)
        expect(uses ?? run).toMatch(uses ? /^[\w./-]+@[0-9a-f]{40}$/ : /\S/);
  }
});

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}
