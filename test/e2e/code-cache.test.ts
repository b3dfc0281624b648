/** V8's code cache beside the program (bin/twinseed.js): whatever becomes of it, the program that is there is what runs. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { ROOT } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";

const RFC_6238 =
  "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example&digits=8";
const NO_SUCH = 'no account matches "x"';

let folder: string;
let env: Record<string, string>;

beforeEach(() => {
  folder = temporaryFolder();
  for (const name of ["bin", "dist"])
    cpSync(join(ROOT, name), join(folder, name), {
      recursive: true,
      filter: (source) => !/\.wasm$|dist[\\/]cache$/.test(source),
    });
  env = {
    PATH: process.env.PATH ?? "",
    HOME: folder,
    TWINSEED_HOME: join(folder, "home"),
    TWINSEED_STORE: "file",
    TWINSEED_KEY: Buffer.alloc(32, 7).toString("base64"),
    TWINSEED_URI: RFC_6238,
  };
});

function twinseed(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const program = [join(folder, "bin", "twinseed.js"), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, program, {
    env: { ...env, ...more },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/** Quick, as scripts use it: everything is in twinseed.cjs up to the account, which is not there. */
const quick = (more?: Readonly<Record<string, string>>) => twinseed(["code", "x"], more);
const answer = { status: 3, stdout: "", stderr: expect.stringContaining(NO_SUCH) };
const codeAt59 = () => twinseed(["code", "--env", "--at", "59"]);

const cached = (): string[] => {
  const cache = join(folder, "dist", "cache");
  return existsSync(cache) ? readdirSync(cache).sort() : [];
};
const cacheFile = (): string => {
  const name = cached().find((name) => name.startsWith("twinseed.cjs-"));
  expect(name).toBeDefined();
  return join(folder, "dist", "cache", name ?? "");
};

it("is made by the first run, and taken by the next one", () => {
  expect(quick()).toMatchObject(answer);
  expect(cached().map((name) => name.replace(/-.*/, ""))).toContain("twinseed.cjs");
  const before = readFileSync(cacheFile());
  expect(quick()).toMatchObject(answer);
  expect(codeAt59()).toEqual({ status: 0, stdout: "94287082\n", stderr: "" });
  expect(codeAt59()).toEqual({ status: 0, stdout: "94287082\n", stderr: "" });
  expect(readFileSync(cacheFile()).equals(before)).toBe(true);
});

it("has what a picture needs, but for what is loaded while V8's options are others", () => {
  cpSync(join(ROOT, "dist", "lib"), join(folder, "dist", "lib"), { recursive: true });
  const add = (file: string) => twinseed(["add", "--dry-run", join(ROOT, file)]);
  const picture = "test/fixtures/qr/kind.webp";
  expect(add(picture)).toMatchObject({ status: 0 });
  const names = cached().map((name) => name.replace(/\.cjs-.*/, ""));
  expect(names).toContain("zxing-wasm-reader");
  expect(names.filter((name) => name.includes("webp_dec"))).toEqual([]);
  const before = cached().map((name) => readFileSync(join(folder, "dist", "cache", name)).toString("base64"));
  expect(add(picture)).toMatchObject({ status: 0 });
  expect(
    cached().map((name) => readFileSync(join(folder, "dist", "cache", name)).toString("base64")),
  ).toEqual(before);
});

it("of many files is remembered by one listener: Node warns of more than ten", () => {
  const parts = readdirSync(join(folder, "dist")).filter(
    (name) => name.endsWith(".cjs") && !/^library/.test(name),
  );
  expect(parts.length).toBeGreaterThan(11);
  const script = `require("./bin/twinseed.js"); for (const part of ${JSON.stringify(parts)}) require("./dist/" + part);`;
  writeFileSync(join(folder, "all.cjs"), script);
  const { stderr } = spawnSync(process.execPath, ["all.cjs", "code", "x"], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  expect(stderr).toContain(NO_SUCH);
  expect(stderr).not.toContain("Warning");
});

it("that is damaged or cut off does not count, and is made anew", () => {
  quick();
  const sound = readFileSync(cacheFile());
  const source = readFileSync(join(folder, "dist", "twinseed.cjs")).length;
  const half = (sound.length - source) / 2;
  const damaged = [0, source + 5000, sound.length - 1].map((at) => {
    const bytes = Buffer.from(sound);
    bytes[at] = (bytes[at] ?? 0) ^ 0x55;
    return bytes;
  });
  const cut = [0, source + half, sound.length - 2].map((at) => sound.subarray(0, at));
  for (const bytes of [...damaged, ...cut]) {
    writeFileSync(cacheFile(), bytes);
    expect(quick()).toMatchObject(answer);
    const mended = readFileSync(cacheFile());
    const middle = (mended.length + source) / 2;
    expect(mended.subarray(source, middle).equals(mended.subarray(middle))).toBe(true);
    expect(mended.equals(bytes)).toBe(false);
  }
});

it("of another program of the same length does not count: V8 would take it", () => {
  quick();
  const program = join(folder, "dist", "twinseed.cjs");
  const text = readFileSync(program, "utf8");
  const other = text.replaceAll("no account matches", "NO ACCOUNT MATCHES");
  expect(other).not.toBe(text);
  writeFileSync(program, other);
  expect(quick()).toMatchObject({ stderr: expect.stringContaining("NO ACCOUNT MATCHES") });
});

it("is done without where its folder can't be made, and where Node's own variable says so", () => {
  expect(quick({ NODE_DISABLE_COMPILE_CACHE: "1" })).toMatchObject(answer);
  expect(cached()).toEqual([]);
  writeFileSync(join(folder, "dist", "cache"), "a file"); // root may write anywhere: no folder can be made here even so
  expect(quick()).toMatchObject(answer);
});
