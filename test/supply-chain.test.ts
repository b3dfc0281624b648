/** The packages that we build with and ship: exact versions, from npm's registry, without install scripts, with their licenses. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { viewer } from "../packaging/viewer.mjs";
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

/** The packages that something is bundled from: src/ in one piece, independently of build.mjs, which writes the files. */
async function bundledPackages() {
  const { metafile } = await build({
    entryPoints: [join(ROOT, "src/cli/main.ts"), join(ROOT, "src/library.ts")],
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    outdir: "none",
    external: ["@napi-rs/keyring", "*/viewer.html"],
    loader: { ".wasm": "binary", ".md": "text" },
  });
  const files = [...Object.keys(metafile.inputs), ...(await viewer()).modules];
  const folders = new Set(files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []));
  return [...folders].map((folder) => {
    const { name, version } = JSON.parse(read(join(folder, "package.json")));
    const key = folder.slice(folder.indexOf("node_modules/"));
    return { title: `${name} ${version}`, name, key };
  });
}

it("THIRD-PARTY.txt has a chapter for every package that something is bundled from", async () => {
  const bundled = (await bundledPackages()).map(({ title, name }) => ({
    title,
    inside: `docs/licenses/inside-${name.replaceAll("/", "-")}.txt`,
  }));
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

it("the bill of materials lists what is in the package or installed with it, and nothing that we only build with", async () => {
  const bom = JSON.parse(read("dist/twinseed.cdx.json"));
  expect({ ...bom, components: [], dependencies: [] }).toEqual({
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: expect.objectContaining({ name: "twinseed", version: manifest.version }) },
    components: [],
    dependencies: [],
  });
  interface Component {
    readonly group?: string;
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly hashes: readonly { readonly content: string }[];
    readonly licenses: readonly {
      readonly license?: { readonly id: string };
      readonly expression?: string;
    }[];
  }
  const listed: readonly Component[] = bom.components;
  const nameOf = ({ group, name }: Component) => (group === undefined ? name : `${group}/${name}`);
  const bundled = await bundledPackages();
  const installed = locked
    .filter(([, { dev }]) => !dev)
    .map(([key, { version }]) => ({ title: `${key.replace("node_modules/", "")} ${version}`, key }));
  const expected = [...bundled, ...installed];
  expect(listed.map((one) => `${nameOf(one)} ${one.version}`).sort()).toEqual(
    expected.map(({ title }) => title).sort(),
  );
  for (const { title, key } of expected) {
    const one = listed.find((component) => `${nameOf(component)} ${component.version}` === title);
    const bytes = Buffer.from(packages[key]?.integrity?.replace("sha512-", "") ?? "", "base64");
    expect([title, one?.hashes[0]?.content]).toEqual([title, bytes.toString("hex")]);
    expect(bytes.length).toBe(64);
    expect(one?.purl).toBe(`pkg:npm/${title.replace("@", "%40").replace(" ", "@")}`);
    const license = one?.licenses[0]?.license?.id ?? one?.licenses[0]?.expression;
    // A library in files of its own, which can be exchanged, as its license asks (docs/DEPENDENCIES.md).
    if (title.startsWith("libheif-js")) expect(license).toBe("LGPL-3.0");
    else
      expect(license).toMatch(
        /^(MIT|ISC|BSD-3-Clause|Apache-2\.0|BlueOak-1\.0\.0|0BSD|\(MIT OR Apache-2\.0\)|\(Apache-2\.0 AND BSD-3-Clause\))$/,
      );
  }
  const refs = listed.map(({ purl }) => purl);
  expect(new Set(refs).size).toBe(refs.length);
  expect(bom.dependencies).toEqual([{ ref: bom.metadata.component["bom-ref"], dependsOn: refs }]);
  for (const tool of ["esbuild", "vitest", "typescript"]) expect(refs.join("\n")).not.toContain(tool);
});

it("each WebAssembly file that is shipped is that of a package in THIRD-PARTY.txt", () => {
  const shipped = readdirSync(join(ROOT, "dist/lib")).filter((name) => name.endsWith(".wasm"));
  expect(shipped.length).toBe(6);
  const text = read("dist/THIRD-PARTY.txt");
  for (const file of shipped) {
    const bytes = readFileSync(join(ROOT, "dist/lib", file));
    const owner = ["zxing-wasm", "@jsquash/jpeg", "@jsquash/webp", "@jsquash/avif", "libheif-js"].find(
      (name) =>
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
    "libavif",
    "Alliance for Open Media",
  ])
    expect(text.toLowerCase()).toContain(name.toLowerCase());
});

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}
