import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { dataFolder } from "../../src/system/disk/open-data-folder.ts";
import { bundle, temporaryFolder } from "../helpers/child.ts";

const isRoot = process.getuid?.() === 0;
const mode = (path: string): string => (fs.statSync(path).mode & 0o777).toString(8);

function newFolder() {
  const home = join(temporaryFolder(), "share", "twinseed");
  return { home, folder: dataFolder(home, () => {}) };
}

/** Has one file operation fail as the system would have it, for the rest of the test. */
function failing(name: "linkSync" | "fsyncSync", code: string): void {
  const original = fs[name];
  Object.assign(fs, {
    [name]: () => {
      throw Object.assign(new Error(`${code}: as the test wants it, ${name}`), { code });
    },
  });
  syncBuiltinESMExports();
  onTestFinished(() => {
    Object.assign(fs, { [name]: original });
    syncBuiltinESMExports();
  });
}

describe("the data folder", () => {
  it("reads what it wrote, and nothing where there is nothing", () => {
    const { folder } = newFolder();
    expect(folder.read("accounts/a.json")).toBeUndefined();
    expect(folder.list("accounts")).toEqual([]);
    folder.write("accounts/a.json", "one");
    folder.write("accounts/a.json", "two é");
    expect(folder.read("accounts/a.json")).toBe("two é");
  });

  it("keeps files 0600 and folders 0700", () => {
    const { home, folder } = newFolder();
    folder.write("accounts/a.json", "one");
    folder.create("steps/x/1", "");
    for (const path of ["accounts/a.json", "steps/x/1"]) expect(mode(join(home, path))).toBe("600");
    for (const path of [".", "accounts", "steps", "steps/x"]) expect(mode(join(home, path))).toBe("700");
  });

  it("creates a file once", () => {
    const { home, folder } = newFolder();
    expect(folder.create("steps/x/1", "first")).toBe(true);
    expect(folder.create("steps/x/1", "second")).toBe(false);
    expect(folder.read("steps/x/1")).toBe("first");
    expect(fs.readdirSync(join(home, "steps/x"))).toEqual(["1"]);
  });

  it("creates a file once where there are no hard links", () => {
    const { home, folder } = newFolder();
    failing("linkSync", "EPERM");
    expect(folder.create("steps/x/1", "first")).toBe(true);
    expect(folder.create("steps/x/1", "second")).toBe(false);
    expect(folder.read("steps/x/1")).toBe("first");
    expect(fs.readdirSync(join(home, "steps/x"))).toEqual(["1"]);
  });

  it("lists files sorted, without folders and leftovers", () => {
    const { home, folder } = newFolder();
    for (const name of ["b.json", "a.json", "folder/c.json"]) folder.write(`accounts/${name}`, "");
    fs.writeFileSync(join(home, "accounts/.tmp-1-2"), "");
    fs.writeFileSync(join(home, "accounts/.DS_Store"), "");
    expect(folder.list("accounts")).toEqual(["a.json", "b.json"]);
  });

  it("moves over an older file, into a new folder, and removes", () => {
    const { folder } = newFolder();
    folder.write("accounts/a.json", "a");
    folder.move("accounts/a.json", "removed/a.json");
    expect([folder.read("accounts/a.json"), folder.read("removed/a.json")]).toEqual([undefined, "a"]);
    folder.write("accounts/a.json", "newer");
    folder.move("accounts/a.json", "removed/a.json");
    expect(folder.read("removed/a.json")).toBe("newer");
    folder.remove("removed/a.json");
    folder.remove("removed/a.json");
    expect(folder.read("removed/a.json")).toBeUndefined();
  });

  it.each(["../a", "a/../../b", "/etc/passwd", "a\\b", "", "a//b", ".lock", "a/.tmp-1", "C:a", "a\0"])(
    "takes %j for a bug",
    (name) => {
      const { folder } = newFolder();
      expect(() => folder.read(name)).toThrow("not a name in the data folder");
      expect(() => folder.write(name, "")).toThrow("not a name in the data folder");
    },
  );

  it("refuses what is not a regular file, and hangs on none", () => {
    const { home, folder } = newFolder();
    folder.write("accounts/real.json", "secret");
    fs.symlinkSync("real.json", join(home, "accounts/link.json"));
    fs.mkdirSync(join(home, "accounts/folder.json"));
    fs.writeFileSync(join(home, "accounts/large.json"), "x");
    fs.truncateSync(join(home, "accounts/large.json"), 64 * 1024 * 1024 + 1);
    const expected = { name: "UserError", exitCode: 1 };
    expect(() => folder.read("accounts/link.json")).toThrow(
      expect.objectContaining({
        ...expected,
        message: expect.stringMatching(/link\.json": it is not a regular/),
      }),
    );
    expect(() => folder.read("accounts/folder.json")).toThrow(expect.objectContaining(expected));
    expect(() => folder.read("accounts/large.json")).toThrow("larger than 64 MiB");
    expect(folder.list("accounts")).toContain("link.json");
  });

  it.each([
    ["ENOSPC", "the disk is full"],
    ["EROFS", "the file system is read-only"],
    ["EACCES", "permission denied"],
  ])("says what %s means, keeps the old file and leaves no temporary one", (code, text) => {
    const { home, folder } = newFolder();
    folder.write("devices.json", "old");
    failing("fsyncSync", code);
    expect(() => folder.write("devices.json", "new")).toThrow(
      expect.objectContaining({
        name: "UserError",
        exitCode: 1,
        message: `can't write "${home}/devices.json": ${text}`,
      }),
    );
    expect(folder.read("devices.json")).toBe("old");
    expect(fs.readdirSync(home)).toEqual(["devices.json"]);
  });

  it.skipIf(isRoot)("says so where writing is not permitted (not as root)", () => {
    const { home, folder } = newFolder();
    folder.write("devices.json", "old");
    fs.chmodSync(home, 0o500);
    expect(() => folder.write("devices.json", "new")).toThrow("permission denied");
    fs.chmodSync(home, 0o700);
  });
});

const CHANGES = {
  write: `folder.write("accounts/a.json", "new".repeat(1000));`,
  create: `folder.create("accounts/b.json", "new".repeat(1000));`,
  move: `folder.move("accounts/a.json", "removed/a.json");`,
  remove: `folder.remove("accounts/a.json");`,
} as const;

describe("a process that is killed", { timeout: 60_000 }, () => {
  it.each(Object.entries(CHANGES))(
    "at any step of %s leaves the old state or the new one",
    async (name, change) => {
      const place = temporaryFolder();
      const script = bundle(
        `import fs from "node:fs";
       import { dataFolder } from "./src/system/disk/open-data-folder.ts";
       const folder = dataFolder(process.argv[2], () => {});
       let left = Number(process.argv[3]);
       for (const name of ["mkdirSync", "openSync", "writeSync", "writeFileSync", "fsyncSync", "closeSync", "renameSync", "linkSync", "unlinkSync"]) {
         const original = fs[name];
         fs[name] = (...args) => {
           if (left-- === 0) process.kill(process.pid, "SIGKILL");
           return original(...args);
         };
       }
       ${change}`,
        place,
      );
      const states = new Set<string>();
      let killed = true;
      for (let step = 0; killed; step++) {
        const home = join(place, `home-${step}`);
        const folder = dataFolder(home, () => {});
        folder.write("accounts/a.json", "old");
        const child = spawn(process.execPath, [script, home, String(step)], { stdio: "ignore" });
        const [, signal] = await once(child, "exit");
        killed = signal === "SIGKILL";
        const seen = ["accounts/a.json", "accounts/b.json", "removed/a.json"].map((file) =>
          folder.read(file)?.slice(0, 3),
        );
        states.add(JSON.stringify(seen));
        await folder.locked(async () => {});
        expect(
          fs.readdirSync(home, { recursive: true }).filter((file) => String(file).includes(".tmp-")),
        ).toEqual([]);
        expect(step).toBeLessThan(30);
      }
      const after = {
        write: ["new", null, null],
        create: ["old", "new", null],
        move: [null, null, "old"],
        remove: [null, null, null],
      };
      const expected = [["old", null, null], after[name as keyof typeof after]].map((state) =>
        JSON.stringify(state),
      );
      expect([...states].sort()).toEqual(expected.sort());
    },
  );
});

const HOLDER = `
  import { dataFolder } from "./src/system/disk/open-data-folder.ts";
  import { writeSync } from "node:fs";
  const folder = dataFolder(process.argv[2], (text) => writeSync(1, text + "\\n"));
  folder.locked(async () => {
    writeSync(1, "holding\\n");
    await new Promise((resolve) => { setTimeout(resolve, 60000); process.stdin.on("data", resolve); });
    process.stdin.destroy();
    folder.write("devices.json", process.argv[3] ?? "");
  }).then(() => process.exit(0), (error) => { writeSync(1, error.name + ": " + error.message + "\\n"); process.exit(1); });`;

function start(
  script: string,
  ...args: string[]
): { child: ChildProcess; said: (text: string) => Promise<void> } {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stdout?.on("data", (text) => {
    output += text;
  });
  const said = (text: string): Promise<void> =>
    vi.waitUntil(() => output.includes(text), { timeout: 60_000 }).then(() => {});
  return { child, said };
}

describe("the lock", { timeout: 60_000 }, () => {
  it("lets one process in at a time", async () => {
    const { home } = newFolder();
    const script = bundle(
      `import { dataFolder } from "./src/system/disk/open-data-folder.ts";
       const folder = dataFolder(process.argv[2], () => {});
       const work = async () => {
         for (let i = 0; i < 25; i++)
           await folder.locked(async () => {
             const before = Number(folder.read("count") ?? 0);
             await new Promise((resolve) => setImmediate(resolve));
             folder.write("count", String(before + 1));
           });
       };
       work();`,
      temporaryFolder(),
    );
    const children = [1, 2, 3].map(() => start(script, home).child);
    const exits = await Promise.all(children.map((child) => once(child, "exit")));
    expect(exits.map(([exitCode]) => exitCode)).toEqual([0, 0, 0]);
    expect(dataFolder(home, () => {}).read("count")).toBe("75");
    expect(fs.readdirSync(home)).toEqual(["count"]);
  });

  it("is not reentrant, and is given back when the work fails", async () => {
    const { home, folder } = newFolder();
    await expect(folder.locked(() => folder.locked(async () => {}))).rejects.toThrow("inside locked()");
    await expect(folder.locked(() => Promise.reject(new Error("work failed")))).rejects.toThrow(
      "work failed",
    );
    expect(fs.readdirSync(home)).toEqual([]);
    expect(await folder.locked(async () => "again")).toBe("again");
  });

  it("sweeps what killed processes left in all folders", async () => {
    const { home, folder } = newFolder();
    folder.write("accounts/a.json", "a");
    folder.write("steps/x/1", "");
    // Of others: what waits for the lock makes and removes a folder, and the data folder may be a work tree of git.
    fs.mkdirSync(join(home, ".git"));
    for (const left of [".tmp-1", "accounts/.tmp-2", "steps/x/.tmp-3", ".git/.tmp-4"])
      fs.writeFileSync(join(home, left), "");
    await folder.locked(async () => {});
    const names = fs.readdirSync(home, { recursive: true }).map(String).sort();
    const kept = ["accounts", "accounts/a.json", "steps", "steps/x", "steps/x/1"];
    expect(names).toEqual([".git", ".git/.tmp-4", ...kept]);
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("is given back at once on %s", async (signal) => {
    const { home, folder } = newFolder();
    const { child, said } = start(bundle(HOLDER, temporaryFolder()), home);
    await said("holding");
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([null, signal]);
    expect(fs.existsSync(join(home, ".lock"))).toBe(false);
    await folder.locked(async () => {});
  });

  it("of a process killed by SIGKILL is taken over by one of those who wait", async () => {
    const { home } = newFolder();
    const script = bundle(HOLDER, temporaryFolder());
    const killed = start(script, home);
    await killed.said("holding");
    const [one, two] = [start(script, home), start(script, home)];
    await one.said("waiting for another twinseed to finish");
    killed.child.kill("SIGKILL");
    const killedAt = Date.now();
    await Promise.race([one.said("holding"), two.said("holding")]);
    if (process.env.MEASURE) console.log(`taken over after ${Date.now() - killedAt} ms`);
    // Within five seconds on a computer that has nothing else to do (MEASURE=1).
    expect(Date.now() - killedAt).toBeLessThan(30_000);
    for (const { child } of [one, two]) child.stdin?.write("go on\n");
    expect(await Promise.all([one, two].map(({ child }) => once(child, "exit")))).toEqual([
      [0, null],
      [0, null],
    ]);
  });

  it.runIf(process.platform === "linux")("of a dead process is not waited for", async () => {
    const { home } = newFolder();
    const { child, said } = start(bundle(HOLDER, temporaryFolder()), home);
    await said("holding");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await dataFolder(home, () => {}, 0).locked(async () => "ours")).toBe("ours");
    expect(fs.readdirSync(home)).toEqual([]);
  });

  const here = (): string => {
    const boot = fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const namespace = /\d+/.exec(fs.readlinkSync("/proc/self/ns/pid"))?.[0];
    return `${boot}.${namespace}`;
  };
  /** Nobody's: the kernel gives out none that is larger. */
  const NO_PROCESS = 4_194_305;

  it.runIf(process.platform === "linux").each([
    ["nobody has written down", () => []],
    ["is one's of another boot or computer", () => [`${here().replace(/^./, "g")}.${NO_PROCESS}`]],
    ["is one's in another container", () => [`${here()}0.${NO_PROCESS}`]],
    ["is a living one's", () => [`${here()}.1`]],
    ["has a number that is none", () => [`${here()}.x`]],
    ["has no number", () => [`${here()}.`]],
    ["is two processes'", () => [`${here()}.${NO_PROCESS}`, `${here()}.${NO_PROCESS + 1}`]],
  ])("that %s has its three seconds", async (_, records) => {
    const { home } = newFolder();
    fs.mkdirSync(join(home, ".lock"), { recursive: true });
    for (const name of records()) fs.writeFileSync(join(home, ".lock", name), "");
    await expect(dataFolder(home, () => {}, 0).locked(async () => {})).rejects.toThrow("been running for");
  });

  it.each([
    ["of yesterday", -86_400_000],
    ["of tomorrow, before the clock was set back", 86_400_000],
  ])("%s is dead after three seconds without a sign of life", async (_, ahead) => {
    const { home, folder } = newFolder();
    for (const name of [".lock", ".lock-breaking"]) {
      fs.mkdirSync(join(home, name), { recursive: true });
      fs.utimesSync(join(home, name), new Date(Date.now() + ahead), new Date(Date.now() + ahead));
    }
    await folder.locked(async () => {});
    expect(fs.readdirSync(home)).toEqual([]);
  });

  it("that is a link is not followed, and nothing is removed behind it", async () => {
    const { home } = newFolder();
    const behind = temporaryFolder();
    const record = `${"0".repeat(36)}.1.1`;
    for (const name of ["precious", record]) fs.writeFileSync(join(behind, name), "");
    fs.mkdirSync(home, { recursive: true });
    fs.symlinkSync(behind, join(home, ".lock"));
    await expect(dataFolder(home, () => {}, 3500).locked(async () => {})).rejects.toThrow("been running for");
    expect(fs.readdirSync(behind).sort()).toEqual([record, "precious"].sort());
    expect(fs.readdirSync(home)).toEqual([".lock"]);
  });

  it("that is renewed is another's, whatever time its computer thinks it is", async () => {
    const { home } = newFolder();
    const lock = join(home, ".lock");
    fs.mkdirSync(lock, { recursive: true });
    let renewals = 0;
    // As another computer does, whose clock is an hour late.
    const renewing = setInterval(() => {
      const time = new Date(Date.now() - 3_600_000 + renewals++ * 1000);
      fs.utimesSync(lock, time, time);
    }, 500);
    onTestFinished(() => clearInterval(renewing));
    await expect(dataFolder(home, () => {}, 3500).locked(async () => {})).rejects.toThrow("been running for");
    expect(fs.existsSync(lock)).toBe(true);
  });

  it("that is not given back in time is an error that names it", async () => {
    const { home } = newFolder();
    const { said } = start(bundle(HOLDER, temporaryFolder()), home);
    await said("holding");
    const notes: string[] = [];
    const hasty = dataFolder(home, (text) => notes.push(text), 1500);
    await expect(hasty.locked(async () => {})).rejects.toMatchObject({
      name: "UserError",
      exitCode: 1,
      hints: expect.arrayContaining([expect.stringContaining(join(home, ".lock"))]),
    });
    expect(notes).toEqual(["waiting for another twinseed to finish"]);
  });

  it("that was taken over from a stopped process stops its changes, and is not given back by it", async () => {
    const { home, folder } = newFolder();
    const { child, said } = start(bundle(HOLDER, temporaryFolder()), home, "from the stopped one");
    await said("holding");
    child.kill("SIGSTOP");
    await folder.locked(async () => {
      folder.write("devices.json", "newer");
      child.stdin?.write("go on\n");
      child.kill("SIGCONT");
      await said("UserError: another twinseed took over");
      expect(fs.existsSync(join(home, ".lock"))).toBe(true);
      folder.write("devices.json", "newest");
    });
    expect(folder.read("devices.json")).toBe("newest");
  });
});
