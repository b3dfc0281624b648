/**
 * Other users of the computer: they read and change what a mode lets them, and wait in every folder that is not ours. What we
 * write is for this user alone, whatever the umask; and nothing counts that one of them could have written.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXAMPLE, PROGRAM } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { needs } from "../helpers/system-packages.ts";

const TOTP = "otpauth://totp/a:b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=a";
const HOTP = "otpauth://hotp/c:d?secret=MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK&issuer=c&counter=1";
const KEY = Buffer.alloc(32, 1).toString("base64");

function computer(umask = "0022") {
  const home = join(temporaryFolder(), "home");
  mkdirSync(home);
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    XDG_RUNTIME_DIR: join(home, "run"),
    TMPDIR: join(home, "tmp"),
    TWINSEED_STORE: "file",
    TWINSEED_KEY: KEY,
    GIT_AUTHOR_NAME: "a",
    GIT_AUTHOR_EMAIL: "a@example.org",
    GIT_COMMITTER_NAME: "a",
    GIT_COMMITTER_EMAIL: "a@example.org",
  };
  for (const name of ["run", "tmp", "out"]) mkdirSync(join(home, name), { mode: 0o700 });
  const run = (line: string, input = "", more: Readonly<Record<string, string>> = {}) => {
    const command = ["-c", `umask ${umask}; exec "$@"`, "sh", ...PROGRAM, ...line.split(" ")];
    return spawnSync("sh", command, { env: { ...env, ...more }, cwd: home, input, encoding: "utf8" });
  };
  const succeed = (line: string, input = "") => {
    const { status, stderr, stdout } = run(line, input);
    expect([line, status, status === 0 ? "" : stderr]).toEqual([line, 0, ""]);
    return stdout;
  };
  return {
    home,
    data: join(home, ".local/share/twinseed"),
    state: join(home, ".local/state/twinseed"),
    run,
    succeed,
  };
}

describe.skipIf(process.platform === "win32")("what is written", () => {
  it.skipIf(!needs("git")).each(["0000", "0777", "0022", "0077", "0277"])(
    "with umask %s, is for this user alone (needs git)",
    (umask) => {
      const { home, data, succeed } = computer(umask);
      copyFileSync(EXAMPLE, join(home, "out/picture.png"));
      chmodSync(join(home, "out/picture.png"), 0o600);
      succeed("add -", TOTP);
      succeed("add -", HOTP);
      succeed("add out/picture.png --name picture");
      const before = new Set(["run", "tmp", "out", "out/picture.png"]);
      for (const line of [
        "code c:d",
        "code a:b --once",
        "code c:d --once",
        "list",
        "device add phone --kind phone",
        "rename a:b e",
        "remove picture --yes",
        "restore picture",
        "qr e --output out/e.png",
        "export json --output out/all.json",
        "sheet --output out/sheet.html",
        "store key",
        "doctor",
      ])
        succeed(line);
      execFileSync("git", ["init", "--quiet", "--bare", "remote.git"], { cwd: join(home, "out") });
      succeed(`sync --init ${join(home, "out/remote.git")}`);
      const entries = readdirSync(home, { recursive: true, encoding: "utf8" }).filter(
        (name) => !before.has(name) && !name.startsWith("out/remote.git"),
      );
      for (const path of [data, join(home, ".local"), join(home, ".local/state")])
        expect(existsSync(path)).toBe(true);
      const wrong = entries.flatMap((name) => {
        const stat = lstatSync(join(home, name));
        const mode = stat.mode & 0o777;
        // git's objects are read-only.
        const right = stat.isDirectory() ? [0o700] : name.includes(".git/") ? [0o600, 0o400, 0o700] : [0o600];
        return right.includes(mode) ? [] : [`${name} ${mode.toString(8)}`];
      });
      expect(entries.filter((name) => name.startsWith("out/"))).toHaveLength(3);
      expect(entries.some((name) => name.includes("/steps/"))).toBe(true);
      expect(wrong).toEqual([]);
    },
    60_000,
  );
});

describe.skipIf(process.platform === "win32")("what others could have written does not count", () => {
  /** The data folder can be entered by others, as it can after `chmod 755`. */
  function entered() {
    const one = computer();
    one.succeed("add -", TOTP);
    one.succeed("add -", HOTP);
    one.succeed("code a --once");
    chmodSync(one.data, 0o755);
    return one;
  }

  it.each(["0666", "0622", "0606", "0660"])("config.json with mode %s", (mode) => {
    const { data, run } = entered();
    const file = join(data, "config.json");
    chmodSync(file, Number.parseInt(mode, 8));
    const { status, stdout, stderr } = run("code a");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(`config.json" can be written by others (mode ${mode})`);
    expect(stderr).toContain("chmod -R go-rwx");
    chmodSync(data, 0o700);
    expect(run("code a").status).toBe(0); // they can't get there
  });

  it("the records of spent steps, in a folder that others can write to", () => {
    const { data, run } = entered();
    chmodSync(join(data, "steps"), 0o777);
    const { status, stdout, stderr } = run("code a --once");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain('steps" can be written by others (mode 0777)');
  });

  it("the repair is what the hint says, and doctor's", () => {
    for (const repair of ["chmod", "doctor"]) {
      const { data, run } = entered();
      chmodSync(join(data, "config.json"), 0o666);
      if (repair === "chmod") execFileSync("chmod", ["-R", "go-rwx", data]);
      else run("doctor --repair");
      expect([repair, run("code a").status]).toEqual([repair, 0]);
    }
  });

  it("the state folder", () => {
    const { data, state, run, succeed } = entered();
    const before = readdirSync(join(data, "accounts")).map(
      (name) => [name, readFileSync(join(data, "accounts", name))] as const,
    );
    succeed("code c");
    for (const [name, content] of before) writeFileSync(join(data, "accounts", name), content);
    chmodSync(state, 0o777);
    const { status, stderr } = run("code c");
    expect(status).toBe(0);
    expect(stderr).toContain("spent codes are not remembered");
    expect(stderr).not.toContain("went back");
  });

  it("a temporary folder is made only where it can't be replaced", () => {
    const { home, run, succeed } = computer();
    succeed("add -", TOTP);
    const open = join(home, "open");
    mkdirSync(open);
    chmodSync(open, 0o777);
    // A lease's repository is in a temporary folder; the watcher below sees where.
    const tools = join(home, "tools");
    mkdirSync(tools);
    writeFileSync(join(tools, "git"), `#!/bin/sh\necho "$GIT_DIR" >>'${home}/used'\nexit 1\n`, {
      mode: 0o755,
    });
    const env = { XDG_RUNTIME_DIR: open, TMPDIR: open, PATH: `${tools}:${process.env.PATH}` };
    run("code a --once --lease git+ssh://nowhere.invalid/x", "", env);
    const used = existsSync(join(home, "used")) ? readFileSync(join(home, "used"), "utf8") : "";
    expect(used).not.toContain(open);
    chmodSync(open, 0o1777);
    run("code a --once --lease git+ssh://nowhere.invalid/x", "", env);
    expect(readFileSync(join(home, "used"), "utf8")).toContain(open);
  });
});
