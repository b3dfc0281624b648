/**
 * Who holds our files: a virus scanner, OneDrive, a backup, an editor. They let go after some milliseconds, or never. And some files
 * really are not ours to change.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { diskError } from "../../src/system/disk/disk-error.ts";
import { createPatience, isInUse, whileWaiting } from "../../src/system/disk/patience.ts";
import { temporaryFolder } from "../helpers/child.ts";

const refusal = (code: string) => Object.assign(new Error(`${code}: refused`), { code });
const IN_USE = ["EBUSY", "EPERM", "EACCES"];

/** Refuses `times` times, then succeeds. */
function held(code: string, times: number) {
  let left = times;
  return () => {
    if (left-- > 0) throw refusal(code);
    return "done";
  };
}

function patience(platform = "win32") {
  const pauses: number[] = [];
  const patiently = createPatience(platform, (milliseconds) => pauses.push(milliseconds));
  return { patiently, pauses, total: () => pauses.reduce((sum, pause) => sum + pause, 0) };
}

/** It need not be there: only a file that is marked read-only makes a difference. */
const file = "C:\\home\\account.json";

describe.each(IN_USE)("%s on Windows", (code) => {
  it("the other program lets go: it is done, after growing pauses", () => {
    const { patiently, pauses } = patience();
    expect(patiently(held(code, 4), file)).toBe("done");
    expect(pauses).toEqual([10, 20, 40, 80]);
  });

  it("a file that is free is not waited for", () => {
    const { patiently, pauses } = patience();
    expect(patiently(held(code, 0), file)).toBe("done");
    expect(pauses).toEqual([]);
  });

  it("it is held for good: says so after a few seconds", () => {
    const { patiently, total } = patience();
    const work = () => patiently(held(code, Number.POSITIVE_INFINITY), file);
    expect(work).toThrow(expect.objectContaining({ code: "EBUSY" }));
    expect(total()).toBeGreaterThan(3000);
    expect(total()).toBeLessThan(5000);
  });
});

it("one file that is held for good does not make a hundred take minutes", () => {
  const { patiently, total } = patience();
  for (let i = 0; i < 100; i++) expect(() => patiently(held("EPERM", 1000), file)).toThrow();
  expect(total()).toBeLessThan(5000);
});

it("a hundred files that are held for a moment each are all done", () => {
  const { patiently, total } = patience();
  for (let i = 0; i < 100; i++) expect(patiently(held("EPERM", 4), file)).toBe("done");
  expect(total()).toBe(100 * 150);
});

it("what is only opened keeps the system's reason: it may really not be allowed", () => {
  const { patiently } = patience();
  for (const code of IN_USE)
    expect(() => patiently(held(code, 1000))).toThrow(expect.objectContaining({ code }));
});

it("a file that is marked read-only is not said to be in use", () => {
  const path = join(temporaryFolder(), "read-only.json");
  writeFileSync(path, "{}", { mode: 0o400 });
  const { patiently } = patience();
  expect(() => patiently(held("EPERM", 1000), path)).toThrow(expect.objectContaining({ code: "EPERM" }));
});

it.each(["ENOENT", "ENOSPC", "EEXIST", "EIO"])("%s is thrown at once", (code) => {
  const { patiently, pauses } = patience();
  expect(() => patiently(held(code, 1), file)).toThrow(expect.objectContaining({ code }));
  expect(pauses).toEqual([]);
});

it.each(["linux", "darwin"])("on %s nothing is tried twice", (platform) => {
  const { patiently, pauses } = patience(platform);
  expect(() => patiently(held("EPERM", 1), file)).toThrow(expect.objectContaining({ code: "EPERM" }));
  expect(pauses).toEqual([]);
  expect(isInUse(refusal("EBUSY"), platform)).toBe(false);
});

it("the lock is renewed in the meantime, and one that was lost ends the wait", () => {
  const { patiently, pauses } = patience();
  let renewals = 0;
  const cancel = whileWaiting(() => {
    if (++renewals === 3) throw new UserError("another twinseed took over", 1);
  });
  expect(() => patiently(held("EPERM", 1000), file)).toThrow("another twinseed took over");
  expect(pauses).toHaveLength(3);
  cancel();
  expect(patiently(held("EPERM", 2), file)).toBe("done");
  expect(renewals).toBe(3);
});

it("the message names the file and says what to do", () => {
  expect(diskError(refusal("EBUSY"), "write", "C:\\home\\a.json")).toMatchObject({
    message: `can't write "C:\\home\\a.json": another program has it open`,
    hints: ["close it there, then run this again"],
  });
});
