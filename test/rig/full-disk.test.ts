/** A disk that is full, read-only, or split in two: commands report it, lose nothing, and work again once there is space. */
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../helpers/child.ts";
import { ENV, type Filled, filledHome } from "./filled.ts";
import { inside } from "./inside.ts";
import type { Operation } from "./operations.ts";
import * as operations from "./operations.ts";
import { readView } from "./view.ts";
import { unexplained } from "./world.ts";

/** The calls that a full disk refuses. Deleting files still works. */
const TAKING_SPACE = [
  "mkdirSync",
  "openSync",
  "writeSync",
  "writeFileSync",
  "fsyncSync",
  "linkSync",
  "renameSync",
] as const;
const ENOUGH = 60;
/** Retrying once there is space again is checked only for every AGAIN_EVERY-th write. */
const AGAIN_EVERY = 3;

/** In memory where that is easy, because each of the homes is synced many times. */
function memoryFolder(): string {
  if (!fs.existsSync("/dev/shm")) return temporaryFolder();
  const folder = fs.mkdtempSync("/dev/shm/twinseed-test-");
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starting with the `at`-th call there is no space. Returns how many calls were refused. */
async function withFullDisk(at: number, work: () => Promise<void>): Promise<number> {
  const originals = { ...fs };
  let calls = 0;
  for (const name of TAKING_SPACE) {
    const original = fs[name];
    Object.assign(fs, {
      [name]: (...args: unknown[]) => {
        const isReading =
          name === "openSync" && !(Number(args[1] ?? 0) & fs.constants.O_CREAT) && args[1] !== "wx";
        if (!isReading && ++calls >= at)
          throw Object.assign(new Error("ENOSPC: no space left on device, as the test wants it"), {
            code: "ENOSPC",
          });
        return Reflect.apply(original, fs, args);
      },
    });
  }
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    for (const name of TAKING_SPACE) Object.assign(fs, { [name]: originals[name] });
    syncBuiltinESMExports();
  }
  return Math.max(0, calls - at + 1);
}

const COMMANDS: Readonly<Record<string, (home: Filled) => Operation | Promise<Operation>>> = {
  add: ({ tools }) => operations.add([operations.newEnrollment(tools)]),
  "add of three": ({ tools }) => operations.add([1, 2, 3].map(() => operations.newEnrollment(tools))),
  "add --replace": ({ tools, plain }) => operations.replace(plain, operations.newEnrollment(tools)),
  import: ({ tools }) =>
    operations.importFile(
      [1, 2].map(() => operations.newEnrollment(tools)),
      tools,
    ),
  "backup restore": ({ tools }) => operations.restoreBackup([operations.newEnrollment(tools)], tools),
  rename: ({ tools, plain }) => operations.rename(plain, tools),
  remove: ({ plain }) => operations.remove(plain),
  restore: ({ tools, removed }) => operations.restore(removed, tools),
  "device add": ({ tools }) => operations.addDevice(tools),
  "code (HOTP)": ({ counting }) => operations.code(counting),
  "code --once (HOTP)": ({ counting }) => operations.code(counting, "--once"),
  "code --once": ({ plain }) => operations.code(plain, "--once", "--no-wait"),
};

describe("a disk that is full from any write on", { timeout: 120_000 }, () => {
  it.each(Object.entries(COMMANDS))("%s", async (_, make) => {
    const root = memoryFolder();
    const identity = await generateX25519Identity();
    const identityFile = join(root, "identity.txt");
    fs.writeFileSync(identityFile, `${identity}\n`, { mode: 0o600 });
    const home = await filledHome(root, { recipient: await identityToRecipient(identity), identityFile });
    const operation = await make(home);
    for (let at = 1; ; at++) {
      expect(at).toBeLessThan(ENOUGH);
      const data = join(root, `copy-${at}`);
      fs.cpSync(home.data, data, { recursive: true, preserveTimestamps: true });
      // Nothing is remembered where the state folder can't be used; test/spending has that.
      const here = inside(data, { ...ENV, TWINSEED_STATE: data });
      let ended = { exitCode: -1, stdout: "", stderr: "" };
      const refused = await withFullDisk(at, async () => {
        ended = await here.run(operation.args, operation.stdin);
      });
      if (refused === 0) {
        expect(ended, `write ${at}`).toMatchObject({ exitCode: 0 });
        break;
      }
      const problems: string[] = [];
      const addProblem = (problem: string): void => void problems.push(problem);
      expect(ended.stdout, `write ${at}`).not.toMatch(/^\d{9}$/m);
      expect(ended, `write ${at}`).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/^twinseed: error: can't .*: the disk is full\n/m),
      });
      expect(ended.stderr).not.toMatch(/\bbug\b|\n {4}at /);
      const after = await readView(here, addProblem);
      addProblem(unexplained(home.view.world, [{ step: operation, ending: "killed" }], after.world) ?? "");
      expect(problems.filter(Boolean), `write ${at}`).toEqual([]);
      if (at % AGAIN_EVERY !== 1) continue;
      // With space again, the command succeeds, and leftovers are swept.
      const again = await here.run(operation.args, operation.stdin);
      if (![0, 3, 7].includes(again.exitCode) && !/ already\n/.test(again.stderr))
        addProblem(`again: ${again.stderr}`);
      await here.run(["rename", home.counting.id, "swept"]);
      const left = fs.readdirSync(data, { recursive: true, encoding: "utf8" });
      addProblem(left.filter((name) => /\.tmp-|\.lock|incoming/.test(name)).join());
      expect(
        problems.filter((text) => text !== ""),
        `write ${at}`,
      ).toEqual([]);
    }
  });
});

/** Only root can, and not in most containers. */
const canMount = ((): boolean => {
  const folder = fs.mkdtempSync("/tmp/twinseed-mount-");
  const isMounted =
    process.platform === "linux" &&
    spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]).status === 0;
  if (isMounted) execFileSync("umount", [folder]);
  fs.rmdirSync(folder);
  return isMounted;
})();

function mounted(folder: string, options: string): void {
  fs.mkdirSync(folder, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
  onTestFinished(() => void execFileSync("umount", [folder]));
}

describe.skipIf(!canMount)("a small disk of its own (needs root, and mount)", () => {
  it("that is really full", async () => {
    const folder = join(temporaryFolder(), "disk");
    mounted(folder, "size=256k,mode=0700");
    const { here, plain, tools, view, data } = await filledHome(folder);
    const ballast = join(folder, "ballast");
    expect(() => fs.writeFileSync(ballast, Buffer.alloc(1024 * 1024))).toThrow("ENOSPC");
    const add = operations.add([operations.newEnrollment(tools)]);
    for (const { args, stdin } of [operations.rename(plain, tools), add])
      expect(await here.run(args, stdin)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/the disk is full\ntwinseed: hint: free some space/),
      });
    expect((await readView(here, (problem) => expect(problem).toBe(""))).world).toEqual(view.world);
    fs.rmSync(ballast);
    expect(await here.run(add.args, add.stdin)).toMatchObject({ exitCode: 0 });
    expect(fs.readdirSync(data).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("that is read-only: codes come, changes are refused", async () => {
    const folder = join(temporaryFolder(), "disk");
    mounted(folder, "size=256k,mode=0700");
    const { here, plain, counting, tools } = await filledHome(folder);
    execFileSync("mount", ["-o", "remount,ro", folder]);
    expect(await here.run(["code", plain.id])).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await here.run(["list"])).toMatchObject({ exitCode: 0, stderr: "" });
    for (const { args, stdin } of [
      operations.rename(plain, tools),
      operations.code(counting),
      operations.code(plain, "--once", "--no-wait"),
      operations.add([operations.newEnrollment(tools)]),
    ])
      expect(await here.run(args, stdin)).toMatchObject({
        exitCode: 1,
        stdout: "",
        stderr: expect.stringContaining("the file system is read-only"),
      });
  });

  it("for a part of the data folder: accounts move over all the same", async () => {
    const home = await filledHome(temporaryFolder());
    const { data, here, plain, removed, tools, view } = home;
    const file = join(data, "removed", `${removed.id}.json`);
    const content = fs.readFileSync(file);
    mounted(join(data, "removed"), "size=256k,mode=0700");
    fs.writeFileSync(file, content, { mode: 0o600 });
    const fault = (problem: string): void => expect(problem).toBe("");
    const steps = [operations.remove(plain), operations.restore(removed, tools)];
    for (const { args } of steps) expect(await here.run(args)).toMatchObject({ exitCode: 0 });
    const ended = steps.map((step) => ({ step, ending: "done" }) as const);
    expect(unexplained(view.world, ended, (await readView(here, fault)).world)).toBeUndefined();
    expect(fs.readdirSync(join(data, "removed"))).toEqual([`${plain.id}.json`]);
  });
});
