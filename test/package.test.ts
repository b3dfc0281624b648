/** The package as npm would publish it: packed, unpacked elsewhere, and used as a library there. No network. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { aws, bank, steam } from "./helpers/accounts.ts";
import { ROOT } from "./helpers/binary.ts";
import { EXAMPLE_URI } from "./helpers/example.ts";
import { marked, spellingsIn } from "./helpers/marked-seed.ts";

const SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
/** The seeds of RFC 6238 and of examples/, which belong to no one. */
const DOCUMENTED = new Set([SEED, /secret=(\w+)/.exec(EXAMPLE_URI)?.[1]]);
const AT = 1_111_111_109_000;
const CODE = "081804"; // RFC 6238 appendix B, cut to six digits

/** Its output, including stderr. */
const node = (cwd: string, ...args: string[]): string => {
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  return stdout + stderr;
};

/** A project with only twinseed in its node_modules. */
const folder = mkdtempSync(join(tmpdir(), "twinseed-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  execFileSync("npm", pack, { cwd: ROOT, stdio: ["ignore", "ignore", "pipe"] });
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
  mkdirSync(join(folder, "node_modules"));
  execFileSync("tar", ["-xzf", tarball], { cwd: folder });
  renameSync(join(folder, "package"), join(folder, "node_modules", "twinseed"));
  writeFileSync(join(folder, "package.json"), '{"private":true}');
});

it("works as an ES module and with require(), and loads nothing else", () => {
  const use = `console.log(totp("${SEED}", { at: ${AT} }), verify("${SEED}", "${CODE}", { at: ${AT + 30_000} }),
    remainingSeconds("${SEED}", { at: ${AT} }), parseOtpauthUri("otpauth://totp/A:b?secret=${SEED}").issuer,
    Object.keys(require.cache).filter((name) => name.includes("node_modules")).length);`;
  const names = "{ totp, verify, parseOtpauthUri, remainingSeconds }";
  writeFileSync(join(folder, "use.cjs"), `const ${names} = require("twinseed");\n${use}`);
  const require =
    'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
  writeFileSync(join(folder, "use.mjs"), `import ${names} from "twinseed";\n${require}\n${use}`);
  expect(node(folder, "use.cjs")).toBe(`${CODE} -1 1 A 1\n`);
  expect(node(folder, "use.mjs")).toBe(`${CODE} -1 1 A 0\n`);
});

it("has types that stand alone, for both", () => {
  const source = `import { type Enrollment, parseOtpauthUri, totp, verify } from "twinseed";
const enrollment: Enrollment = parseOtpauthUri("otpauth://totp/x?secret=${SEED}");
const code: string = totp(enrollment, { at: new Date(0) });
const drift: number | false = verify("${SEED}", code, { at: 0, window: 2 });
if (enrollment.otp.type === "totp") console.log(enrollment.otp.period, drift);
// @ts-expect-error the time is not a string
totp(enrollment, { at: "now" });
`;
  for (const name of ["use.mts", "use.cts"]) writeFileSync(join(folder, name), source);
  const compilerOptions = { strict: true, noEmit: true, module: "nodenext", target: "es2023", types: [] };
  const types = readFileSync(join(folder, "node_modules/twinseed/dist/library.d.mts"), "utf8");
  expect(types).not.toMatch(/^import |from "|import\(|reference/m);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions, files: ["use.mts", "use.cts"] }),
  );
  expect(node(folder, join(ROOT, "node_modules/typescript/bin/tsc"), "-p", folder)).toBe("");
});

it("a bundle of one function holds the codes alone, and is small", async () => {
  const { outputFiles } = await build({
    stdin: { contents: 'import { totp } from "twinseed"; console.log(totp);', resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    platform: "node",
    format: "esm",
  });
  const text = outputFiles[0]?.text ?? "";
  expect(text).not.toMatch(
    /commander|keyring|program\.cjs|node:fs|child_process|process\.(?!getBuiltinModule\("node:crypto"\))/,
  );
  expect(text.length).toBeLessThan(20_000);
  const unused = await build({
    stdin: { contents: 'import { totp } from "twinseed";', resolveDir: folder },
    bundle: true,
    write: false,
    minify: true,
    platform: "node",
    format: "esm",
  });
  expect(unused.outputFiles[0]?.text).toBe("");
});

it("everything that package.json names is there", () => {
  const installed = join(folder, "node_modules/twinseed");
  const { bin, man, exports } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  const files = JSON.stringify([bin, man, exports]).match(/"[^"]+\/[^"]+"/g) ?? [];
  expect(files.length).toBeGreaterThan(5);
  for (const file of files)
    expect([file, existsSync(join(installed, JSON.parse(file)))]).toEqual([file, true]);
});

it("no seed is in it but those of the documentation", () => {
  const installed = join(folder, "node_modules/twinseed");
  const files = readdirSync(installed, { recursive: true, encoding: "utf8", withFileTypes: true }).filter(
    (one) => one.isFile(),
  );
  expect(files.length).toBeGreaterThan(30);
  const fixtures = [marked, aws, bank, steam];
  for (const { parentPath, name } of files) {
    const content = readFileSync(join(parentPath, name));
    const found = fixtures.filter((one) => spellingsIn(content, one).length > 0).map(({ issuer }) => issuer);
    const uris = Array.from(
      content.toString("latin1").matchAll(/secret=([A-Z2-7]{8,})/gi),
      ([, key = ""]) => key,
    );
    expect({ name, found, uris: uris.filter((key) => !DOCUMENTED.has(key) && !/^A+$/.test(key)) }).toEqual({
      name,
      found: [],
      uris: [],
    });
  }
});
