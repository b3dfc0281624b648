/** The names in a repository's index, as git itself writes it in each version. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { trackedNames } from "../../src/system/disk/git-index.ts";
import { needs } from "../helpers/system-packages.ts";

const root = mkdtempSync(join(tmpdir(), "twinseed-index-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.skipIf(!needs("git"))("an index (needs git)", () => {
  it.each([
    [2, "sha1"],
    [3, "sha1"],
    [4, "sha1"],
    [2, "sha256"],
    [4, "sha256"],
  ])("of version %i with %s has the names that git has", (version, format) => {
    const home = join(root, `${version}-${format}`);
    const git = (...args: string[]) => execFileSync("git", ["-C", home, ...args], { encoding: "utf8" });
    mkdirSync(join(home, "accounts"), { recursive: true });
    execFileSync("git", ["init", "--quiet", `--object-format=${format}`, home]);
    const names = [
      "a",
      "accounts/aa.json",
      "accounts/ab.json",
      "config.jsom",
      "config.json",
      "z".repeat(250),
      "ü",
    ];
    for (const name of names) writeFileSync(join(home, name), name);
    git("add", ".");
    if (version === 3) git("update-index", "--skip-worktree", "a");
    if (version === 4) git("update-index", "--index-version", "4");
    expect(trackedNames(home)?.sort()).toEqual(git("ls-files", "-z").split("\0").filter(Boolean).sort());
  });

  it("that isn't there, or is damaged, has none", () => {
    expect(trackedNames(join(root, "none"))).toBeUndefined();
    mkdirSync(join(root, "bad", ".git"), { recursive: true });
    for (const text of ["", "DIRC", "DIRC\0\0\0\u0002\0\0\0\u0009", "nothing of the kind"]) {
      writeFileSync(join(root, "bad", ".git", "index"), text);
      expect(trackedNames(join(root, "bad"))).toBeUndefined();
    }
  });
});
