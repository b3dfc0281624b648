/** Files for a program that takes its input by name only: how often can it read them, and who waits if we are gone? */
import { execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { namedPipes, privateFiles, releasePipe } from "../../src/system/disk/handed-files.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "twinseed-handed-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("privateFiles are 0600, and what the program wrote is read up to the limit", async () => {
  const files = privateFiles(folder);
  await files.give("in", "code");
  await files.expect("out");
  for (const name of ["in", "out"]) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, "in"), "utf8")).toBe("code");
  writeFileSync(join(folder, "out"), "SEED and more");
  expect(Buffer.from(files.read("out", 4)).toString()).toBe("SEED");
});

describe.skipIf(process.platform === "win32")("namedPipes", () => {
  const pipes = () =>
    namedPipes(folder, async (paths) => void execFileSync("mkfifo", ["-m", "600", ...paths]));

  it("serve each of eight readers in a row the whole content, once", async () => {
    const files = pipes();
    await files.give("in", "code");
    const read: string[] = [];
    for (let i = 0; i < 8; i++) read.push(await readFile(join(folder, "in"), "utf8"));
    files.close();
    expect(read).toEqual(Array(8).fill("code"));
  });

  it("hold what was written, after the writer has ended; nothing where it wrote nothing", async () => {
    const files = pipes();
    await files.expect("out");
    await files.expect("none");
    expect(statSync(join(folder, "out")).mode & 0o777).toBe(0o600);
    const writer = openSync(join(folder, "out"), "w");
    expect(files.read("out", 100)).toHaveLength(0);
    writeFileSync(writer, "SEED");
    closeSync(writer);
    expect(Buffer.from(files.read("out", 100)).toString()).toBe("SEED");
    expect(files.read("none", 100)).toHaveLength(0);
    files.close();
  });

  it("let a reader and a writer go whom a killed process of ours left waiting", async () => {
    for (const [name, line] of [
      ["in", 'cat "$0"'],
      ["out", 'echo SEED > "$0"'],
    ] as const) {
      const path = join(folder, name);
      execFileSync("mkfifo", [path]);
      const child = spawn("sh", ["-c", line, path], { stdio: ["ignore", "pipe", "ignore"] });
      const ended = new Promise((resolve) => child.once("close", resolve));
      let isOver = false;
      void ended.then(() => {
        isOver = true;
      });
      while (!isOver) {
        releasePipe(path);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      // Nothing that was written can be read any more.
      const left = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      expect(readFileSync(left, "utf8")).toBe("");
      closeSync(left);
    }
  });
});
