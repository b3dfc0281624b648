/** The data folder has to be the user's own: what writes, or starts git, refuses another one, and what reads says so. */
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { fileFaults } from "../../src/system/disk/file-faults.ts";
import { dataFolder } from "../../src/system/disk/open-data-folder.ts";
import { foreignFolder } from "../../src/system/disk/own-folder.ts";
import { foreignGit } from "../../src/system/disk/own-git.ts";

const root = mkdtempSync(join(tmpdir(), "twinseed-own-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let number = 0;
function folder(mode = 0o700, files: Record<string, string> = {}): string {
  const path = join(root, String(number++));
  mkdirSync(path);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(path, name, ".."), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  chmodSync(path, mode);
  return path;
}

const isRoot = process.geteuid?.() === 0;
const user = process.geteuid?.() ?? 0;

describe("a folder", () => {
  it("of one's own, or not there yet, is fine, also where others can read it", () => {
    for (const path of [folder(), folder(0o755), join(root, "none")])
      expect(foreignFolder(path)).toBeUndefined();
  });

  it("that others can write to is refused, with the command that puts it right", () => {
    for (const mode of [0o770, 0o707, 0o720, 0o702, 0o777]) {
      const path = folder(mode);
      expect(foreignFolder(path)).toMatchObject({
        message: expect.stringContaining(`can be written by others (mode 0${mode.toString(8)})`),
        hints: [`chmod go-w ${path}`, "nothing was changed"],
      });
    }
  });

  it("of another user is refused, and root is told to be that user", () => {
    const path = folder();
    expect(foreignFolder(path, user + 1)).toMatchObject({ message: expect.stringContaining("another user") });
    if (!isRoot) return;
    chownSync(path, 65_534, 65_534);
    expect(foreignFolder(path)).toMatchObject({
      message: expect.stringContaining("belongs to another user (number 65534), and you are root"),
      hints: expect.arrayContaining([expect.stringContaining("sudo -u '#65534' twinseed")]),
    });
  });

  it.skipIf(!isRoot)(
    "of another user is read with one warning, and never written to (needs root)",
    async () => {
      const path = folder(0o700, { "names.json": "{}" });
      chownSync(path, 65_534, 65_534);
      const notes: string[] = [];
      const home = dataFolder(path, (text) => notes.push(text));
      expect([home.read("names.json"), home.read("names.json")]).toEqual(["{}", "{}"]);
      expect(notes).toEqual([expect.stringContaining("belongs to another user")]);
      for (const change of [
        () => home.write("x", ""),
        () => home.create("x", ""),
        () => home.createAll([["x", ""]]),
        () => home.move("names.json", "x"),
        () => home.remove("names.json"),
      ])
        expect(change).toThrow("belongs to another user");
      await expect(home.locked(async () => {})).rejects.toThrow("belongs to another user");
      expect(home.list("")).toEqual(["names.json"]);
    },
  );
});

it.skipIf(!isRoot)("doctor never tells root to take over another user's folder (needs root)", () => {
  const path = folder(0o700, { "names.json": "{}" });
  for (const name of ["", "names.json"]) chownSync(join(path, name), 65_534, 65_534);
  chmodSync(join(path, "names.json"), 0o600);
  expect(fileFaults(path)).toEqual([{ kind: "other-home", name: "", found: "65534" }]);
});

describe("a git directory", () => {
  it("of its own is fine", () => {
    expect(foreignGit(folder())).toBeUndefined();
    expect(foreignGit(folder(0o700, { ".git/config": "" }))).toBeUndefined();
  });

  it("that is a file or a link, or reads from elsewhere, is refused", () => {
    expect(foreignGit(folder(0o700, { ".git": "gitdir: /elsewhere" }))).toBeDefined();
    const linked = folder();
    symlinkSync(folder(0o700, { config: "" }), join(linked, ".git"));
    expect(foreignGit(linked)).toBeDefined();
    for (const name of ["commondir", "objects/info/alternates", "objects/info/http-alternates"])
      expect(foreignGit(folder(0o700, { [`.git/${name}`]: "/elsewhere" })), name).toMatchObject({
        message: expect.stringContaining("another repository"),
      });
    const config = folder(0o700, { ".git/x": "" });
    symlinkSync("/dev/null", join(config, ".git", "config"));
    expect(foreignGit(config)).toBeDefined();
  });

  it("that others can write to is refused", () => {
    const path = folder(0o700, { ".git/config": "" });
    chmodSync(join(path, ".git"), 0o777);
    expect(foreignGit(path)?.message).toContain("can be written by others");
  });
});
