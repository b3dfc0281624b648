/**
 * Who could have written what stands in the current folder: the author of a clone, an archive or a mail, or anyone in /tmp. They
 * want their own "git" to be started.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAst } from "vitest/node";
import {
  lookUp,
  programPath,
  toolEnvironment,
  withFullPath,
} from "../../src/system/programs/find-program.ts";
import { computerIn, ROOT } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { needs } from "../helpers/system-packages.ts";

const HOSTILE = ["", ".", "./", "..", "bin", "./bin", "a/../bin", "~/bin", " /bin", "\t/bin", "$HOME/bin"];
const everywhere = () => true;

describe("on Linux and macOS", () => {
  const find = (
    command: string,
    path: string | undefined,
    isProgram: (path: string) => boolean = everywhere,
  ) => lookUp(command, { PATH: path }, "linux", isProgram);

  it.each(HOSTILE)("nothing is looked for in the entry %j", (entry) => {
    expect(find("git", entry)).toBeUndefined();
    expect(find("git", `${entry}:/usr/bin`)).toBe("/usr/bin/git");
    expect(find("git", `:${entry}:/usr/bin:`)).toBe("/usr/bin/git");
    expect(toolEnvironment({ PATH: `${entry}:/usr/bin:${entry}` }, "linux")).toEqual({ PATH: "/usr/bin" });
  });

  it("the first entry that has it counts", () => {
    expect(find("git", "/a:/b:/c", (path) => path !== "/a/git")).toBe("/b/git");
    expect(find("git", "/a:/b", () => false)).toBeUndefined();
    expect(find("git", undefined)).toBeUndefined();
    expect(lookUp("git", { Path: "/a" }, "linux", everywhere)).toBeUndefined();
  });

  it("a command with a folder in it has to be absolute", () => {
    expect(find("./git", "/a")).toBeUndefined();
    expect(find("bin/git", "/a")).toBeUndefined();
    expect(find("/opt/git", "/a")).toBe("/opt/git");
  });

  it("without a usable entry, other programs get no PATH at all: an empty one would mean the current folder", () => {
    for (const path of HOSTILE)
      expect(toolEnvironment({ PATH: path, LANG: "C" }, "linux")).toEqual({ LANG: "C" });
  });
});

describe("on Windows", () => {
  const env = { PATHEXT: ".COM;.EXE;.BAT;.CMD;.VBS;.JS" };
  const find = (command: string, path: string, isProgram: (path: string) => boolean = everywhere) =>
    lookUp(command, { ...env, Path: path }, "win32", isProgram);

  it.each([...HOSTILE, "\\tools", "/tools", "C:tools", "C:", "\\", "%CD%"])(
    "nothing is looked for in the entry %j",
    (entry) => {
      if (entry.trim() === "/bin") return;
      expect(find("git", entry)).toBeUndefined();
      expect(find("git", `${entry};C:\\Git`, (path) => path.endsWith(".exe"))).toBe("C:\\Git\\git.exe");
    },
  );

  it("drives and servers count, also in quotation marks", () => {
    const isExe = (path: string) => path.endsWith(".exe");
    expect(find("git", '"C:\\Program Files\\Git"', isExe)).toBe("C:\\Program Files\\Git\\git.exe");
    expect(find("git", "\\\\server\\share", isExe)).toBe("\\\\server\\share\\git.exe");
    expect(find("git", "d:/tools", isExe)).toBe("d:\\tools\\git.exe");
  });

  it("extensions come in the order of PATHEXT, and no script counts: those need a shell", () => {
    expect(find("git", "C:\\a")).toBe("C:\\a\\git.com");
    expect(lookUp("git", { PATHEXT: ".EXE;.COM", PATH: "C:\\a" }, "win32", everywhere)).toBe(
      "C:\\a\\git.exe",
    );
    expect(lookUp("git", { PATH: "C:\\a" }, "win32", everywhere)).toBe("C:\\a\\git.com");
    expect(find("git", "C:\\a", (path) => /\.(cmd|bat|js)$/.test(path))).toBeUndefined();
    expect(find("clip.exe", "C:\\a")).toBe("C:\\a\\clip.exe");
  });

  it("other programs get one PATH, whatever its spelling was", () => {
    expect(toolEnvironment({ Path: ".;C:\\a;" }, "win32")).toEqual({
      PATH: "C:\\a",
      NoDefaultCurrentDirectoryInExePath: "1",
    });
  });
});

describe.skipIf(process.platform === "win32")("with real files", () => {
  const planted = (folder: string, command: string): string => {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, command);
    writeFileSync(file, `#!/bin/sh\ntouch '${folder}/started-${command}'\n`);
    chmodSync(file, 0o755);
    return file;
  };

  it("a folder, and a file that can't be executed, are no program", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "a/git"), { recursive: true });
    mkdirSync(join(folder, "b"));
    writeFileSync(join(folder, "b/git"), "", { mode: 0o644 });
    const real = planted(join(folder, "c"), "git");
    const PATH = ["a", "b", "c"].map((name) => join(folder, name)).join(":");
    expect(programPath("git", { PATH })).toBe(real);
    expect(withFullPath(["git", "log"], { PATH })).toEqual([real, "log"]);
    expect(() => withFullPath(["no-such", "x"], { PATH })).toThrow('"no-such" is not installed');
  });

  it.skipIf(!needs("git"))("no command starts what lies in the current folder (needs git)", async () => {
    const folder = temporaryFolder();
    const commands = [
      "git",
      "ssh",
      "gpg",
      "aws",
      "xclip",
      "wl-copy",
      "wl-paste",
      "grim",
      "maim",
      "lp",
      "chromium",
      "node",
      "sh",
    ];
    const cwd = join(folder, "clone");
    for (const command of commands) planted(cwd, command);
    for (const command of commands) planted(join(cwd, "bin"), command);
    const real = dirname(execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim());
    const computer = computerIn(join(folder, "home"), {
      TWINSEED_STORE: "file",
      TWINSEED_KEY: Buffer.alloc(32, 1).toString("base64"),
      DISPLAY: ":99",
    });
    const uri = "otpauth://totp/a:b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=a";
    expect(await computer.run(["add", "-"], { stdin: { text: uri } })).toMatchObject({ exitCode: 0 });
    writeFileSync(
      join(cwd, "entry.gpg"),
      Buffer.concat([Buffer.from([0x85, 1, 0x0c, 3]), Buffer.alloc(300, 7)]),
    );
    mkdirSync(join(cwd, "store"), { recursive: true });
    writeFileSync(
      join(cwd, "store/a.gpg"),
      Buffer.concat([Buffer.from([0x85, 1, 0x0c, 3]), Buffer.alloc(300, 7)]),
    );
    const lines = [
      ["sync", "--init", "ssh://nowhere.invalid/x"],
      ["sync"],
      ["doctor"],
      ["code", "a", "--copy"],
      ["code", "a", "--once", "--lease", "git+ssh://nowhere.invalid/x"],
      ["add", "--clipboard"],
      ["add", "--screen", "full"],
      ["import", "store"],
      ["sheet", "--print"],
      ["aws", "login", "a"],
    ];
    for (const path of [`:${real}`, `.:${real}:`, `bin:./bin::${real}`, ".", ""])
      for (const line of lines) {
        const program = [process.execPath, join(ROOT, "bin/twinseed.js"), ...line];
        try {
          execFileSync(program[0] ?? "", program.slice(1), {
            cwd,
            env: { ...computer.env, PATH: path },
            stdio: ["ignore", "pipe", "pipe"],
            timeout: 30_000,
          });
        } catch {
          // Most of them fail: there is no screen, no server, no printer.
        }
      }
    const started = readdirSync(cwd, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.includes("started-"),
    );
    expect(started).toEqual([]);
    execFileSync(join(cwd, "git"));
    expect(existsSync(join(cwd, "started-git"))).toBe(true); // the trap works
  });
});

/** The first argument of every call that starts a program, in all of src/. */
function started(source: string): string[] {
  const found: string[] = [];
  const STARTS = /^(spawn|spawnSync|execFile|execFileSync|exec|execSync|fork)$/;
  const fields = (value: unknown): [string, unknown][] =>
    typeof value === "object" && value !== null ? Object.entries(value) : [];
  const visit = (value: unknown): void => {
    const node = Object.fromEntries(fields(value));
    const callee = Object.fromEntries(fields(node.callee));
    const name = String(callee.name ?? Object.fromEntries(fields(callee.property)).name ?? "");
    const isOurs =
      callee.type === "Identifier" || /child_?process/i.test(JSON.stringify(callee.object ?? ""));
    if (node.type === "CallExpression" && STARTS.test(name) && isOurs) {
      const [first] = Array.isArray(node.arguments) ? node.arguments : [];
      const { start, end } = Object.fromEntries(fields(first));
      found.push(`${name}(${source.slice(Number(start), Number(end))}`);
    }
    for (const [, child] of fields(value)) visit(child);
  };
  visit(parseAst(source, { lang: "ts" }));
  return found;
}

describe("each call that starts a program", () => {
  const src = join(ROOT, "src");
  const sources = readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => ({ name, text: readFileSync(join(src, name), "utf8") }));

  it("gets the path that was found, or our own Node.js", () => {
    const calls = sources.flatMap(({ name, text }) => started(text).map((call) => `${name}: ${call}`));
    expect(calls.sort()).toEqual([
      "system/channel/start-unlocked.ts: spawn(SHELL",
      "system/desktop/clipboard-clearing.ts: spawn(process.execPath",
      "system/desktop/clipboard-clearing.ts: spawnSync(program",
      "system/desktop/clipboard.ts: spawn(program",
      "system/desktop/keyring-child.ts: spawn(node",
      "system/desktop/terminal-clipboard.ts: spawnSync(program",
      "system/programs/own-child.ts: execFile(program",
      "system/programs/run-editor.ts: spawn(program",
      "system/programs/run-tool.ts: spawn(program",
    ]);
    for (const file of [
      "system/desktop/clipboard.ts",
      "system/programs/run-editor.ts",
      "system/programs/run-tool.ts",
    ])
      expect(sources.find(({ name }) => name === file)?.text).toMatch(
        /const \[program, \.\.\.args\] = withFullPath\(/,
      );
    // The commands of the process that clears the clipboard are in the order that it gets.
    const clearing = sources.find(({ name }) => name.endsWith("clipboard-clearing.ts"))?.text ?? "";
    expect(clearing).toMatch(/\[tool\.paste, tool\.clear\]\.map\(\(command\) => withFullPath\(/);
  });

  it("goes without a shell", () => {
    const shells = sources.filter(({ text }) => /\bshell: (true|["'`]|process)/.test(text));
    expect(shells.map(({ name }) => name)).toEqual([]);
  });

  it("is found, however it is spelled", () => {
    for (const call of ['spawn("git"', 'childProcess.execFile("git"', 'child_process.execSync("git"'])
      expect(started(`${call}, []);`)).toEqual([call.slice(call.indexOf(".") + 1)]);
  });
});
