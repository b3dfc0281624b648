/** The data folder, in one process. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { dataFolder } from "../../src/system/disk/open-data-folder.ts";
import { temporaryFolder } from "../helpers/child.ts";

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

  it("a folder in place of a file is listed, so that it is not taken for nothing", () => {
    const { home, folder } = newFolder();
    folder.write("accounts/a.json", "one");
    fs.mkdirSync(join(home, "accounts/b.json"));
    fs.mkdirSync(join(home, "accounts/older"));
    expect(folder.list("accounts")).toEqual(["a.json", "b.json"]);
    expect(() => folder.read("accounts/b.json")).toThrow("it is not a regular file");
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

  it("creates many files at once, leaves those that are there, and names them", () => {
    const { home, folder } = newFolder();
    folder.write("accounts/b.json", "older");
    const files = ["accounts/a.json", "accounts/b.json", "removed/c.json"];
    expect(folder.createAll(files.map((name) => [name, `new ${name}`] as const))).toEqual([
      "accounts/b.json",
    ]);
    expect(files.map((name) => folder.read(name))).toEqual([
      "new accounts/a.json",
      "older",
      "new removed/c.json",
    ]);
    expect(mode(join(home, "accounts/a.json"))).toBe("600");
    expect(fs.readdirSync(join(home, "accounts")).sort()).toEqual(["a.json", "b.json"]);
    expect(folder.createAll([])).toEqual([]);
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
