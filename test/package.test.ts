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
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { totp } from "../src/library.ts";
import { aws, bank, steam } from "./helpers/accounts.ts";
import { ROOT } from "./helpers/binary.ts";
import { EXAMPLE_URI } from "./helpers/example.ts";
import { marked, spellingsIn } from "./helpers/marked-seed.ts";
import { needs } from "./helpers/system-packages.ts";

const SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
/** The seeds of RFC 6238 and of examples/, which belong to no one. */
const DOCUMENTED = new Set([SEED, SEED.slice(0, 16), /secret=(\w+)/.exec(EXAMPLE_URI)?.[1]]);
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

describe("in a browser, a worker or k6, where there is no module of Node", () => {
  const uris = ["SHA1", "SHA256", "SHA512"].map(
    (algorithm) => `otpauth://totp/A:b?secret=${SEED}&digits=8&algorithm=${algorithm}`,
  );
  const expected = uris.map((uri) => totp(uri, { at: AT }));

  /** As Cypress bundles a test. */
  async function bundled(): Promise<string> {
    const source = `import { totp, verify } from "twinseed";
      globalThis.answer = JSON.stringify([${JSON.stringify(uris)}.map((uri) => totp(uri, { at: ${AT} })),
        verify("${SEED}", "${CODE}", { at: ${AT} })]);`;
    const { outputFiles } = await build({
      stdin: { contents: source, resolveDir: folder },
      bundle: true,
      write: false,
      platform: "browser",
    });
    return outputFiles[0]?.text ?? "";
  }

  it("the codes are the same, with nothing but the language at hand", async () => {
    const context = createContext({ TextEncoder });
    runInContext(await bundled(), context);
    expect(JSON.parse(context.answer)).toEqual([expected, 0]);
  });

  it.skipIf(!needs("chromium"))("and in a real one (needs chromium)", async () => {
    writeFileSync(
      join(folder, "page.html"),
      `<!doctype html><body><script>${await bundled()};document.body.textContent = answer;</script>`,
    );
    const quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
    const offline = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
    const home = `--user-data-dir=${join(folder, "browser")}`;
    const page = pathToFileURL(join(folder, "page.html")).href;
    const { stdout } = spawnSync("chromium", [...quiet, ...offline, home, "--dump-dom", page], {
      encoding: "utf8",
      env: { ...process.env, HOME: folder },
    });
    expect(stdout).toContain(`<body>${JSON.stringify([expected, 0])}</body>`);
  });
});

describe("what the package says leads somewhere", () => {
  const installed = join(folder, "node_modules/twinseed");
  const pages = () =>
    readdirSync(installed, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md"));
  const textOf = (name: string) => readFileSync(join(installed, name), "utf8");
  const linksIn = (text: string) =>
    Array.from(text.replace(/```[\s\S]*?```|`[^`]*`/g, "").matchAll(/\]\(([^)\s]+)\)/g), ([, to = ""]) => to);
  /** As GitHub and npm make them of headings. */
  const anchorsIn = (text: string) =>
    Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    );

  it("every link of every page is to a file of the package, and to a heading that it has", () => {
    expect(pages()).toEqual(expect.arrayContaining(["README.md", "docs/ci.md", "src/seeds/FORMAT.md"]));
    const broken = pages().flatMap((page) =>
      linksIn(textOf(page)).flatMap((link) => {
        if (/^https?:/.test(link)) return [];
        const [path = "", anchor] = link.split("#");
        const file = path === "" ? page : join(dirname(page), path);
        if (!existsSync(join(installed, file))) return [`${page}: ${link}`];
        return anchor === undefined || anchorsIn(textOf(file)).includes(anchor) ? [] : [`${page}: ${link}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  it("the project's own address stands in package.json, and is the same everywhere else", () => {
    const { bugs, homepage, repository } = JSON.parse(textOf("package.json"));
    const [, project = ""] =
      /^git\+(https:\/\/github\.com\/[\w-]+\/twinseed)\.git$/.exec(repository.url) ?? [];
    expect(bugs.url).toBe(`${project}/issues`);
    expect(homepage).toBe(`${project}#readme`);
    const man = textOf("dist/twinseed.1");
    const others = [
      man,
      ...pages().map(textOf),
      ...readdirSync(join(ROOT, ".github/workflows")).map((name) =>
        readFileSync(join(ROOT, ".github/workflows", name), "utf8"),
      ),
    ];
    for (const text of [man, textOf("README.md"), textOf("dist/twinseed.cjs")])
      expect(text).toContain(bugs.url);
    const named = others.flatMap((text) => text.match(/https:\/\/github\.com\/[\w-]+\/twinseed\b/g) ?? []);
    expect([...new Set(named)]).toEqual([project]);
  });

  it("the pages can be read with the program alone", () => {
    const wordsOf = (text: string) => text.trim().split(/\s+/);
    const program = join(installed, "bin/twinseed.js");
    for (const [topic, page] of [
      ["copies", "copies"],
      ["ci", "ci"],
      ["recovery", "recover-without-twinseed"],
    ])
      expect(wordsOf(node(folder, program, "help", topic ?? ""))).toEqual(wordsOf(textOf(`docs/${page}.md`)));
  });

  it("npm installs the man page, which man shows", () => {
    const { man } = JSON.parse(textOf("package.json"));
    expect(man).toEqual(["./dist/twinseed.1"]); // as a text it is left out of an installed tarball
    expect(textOf("dist/twinseed.1")).toContain(".SH NAME\ntwinseed");
  });
});

it.each(["18.20.8", "20.18.3", "14.21.3"])(
  "Node %s is told what is needed, in a line and a hint",
  (version) => {
    const pretend = join(folder, "pretend.cjs");
    writeFileSync(
      pretend,
      `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`,
    );
    const program = join(folder, "node_modules/twinseed/bin/twinseed.js");
    const { status, stdout, stderr } = spawnSync(process.execPath, ["-r", pretend, program, "code"], {
      encoding: "utf8",
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toBe(
      `twinseed: error: twinseed needs Node.js 20.19 or later, and this is ${version}\n` +
        "twinseed: hint: install a newer Node.js: https://nodejs.org/en/download\n",
    );
  },
);

it("everything that package.json names is there", () => {
  const installed = join(folder, "node_modules/twinseed");
  const { bin, main, man, types, exports } = JSON.parse(
    readFileSync(join(installed, "package.json"), "utf8"),
  );
  const files = JSON.stringify([bin, main, man, types, exports]).match(/"[^"]+\/[^"]+"/g) ?? [];
  expect(files.length).toBeGreaterThan(5);
  for (const file of files)
    expect([file, existsSync(join(installed, JSON.parse(file)))]).toEqual([file, true]);
});

describe("what each `code` pays for (bench/README.md)", () => {
  const textOf = (name: string) => readFileSync(join(folder, "node_modules/twinseed", name), "utf8");

  it("the program that it loads stays below 90 kB", () => {
    expect(textOf("dist/twinseed.cjs").length).toBeLessThan(90_000);
  });

  it("no literal expression in it has \\p{…}, which V8 looks up while it compiles the file", () => {
    const literals = textOf("dist/twinseed.cjs").match(/[^\\]\\[pP]\{\w+/g) ?? [];
    expect(literals).toEqual([]);
  });

  it("the start script creates no stream unless it prints", () => {
    const taken = /^const \{(.*)\} = process;$/m.exec(textOf("bin/twinseed.js"))?.[1] ?? "";
    expect(taken).toContain("platform");
    expect(taken).not.toMatch(/std(in|out|err)/);
  });
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
