/** What only the executable could get wrong (`npm run standalone`): what it reads, starts and leaves behind. */
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { BIN, type Computer, computerIn, EXECUTABLE, foreignLines } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { EXAMPLE_URI } from "../helpers/example.ts";
import { SECRET_SERVICE_PROGRAMS, startSecretService } from "../helpers/secret-service.ts";
import { needs } from "../helpers/system-packages.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const FOLDER = dirname(EXECUTABLE ?? "");
const KEY = randomBytes(32).toString("base64");
const URI = { stdin: { text: EXAMPLE_URI } };

function enrolled(env: Readonly<Record<string, string>> = {}): Computer {
  return computerIn(temporaryFolder(), { TWINSEED_STORE: "file", TWINSEED_KEY: KEY, ...env });
}

/** A copy of the folder, to break something in it. */
function copied(): string {
  const folder = join(temporaryFolder(), "twinseed");
  cpSync(FOLDER, folder, { recursive: true });
  return folder;
}

async function withKeyring(env: Readonly<Record<string, string>> = {}, program?: string): Promise<Computer> {
  const service = await startSecretService({ state: "unlocked" });
  onTestFinished(() => service.stop());
  const { DBUS_SESSION_BUS_ADDRESS = "" } = service.env;
  const own = { ...env, DBUS_SESSION_BUS_ADDRESS, TWINSEED_STORE: "keyring" };
  return computerIn(temporaryFolder(), own, program === undefined ? undefined : [program]);
}

describe("its folder", () => {
  it("has what a package needs, and the sums of all that", () => {
    const sums = readFileSync(join(FOLDER, "SHA256SUMS"), "utf8").trimEnd().split("\n");
    const files = sums.map((line) => line.slice(66));
    expect(files).toEqual([
      "LICENSE.txt",
      "THIRD-PARTY.txt",
      "completions/_twinseed",
      "completions/twinseed.bash",
      "completions/twinseed.fish",
      "keyring.node",
      "twinseed",
      "twinseed.1",
    ]);
    for (const [i, file] of files.entries()) {
      const hash = createHash("sha256")
        .update(readFileSync(join(FOLDER, file)))
        .digest("hex");
      expect(sums[i]).toBe(`${hash}  ${file}`);
    }
    const all = readdirSync(FOLDER, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    expect(all).toHaveLength(files.length + 1);
  });

  it("has the licenses of what only the executable has", () => {
    const text = readFileSync(join(FOLDER, "THIRD-PARTY.txt"), "utf8");
    expect(text).toMatch(/\nBun \d+\.\d+\.\d+\n[\s\S]*JavaScriptCore[\s\S]*LESSER GENERAL PUBLIC LICENSE/);
    expect(text).toMatch(/\n@napi-rs\/keyring-linux-\S+ \d/);
    expect(text.startsWith(readFileSync("dist/THIRD-PARTY.txt", "utf8"))).toBe(true);
  });

  it("is made of the same bytes by the next build, and names no folder of the machine that built it", () => {
    const before = readFileSync(join(FOLDER, "SHA256SUMS"), "utf8");
    const text = readFileSync(EXECUTABLE ?? "", "latin1");
    for (const place of [process.cwd(), ".building-"]) expect(text.split(place)).toHaveLength(1);
    const again = join(temporaryFolder(), "checkout");
    mkdirSync(again);
    for (const name of [
      "bin",
      "dist",
      "docs",
      "packaging",
      "src",
      "LICENSE",
      "package.json",
      "package-lock.json",
      "tsconfig.json",
    ])
      cpSync(name, join(again, name), { recursive: true });
    symlinkSync(resolve("node_modules"), join(again, "node_modules"));
    const [made = ""] = execFileSync(process.execPath, ["packaging/standalone.mjs"], {
      cwd: again,
      encoding: "utf8",
    }).split("\n");
    expect(readFileSync(join(again, made, "SHA256SUMS"), "utf8")).toBe(before);
  });

  it("works through a link, from anywhere", async () => {
    const folder = temporaryFolder();
    symlinkSync(EXECUTABLE ?? "", join(folder, "twinseed"));
    const { run } = await withKeyring({}, join(folder, "twinseed"));
    expect(await run(["add", "-"], URI)).toMatchObject({ exitCode: 0 });
    expect(await run(["code", "amazon"])).toMatchObject({ exitCode: 0, stderr: "" });
  });
});

it("writes the viewer of recovery pages that the npm package has, and shows the same pages of help", async () => {
  const { home, run } = enrolled();
  expect(await run(["backup", "viewer", join(home, "viewer.html")])).toMatchObject({ exitCode: 0 });
  const hash = createHash("sha256")
    .update(readFileSync(join(home, "viewer.html")))
    .digest("hex");
  expect(readFileSync("dist/viewer.html.sha256", "utf8")).toBe(`${hash}  viewer.html\n`);
  const { stdout } = await run(["help", "recovery"]);
  const other = computerIn(temporaryFolder(), {}, [process.execPath, BIN]);
  expect(stdout).toContain("oathtool");
  expect(stdout).toBe((await other.run(["help", "recovery"])).stdout);
});

describe("the current folder", () => {
  it.each(["--version", "code", "__task"])("decides nothing: twinseed %s", async (command) => {
    const { home, run } = enrolled();
    const mark = join(home, "ran");
    const evil = `require("node:fs").writeFileSync(${JSON.stringify(mark)}, "");`;
    for (const name of [
      "evil.js",
      "index.js",
      "bin.js",
      "twinseed.js",
      "child-tasks.ts",
      "node_modules/@napi-rs/keyring/index.js",
    ]) {
      mkdirSync(dirname(join(home, name)), { recursive: true });
      writeFileSync(join(home, name), evil);
    }
    const preload =
      'preload = ["./evil.js"]\n[run]\npreload = ["./evil.js"]\n[test]\npreload = ["./evil.js"]\n';
    for (const name of ["bunfig.toml", ".bunfig.toml"]) writeFileSync(join(home, name), preload);
    for (const name of [".env", ".env.local", ".env.production", ".env.development"])
      writeFileSync(join(home, name), `TWINSEED_HOME=${home}/other\nBUN_OPTIONS=--preload ./evil.js\n`);
    writeFileSync(
      join(home, "package.json"),
      '{"main":"evil.js","imports":{"#x":"./evil.js"},"type":"module"}',
    );
    writeFileSync(join(home, "tsconfig.json"), '{"compilerOptions":{"paths":{"*":["./evil.js"]}}}');
    const { stdout, stderr } = await run([command, "amazon"], { stdin: "empty" });
    expect(foreignLines(stderr)).toEqual([]);
    expect(stdout + stderr).not.toContain(`${home}/other`);
    expect(readdirSync(home)).not.toContain("ran");
    expect(readdirSync(home)).not.toContain("other");
  });

  it("and no variable of ours comes from a .env in it", async () => {
    const { home, run } = enrolled();
    expect(await run(["add", "-"], URI)).toMatchObject({ exitCode: 0 });
    writeFileSync(join(home, ".env"), `TWINSEED_KEY=${KEY}\n`);
    expect(await run(["code", "amazon"], { env: { TWINSEED_KEY: undefined } })).toMatchObject({
      exitCode: 6,
    });
    expect(await run(["code", "amazon"])).toMatchObject({ exitCode: 0 });
  });
});

describe("arguments", () => {
  it.each([
    ["-e", "process.exit(42)"],
    ["--eval", "1"],
    ["run", "x.js"],
    ["--bun"],
    ["-p", "1"],
    ["install"],
    ["--print", "1"],
  ])("%s are ours, not Bun's", async (...args) => {
    const { run } = enrolled();
    const { exitCode, stdout, stderr } = await run(args);
    expect({ exitCode, stdout, foreign: foreignLines(stderr) }).toEqual({
      exitCode: 2,
      stdout: "",
      foreign: [],
    });
  });

  it("--version is that of package.json", async () =>
    expect(await enrolled().run(["--version"])).toMatchObject({
      exitCode: 0,
      stdout: `${version}\n`,
      stderr: "",
    }));

  it("a task that there is not does nothing", async () =>
    expect(await enrolled().run(["__task", "nothing"])).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: "",
    }));
});

describe("a copied code", () => {
  /** Stands for xclip: keeps its text in a file. */
  const XCLIP = `#!/bin/sh\ncase "$*" in *-out*) cat "$HOME/held";; *) cat >"$HOME/held";; esac\n`;
  function withClipboard(): Computer {
    const home = temporaryFolder();
    writeFileSync(join(home, "xclip"), XCLIP);
    chmodSync(join(home, "xclip"), 0o755);
    return computerIn(home, {
      PATH: `${home}:/usr/bin:/bin`,
      DISPLAY: ":none",
      TWINSEED_STORE: "file",
      TWINSEED_KEY: KEY,
    });
  }

  it("has a process of its own that waits to clear it", async () => {
    const { home, run } = withClipboard();
    await run(["add", "-"], URI);
    expect(await run(["code", "amazon", "--copy"])).toMatchObject({ exitCode: 0, stdout: "" });
    expect(readFileSync(join(home, "held"), "utf8")).toMatch(/^\d{6}$/);
    const waiting = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && isWaiting(pid, home));
    for (const pid of waiting) process.kill(Number(pid));
    expect(waiting).toHaveLength(1);
  });

  it("is cleared if it is still there, and only then", async () => {
    const { home, run } = withClipboard();
    const xclip = join(home, "xclip");
    const hash = createHash("sha256").update("salt492039").digest("hex");
    const order = { salt: "salt", hash, delay: 1, paste: [xclip, "-out"], clear: [xclip] };
    const clear = () => run(["__task", "clear-clipboard"], { stdin: { text: JSON.stringify(order) } });
    for (const [held, then] of [
      ["492039", ""],
      ["492039\n", ""],
      ["something else", "something else"],
    ]) {
      writeFileSync(join(home, "held"), held ?? "");
      expect(await clear()).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
      expect(readFileSync(join(home, "held"), "utf8")).toBe(then);
    }
  });
});

function isWaiting(pid: string, home: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    const isOurs = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`HOME=${home}`);
    return isOurs && words.join(" ").includes("__task clear-clipboard");
  } catch {
    return false; // it has ended
  }
}

it("unlock starts a process that makes codes, and lock ends it", async () => {
  const { home, run } = enrolled({ TWINSEED_KEY: "" });
  const passphrase = { env: { TWINSEED_PASSPHRASE: "correct horse battery" } };
  await run(["add", "-"], { ...URI, ...passphrase });
  expect(await run(["unlock"], passphrase)).toMatchObject({ exitCode: 0 });
  const [key = ""] = readdirSync(join(home, "twinseed")).filter((name) => name.endsWith(".key"));
  const pid = Number(readFileSync(join(home, "twinseed", key), "utf8").split(" ")[1]);
  onTestFinished(() => {
    if (isRunning(pid)) process.kill(pid, "SIGKILL");
  });
  expect(isRunning(pid)).toBe(true);
  expect(await run(["code", "amazon"])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^\d{6}\n$/),
    stderr: "",
  });
  expect(await run(["lock"])).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("has ended") });
  expect(isRunning(pid)).toBe(false);
  expect(await run(["code", "amazon"])).toMatchObject({ exitCode: 6, stdout: "" });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

describe.skipIf(!needs(...SECRET_SERVICE_PROGRAMS))("the keyring (needs gnome-keyring)", () => {
  it("is used without a file in the temporary folder, which may be full or read-only", async () => {
    const TMPDIR = temporaryFolder();
    const { run } = await withKeyring({ TMPDIR });
    expect(await run(["add", "-"], URI)).toMatchObject({ exitCode: 0 });
    expect(await run(["code", "amazon"])).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await run(["doctor"])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/ on Bun \d/) });
    expect(readdirSync(TMPDIR)).toEqual([]);
    const env = { TMPDIR: "/proc/none" };
    expect(await run(["code", "amazon"], { env })).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("can't be used if its part is missing, and nothing else is tried", async () => {
    const folder = copied();
    rmSync(join(folder, "keyring.node"));
    const { home, run } = await withKeyring({}, join(folder, "twinseed"));
    mkdirSync(join(home, "node_modules/@napi-rs"), { recursive: true });
    cpSync("node_modules/@napi-rs", join(home, "node_modules/@napi-rs"), { recursive: true });
    const { exitCode, stdout, stderr } = await run(["add", "-"], URI);
    expect({ exitCode, stdout, foreign: foreignLines(stderr) }).toEqual({
      exitCode: 6,
      stdout: "",
      foreign: [],
    });
    expect(stderr).toContain("the part of twinseed that talks to keyrings is not installed");
    expect(stderr).toContain("twinseed: hint: unpack the whole archive again: keyring.node belongs");
    expect(stderr).not.toContain("npm install");
  });

  it("can't be used if its part is for another system, and says so", async () => {
    const folder = copied();
    writeFileSync(join(folder, "keyring.node"), "not a library");
    const { run } = await withKeyring({}, join(folder, "twinseed"));
    const { exitCode, stderr } = await run(["add", "-"], URI);
    expect({ exitCode, foreign: foreignLines(stderr) }).toEqual({ exitCode: 6, foreign: [] });
    expect(stderr).toMatch(/keyring\.node/);
  });
});

it("it needs the C library, and no other", () => {
  const needed = execFileSync("readelf", ["--dynamic", EXECUTABLE ?? "", join(FOLDER, "keyring.node")], {
    encoding: "utf8",
  });
  const libraries = [...needed.matchAll(/NEEDED.*\[(.*)\]/g)].map(([, name = ""]) => name);
  expect(
    [...new Set(libraries)].filter((name) => !/^(lib(c|m|dl|rt|pthread|gcc_s)\.so|ld-linux)/.test(name)),
  ).toEqual([]);
});
