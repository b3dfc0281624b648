/** Whose the lock is, and for how long, at an injected time: nobody waits here. Real processes: folder-processes.test.ts. */
import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { takeLock } from "../../src/system/disk/folder-lock.ts";
import { temporaryFolder } from "../helpers/child.ts";

const TIME = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"] as const;

/** A data folder, in a world where time passes when the test says so. */
function home(): string {
  vi.useFakeTimers({ toFake: [...TIME] });
  onTestFinished(() => void vi.useRealTimers());
  return temporaryFolder();
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

/** Somebody who wants the lock for so long, and what they got in the end. */
function waiting(path: string, patience = 20_000) {
  const notes: string[] = [];
  const seen: { outcome?: "the lock" | ExitCode } = {};
  const end = takeLock(path, (text) => notes.push(text), patience).then(
    (lock) => {
      seen.outcome = "the lock";
      lock.release();
    },
    (error) => {
      seen.outcome = error.exitCode;
    },
  );
  return { notes, seen, end };
}

/** A lock of somebody who is not here: what other processes and computers leave on the disk. */
function foreignLock(path: string, records: readonly string[] = []): string {
  const lock = join(path, ".lock");
  fs.mkdirSync(lock);
  for (const name of records) fs.writeFileSync(join(lock, name), "");
  return lock;
}

describe("who works for long", () => {
  it("whose lock is gone is told that another one took over, before and after a renewal", async () => {
    const path = home();
    const holder = await takeLock(path, () => {}, 0);
    fs.rmSync(join(path, ".lock"), { recursive: true });
    const takenOver = expect.objectContaining({ exitCode: ExitCode.failed });
    expect(() => holder.assertHeld()).toThrow(takenOver);
    await pass(5000);
    expect(() => holder.assertHeld()).toThrow(takenOver);
    holder.release();
  });

  it("keeps the lock, which a minute without a renewal would have cost", async () => {
    const path = home();
    const holder = await takeLock(path, () => {}, 0);
    const { seen, end } = waiting(path, 60_000);
    await pass(59_000);
    expect(seen).toEqual({});
    expect(() => holder.assertHeld()).not.toThrow();
    holder.release();
    await pass(100);
    await end;
    expect(seen).toEqual({ outcome: "the lock" });
    expect(fs.readdirSync(path)).toEqual([]);
  });

  it.each([3_600_000, -3_600_000])("keeps it when the clock is set by %i ms", async (milliseconds) => {
    const path = home();
    const holder = await takeLock(path, () => {}, 0);
    const { seen, end } = waiting(path, 10_000);
    await pass(1500);
    vi.setSystemTime(Date.now() + milliseconds);
    await pass(6000);
    expect(() => holder.assertHeld()).not.toThrow();
    await pass(4000);
    await end;
    expect(seen).toEqual({ outcome: ExitCode.failed });
    holder.release();
    expect(fs.readdirSync(path)).toEqual([]);
  });

  it("renews and removes nothing once it was taken over", async () => {
    const path = home();
    const holder = await takeLock(path, () => {}, 0);
    const later = new Date(Date.now() + 60_000);
    fs.utimesSync(join(path, ".lock"), later, later);
    await pass(5000);
    expect(() => holder.assertHeld()).toThrow(expect.objectContaining({ exitCode: ExitCode.failed }));
    expect(Math.round(fs.statSync(join(path, ".lock")).mtimeMs)).toBe(later.getTime());
    holder.release();
    expect(fs.existsSync(join(path, ".lock"))).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("who waits", () => {
  it("says so once, after a second", async () => {
    const path = home();
    vi.spyOn(Math, "random").mockReturnValue(0); // looks each 5 ms
    onTestFinished(() => void vi.restoreAllMocks());
    const holder = await takeLock(path, () => {}, 0);
    const { notes, end } = waiting(path, 5000);
    await pass(1000);
    expect(notes).toEqual([]);
    await pass(5);
    expect(notes).toHaveLength(1);
    await pass(5000);
    await end;
    expect(notes).toHaveLength(1);
    holder.release();
  });

  it("gives up when its patience is over, and leaves the lock", async () => {
    const path = home();
    const holder = await takeLock(path, () => {}, 0);
    const { seen, end } = waiting(path, 1500);
    await pass(1400);
    expect(seen).toEqual({});
    await pass(200);
    await end;
    expect(seen).toEqual({ outcome: ExitCode.failed });
    expect(() => holder.assertHeld()).not.toThrow();
    holder.release();
  });
});

const here = (): string => {
  const boot = fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const namespace = /\d+/.exec(fs.readlinkSync("/proc/self/ns/pid"))?.[0];
  return `${boot}.${namespace}`;
};
/** Nobody's: the kernel gives out none that is larger. */
const NO_PROCESS = 4_194_305;

describe("a lock", () => {
  it.runIf(process.platform === "linux").each([
    ["nobody has written down", () => []],
    ["is one's of another boot or computer", () => [`${here().replace(/^./, "g")}.${NO_PROCESS}`]],
    ["is one's in another container", () => [`${here()}0.${NO_PROCESS}`]],
    ["is a living one's", () => [`${here()}.1`]],
    ["has a number that is none", () => [`${here()}.x`]],
    ["has no number", () => [`${here()}.`]],
    ["is two processes'", () => [`${here()}.${NO_PROCESS}`, `${here()}.${NO_PROCESS + 1}`]],
  ])("that %s has its three seconds", async (_, records) => {
    const path = home();
    foreignLock(path, records());
    const { seen } = waiting(path);
    await pass(2990);
    expect(seen).toEqual({});
  });

  it.each([
    ["of yesterday", -86_400_000],
    ["of tomorrow, before the clock was set back", 86_400_000],
  ])("%s is dead after three seconds without a sign of life", async (_, ahead) => {
    const path = home();
    const time = new Date(Date.now() + ahead);
    fs.mkdirSync(join(path, ".lock-breaking"));
    for (const lock of [foreignLock(path), join(path, ".lock-breaking")]) fs.utimesSync(lock, time, time);
    const { seen, end } = waiting(path);
    await pass(2990);
    expect(seen).toEqual({});
    await pass(200);
    await end;
    expect(seen).toEqual({ outcome: "the lock" });
    expect(fs.readdirSync(path)).toEqual([]);
  });

  it("that is a link is not followed, and nothing is removed behind it", async () => {
    const path = home();
    const behind = temporaryFolder();
    const record = `${"0".repeat(36)}.1.1`;
    for (const name of ["precious", record]) fs.writeFileSync(join(behind, name), "");
    fs.symlinkSync(behind, join(path, ".lock"));
    const { seen, end } = waiting(path);
    await pass(21_000);
    await end;
    expect(seen).toEqual({ outcome: ExitCode.failed });
    expect(fs.readdirSync(behind).sort()).toEqual([record, "precious"].sort());
    expect(fs.readdirSync(path)).toEqual([".lock"]);
  });

  it("that is renewed is another's, whatever time its computer thinks it is", async () => {
    const path = home();
    const lock = foreignLock(path);
    let renewals = 0;
    // As another computer does, whose clock is an hour late.
    setInterval(() => {
      const time = new Date(Date.now() - 3_600_000 + renewals++ * 1000);
      fs.utimesSync(lock, time, time);
    }, 2500);
    const { seen, end } = waiting(path);
    await pass(21_000);
    await end;
    expect(seen).toEqual({ outcome: ExitCode.failed });
    expect(fs.existsSync(lock)).toBe(true);
  });
});
