/** What `doctor` sees of the data folder's files, on a real disk. */
import { chmodSync, lstatSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { idsInDefaultFolder } from "../../src/system/disk/default-folder.ts";
import { fileFaults, setModes } from "../../src/system/disk/file-faults.ts";
import { dataFolder } from "../../src/system/disk/open-data-folder.ts";
import { temporaryFolder } from "../helpers/child.ts";

function filled(): string {
  const home = join(temporaryFolder(), "data");
  const folder = dataFolder(home, () => {});
  folder.write("config.json", "{}");
  folder.write("accounts/a.json", "{}");
  folder.write("steps/a/1", "");
  return home;
}

const modeOf = (path: string) => lstatSync(path).mode & 0o777;

describe.skipIf(process.platform === "win32")("files of a data folder", () => {
  it("that is not there", () => {
    expect(fileFaults(join(temporaryFolder(), "data"))).toBeUndefined();
  });
  it("are in order as twinseed writes them", () => {
    expect(fileFaults(filled())).toEqual([]);
  });
  it("with modes that let others in, or ourselves not: set right", () => {
    const home = filled();
    chmodSync(home, 0o755);
    chmodSync(join(home, "steps", "a"), 0o770);
    chmodSync(join(home, "accounts", "a.json"), 0o644);
    chmodSync(join(home, "config.json"), 0o400);
    const faults = [
      { kind: "mode", name: "", found: "0755" },
      { kind: "mode", name: "accounts/a.json", found: "0644" },
      { kind: "mode", name: "config.json", found: "0400" },
      { kind: "mode", name: "steps/a", found: "0770" },
    ];
    expect(fileFaults(home)).toEqual(faults);
    setModes(home);
    expect(fileFaults(home)).toEqual([]);
    expect(modeOf(join(home, "steps", "a"))).toBe(0o700);
  });
  it("links are named, and what they point to is left alone", () => {
    const home = filled();
    const other = join(temporaryFolder(), "other");
    writeFileSync(other, "", { mode: 0o644 });
    chmodSync(other, 0o644);
    symlinkSync(other, join(home, "accounts", "b.json"));
    expect(fileFaults(home)).toEqual([{ kind: "link", name: "accounts/b.json", found: other }]);
    setModes(home);
    expect(modeOf(other)).toBe(0o644);
  });
  it("the folder itself may be a link, but not a file", () => {
    const home = filled();
    const link = join(temporaryFolder(), "link");
    symlinkSync(home, link);
    expect(fileFaults(link)).toEqual([]);
    expect(fileFaults(join(home, "config.json"))).toEqual([{ kind: "odd", name: "", found: "" }]);
  });
  it("left from an interrupted write; one that is written just now is not", () => {
    const home = filled();
    for (const name of [".tmp-old", ".tmp-new"])
      writeFileSync(join(home, "accounts", name), "{", { mode: 0o600 });
    utimesSync(join(home, "accounts", ".tmp-old"), 1000, 1000);
    expect(fileFaults(home)).toEqual([{ kind: "leftover", name: "accounts/.tmp-old", found: "" }]);
  });
  it("of a version control are not ours", () => {
    const home = filled();
    mkdirSync(join(home, ".git"), { mode: 0o755 });
    writeFileSync(join(home, ".git", "HEAD"), "", { mode: 0o644 });
    expect(fileFaults(home)).toEqual([]);
  });
});

describe("the usual data folder", () => {
  it("tells its ids, unless it is this one", async () => {
    const XDG_DATA_HOME = temporaryFolder();
    const before = process.env.XDG_DATA_HOME;
    process.env.XDG_DATA_HOME = XDG_DATA_HOME;
    const usual = dataFolder(join(XDG_DATA_HOME, "twinseed"), () => {});
    usual.write("accounts/a.json", "{}");
    usual.write("removed/b.json", "{}");
    const here = dataFolder(filled(), () => {});
    const found = [
      await idsInDefaultFolder({ TWINSEED_HOME: here.path }, here),
      await idsInDefaultFolder({}, usual),
    ];
    if (before === undefined) delete process.env.XDG_DATA_HOME;
    else process.env.XDG_DATA_HOME = before;
    if (process.platform === "linux") expect(found).toEqual([["a", "b"], []]);
  });
});
