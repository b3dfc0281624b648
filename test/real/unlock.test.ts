/** `unlock` and `lock` as processes: what another user, a signal, a kill and fifty commands at once come upon. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Computer, computerIn } from "../helpers/binary.ts";
import { needs } from "../helpers/system-packages.ts";
import { terminal } from "../helpers/terminal-session.ts";
import { TMUX_NEEDS } from "../helpers/tmux.ts";

const isRoot = process.geteuid?.() === 0;
const OTHER = 65_534;
const URI = "otpauth://totp/GitHub:octocat?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=GitHub";
const PATIENCE = 20_000;

let folder: string;
let computer: Computer;
let withPassphrase: Record<string, string>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "twinseed-unlock-"));
  computer = computerIn(folder, { TWINSEED_STORE: "file" });
  writeFileSync(join(folder, "pw"), "correct horse battery\n", { mode: 0o600 });
  withPassphrase = { TWINSEED_PASSPHRASE_FILE: join(folder, "pw") };
  await run(["add", "-"], { env: withPassphrase, stdin: { text: URI } });
});
afterEach(async () => {
  for (const pid of processes()) process.kill(pid, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

async function run(args: string[], options: Parameters<Computer["run"]>[1] = {}, exitCode = 0) {
  const ended = await computer.run(args, options);
  expect({ args, exitCode: ended.exitCode, stderr: ended.stderr }).toMatchObject({ exitCode });
  return ended;
}

const unlock = () => run(["unlock"], { env: withPassphrase });
const socketFolder = () => join(folder, "twinseed");
const files = (ending: string) =>
  existsSync(socketFolder()) ? readdirSync(socketFolder()).filter((name) => name.endsWith(ending)) : [];

/** The processes that hand out codes from this test's folder: by the cookies that were made, and by what is in /proc. */
function processes(): number[] {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || !read(`/proc/${name}/cmdline`).includes("serve-unlocked")) return [];
    return known.has(pid) ? [pid] : [];
  });
}
const known = new Set<number>();

/** All that run from this test's folder: their socket is in it. */
function ours(): number[] {
  const sockets = readFileSync("/proc/net/unix", "utf8")
    .split("\n")
    .filter((line) => line.includes(`${folder}/`))
    .flatMap((line) => line.trim().split(/\s+/)[6] ?? []);
  return readdirSync("/proc").flatMap((name) => {
    if (!read(`/proc/${name}/cmdline`).includes("serve-unlocked")) return [];
    const open = readdirSync(`/proc/${name}/fd`).map((one) => linkAt(`/proc/${name}/fd/${one}`));
    return open.some((one) => sockets.some((inode) => one === `socket:[${inode}]`)) ? [Number(name)] : [];
  });
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function pid(): number {
  const [cookie = ""] = files(".key");
  const found = Number(read(join(socketFolder(), cookie)).split(" ")[1]);
  known.add(found);
  return found;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function isAlive(one: number): boolean {
  return /^State:\s+[^Z]/m.test(read(`/proc/${one}/status`));
}

async function ended(one: number): Promise<void> {
  const until = Date.now() + PATIENCE;
  while (isAlive(one)) {
    if (Date.now() > until) throw new Error("it is still there");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("an unlocked store", () => {
  it("gives codes without the passphrase, and nothing else", async () => {
    await run(["code", "github"], {}, 6);
    await unlock();
    const one = pid();
    for (const args of [
      ["code", "github"],
      ["code"],
      ["code", "github", "--json"],
      ["code", "github", "--next"],
      ["code", "github", "--pair"],
    ])
      expect((await run(args)).stdout).toMatch(/\d{6}/);
    const refused = [
      ["code", "github", "--at", "0"],
      ["code", "github", "--once", "--lease", "none"],
      ["uri", "github"],
      ["export", "uris", "--plaintext"],
      ["backup", "create", "b.age", "--passphrase-file", "pw"],
      ["store", "rekey"],
      ["store", "key"],
    ];
    const ends = await Promise.all(refused.map(async (args) => ({ args, ...(await computer.run(args)) })));
    expect(ends.map(({ args, exitCode, stdout }) => ({ args, exitCode, stdout }))).toEqual(
      refused.map((args) => ({ args, exitCode: 6, stdout: "" })),
    );
    await run(["add", "-"], { stdin: { text: URI.replaceAll("octocat", "second") } }, 6);
    expect((await run(["lock"])).stderr).toContain("has ended");
    expect(isAlive(one)).toBe(false);
    expect(files("")).toEqual([]);
    await run(["code", "github"], {}, 6);
    expect((await run(["lock"])).stderr).toContain("was not unlocked");
  });

  it("gives fifty commands at once the same code as the store itself", async () => {
    await unlock();
    pid();
    const all = await Promise.all(
      Array.from({ length: 50 }, () => computer.run(["code", "github", "--json"])),
    );
    const codes = new Map(all.map(({ stdout }) => [JSON.parse(stdout).step, JSON.parse(stdout).code]));
    expect(all.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
      all.map(() => ({ exitCode: 0, stderr: "" })),
    );
    for (const [step, code] of codes) {
      const { stdout } = await run(["code", "github", "--at", `${step * 30}`], { env: withPassphrase });
      expect(stdout.trim()).toBe(code);
    }
  });

  it("is a process without our environment, core dumps, inspector, or a key in its arguments", async () => {
    await run(["unlock"], { env: { ...withPassphrase, NODE_OPTIONS: "--no-warnings" } });
    const one = pid();
    expect(
      read(`/proc/${one}/environ`)
        .split("\0")
        .filter((line) => !/^(PWD=\/|_=.*|SHLVL=\d+|)$/.test(line)),
    ).toEqual([]);
    expect(read(`/proc/${one}/limits`)).toMatch(/^Max core file size\s+0\s+0/m);
    expect(read(`/proc/${one}/cmdline`).split("\0").slice(-2)).toEqual(["serve-unlocked", ""]);
    for (let i = 0; i < 5; i++) process.kill(one, "SIGUSR1");
    await run(["code", "github"]);
    expect(await listensOn(9229)).toBe(false);
    expect(lstatSync(join(socketFolder(), files(".sock")[0] ?? "")).mode & 0o777).toBe(0o700);
  });

  it.skipIf(!needs("bash", "flock"))(
    "holds no lock of the shell that has started it (needs bash, flock)",
    async () => {
      const script = `exec 200>lock; flock -n 200; "$@" unlock`;
      const { program } = computer;
      const env = { ...computer.env, ...withPassphrase };
      const options = { cwd: folder, env, encoding: "utf8" } as const;
      expect(spawnSync("bash", ["-c", script, "bash", ...program], options)).toMatchObject({ status: 0 });
      const open = readdirSync(`/proc/${pid()}/fd`).map((one) => linkAt(`/proc/${pid()}/fd/${one}`));
      expect(open.filter((one) => one.startsWith(folder))).toEqual([]);
      expect(spawnSync("flock", ["-n", "lock", "true"], options).status).toBe(0);
    },
  );

  it("is locked when the store gets another key, and when its socket is removed", async () => {
    await unlock();
    const first = pid();
    await run(["store", "rekey"], { env: withPassphrase });
    await run(["code", "github"], {}, 6);
    await ended(first);
    expect(files("")).toEqual([]);
    await unlock();
    const second = pid();
    rmSync(socketFolder(), { recursive: true });
    await ended(second);
  });

  it("ends at SIGTERM without a trace, and after a SIGKILL the next unlock cleans up", async () => {
    await unlock();
    process.kill(pid(), "SIGTERM");
    await ended(pid());
    await unlock();
    const one = pid();
    process.kill(one, "SIGKILL");
    await ended(one);
    expect(files(".sock")).toHaveLength(1);
    await run(["code", "github"], {}, 6);
    await unlock();
    expect(pid()).not.toBe(one);
    await run(["code", "github"]);
  });

  it("is replaced by another unlock: one process is left", async () => {
    await unlock();
    const one = pid();
    await unlock();
    expect(pid()).not.toBe(one);
    expect(isAlive(one)).toBe(false);
  });

  it("leaves one process, whatever is unlocked and locked at the same time, and none after lock", async () => {
    const commands = ["unlock", "unlock", "lock", "unlock", "code", "lock", "unlock"];
    const all = await Promise.all(
      commands.map((one) =>
        computer.run(
          one === "code" ? [one, "github"] : [one],
          one === "unlock" ? { env: withPassphrase } : {},
        ),
      ),
    );
    expect(
      all.map(({ exitCode, signal }) => exitCode ?? signal).filter((end) => end !== 0 && end !== 6),
    ).toEqual([]);
    await unlock();
    pid();
    expect(ours()).toHaveLength(1);
    await run(["lock"]);
    expect(ours()).toEqual([]);
    expect(existsSync(socketFolder())).toBe(false);
  });

  it("is asked by name, in a script as at a terminal; a variable comes first", async () => {
    await unlock();
    pid();
    const { stdout } = await run(["code", "GitHub"]);
    expect(stdout).toMatch(/^\d{6}\n$/);
    await run(["code", "nothing"], {}, 3);
    const { stderr } = await run(["code", "github"], { env: { TWINSEED_PASSPHRASE: "wrong" } }, 6);
    expect(stderr).toContain("wrong passphrase");
  });

  it("is as loud as the store itself about a data folder that others can write to", async () => {
    await unlock();
    pid();
    chmodSync(computer.data, 0o777);
    const { stdout, stderr } = await run(["code", "github"]);
    expect(stdout).toMatch(/^\d{6}\n$/);
    expect(stderr).toContain("can be written by others");
  });

  it("gives a code that can't be written as an error, not as success", async () => {
    await unlock();
    pid();
    const { stderr } = await run(["code", "github"], { redirect: ">/dev/full" }, 1);
    expect(stderr).toContain('write to "stdout"');
  });

  it("goes on when the commands that ask it are killed", async () => {
    await unlock();
    pid();
    for (let delay = 20; delay < 240; delay += 20) {
      const running = computer.start(["code", "github"]);
      await new Promise((resolve) => setTimeout(resolve, delay));
      running.kill();
      await running.ended;
    }
    await run(["code", "github"]);
  });

  it.skipIf(!needs(...TMUX_NEEDS))(
    "is unlocked by a passphrase that is typed, after unlock-after",
    async () => {
      await run(["store", "unlock-after", "2h"]);
      await run(["code", "github"], {}, 6);
      const first = await terminal(computer, ["code", "github"]);
      await first.waitFor("Passphrase for the seeds:");
      await first.type("correct horse battery", "Enter");
      const screen = await first.waitFor("exit 0");
      expect(screen).toContain("unlocked for 2h");
      expect(screen).toMatch(/^\d{6}$/m);
      pid();
      await run(["code", "github"]);
      const second = await terminal(computer, ["code", "github"]);
      expect(await second.waitFor("exit 0")).toMatch(/^\d{6}\n(.*\n)*twinseed: valid for \d+ s$/m);
      await run(["store", "unlock-after", "off"]);
      await run(["lock"]);
      expect(ours()).toEqual([]);
    },
  );

  it("stays usable when unlock is killed at any moment", async () => {
    for (let delay = 100; delay < 1500; delay += 200) {
      const running = computer.start(["unlock"], { env: withPassphrase });
      await new Promise((resolve) => setTimeout(resolve, delay));
      running.kill();
      await running.ended;
    }
    await unlock();
    pid();
    await run(["code", "github"]);
    await run(["lock"]);
    // A kill may leave the lock of the folder, which the next one takes over.
    expect(files("").filter((name) => !name.startsWith(".lock"))).toEqual([]);
    expect(ours()).toEqual([]);
  });

  it("can't be locked while its process is stopped, which is said", async () => {
    await unlock();
    const one = pid();
    process.kill(one, "SIGSTOP");
    const { stderr } = await run(["lock"], {}, 1);
    expect(stderr).toContain("may still be unlocked");
    expect(stderr).toContain(`kill -9 ${one}`);
  });
});

describe.runIf(isRoot)("another user", () => {
  it("can't reach the socket", async () => {
    await unlock();
    pid();
    const path = join(socketFolder(), files(".sock")[0] ?? "");
    const script = `require("net").connect(${JSON.stringify(path)}).on("error", (e) => console.log(e.code)).on("connect", () => console.log("in"))`;
    const { stdout } = spawnSync(
      "setpriv",
      ["--reuid=65534", "--regid=65534", "--clear-groups", process.execPath, "-e", script],
      { encoding: "utf8" },
    );
    expect(stdout.trim()).toBe("EACCES");
  });

  it("whose XDG_RUNTIME_DIR su has left is left alone", async () => {
    const theirs = join(folder, "theirs");
    mkdirSync(theirs, { mode: 0o700 });
    chownSync(theirs, OTHER, OTHER);
    await run(["unlock"], { env: { ...withPassphrase, XDG_RUNTIME_DIR: theirs } });
    expect(readdirSync(theirs)).toEqual([]);
    await run(["code", "github"], { env: { XDG_RUNTIME_DIR: theirs } });
    await run(["lock"], { env: { XDG_RUNTIME_DIR: theirs } });
  });

  it("who has made the folder is refused, and it stays as it is", async () => {
    mkdirSync(socketFolder(), { mode: 0o700 });
    chownSync(socketFolder(), OTHER, OTHER);
    const { stderr } = await run(["unlock"], { env: withPassphrase }, 1);
    expect(stderr).toContain("belongs to another user");
    expect(lstatSync(socketFolder()).uid).toBe(OTHER);
  });
});

async function listensOn(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
