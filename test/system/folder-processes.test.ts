/** The data folder and its lock among real processes, some of which are killed or stopped. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { dataFolder } from "../../src/system/disk/open-data-folder.ts";
import { bundle, temporaryFolder } from "../helpers/child.ts";

function newFolder() {
  const home = join(temporaryFolder(), "share", "twinseed");
  return { home, folder: dataFolder(home, () => {}) };
}

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

  it("that is not given back in time is an error that names it", async () => {
    const { home } = newFolder();
    const { said } = start(bundle(HOLDER, temporaryFolder()), home);
    await said("holding");
    const notes: string[] = [];
    const hasty = dataFolder(home, (text) => notes.push(text), 1500);
    await expect(hasty.locked(async () => {})).rejects.toMatchObject({
      name: "UserError",
      exitCode: 1,
      message: expect.stringContaining("another twinseed is still running"),
      // Nothing about removing a lock that is in use.
      hints: [expect.stringContaining("wait for it to finish")],
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
