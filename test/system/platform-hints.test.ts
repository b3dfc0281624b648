/** Someone without a program, or with a file that they may not use, pastes the hint: it has to mean something on their system. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { howToInstall, howToSetFolder } from "../../src/system/platform-hints.ts";

const UNIX_WORDS = /\b(ls|apt|brew|export|eval|sudo|chmod|package)\b|\/(usr|path)\b|\$\(/;
const PROGRAMS = [["git"], ["gpg"], ["aws"], ["lp"], ["clip.exe"], ["powershell.exe"]];

const hintsOn = (platform: string) => [
  ...PROGRAMS.map((names) => howToInstall(platform, ...names)),
  howToSetFolder(platform, "TWINSEED_HOME", "the data"),
];

it.each(hintsOn("win32"))("nothing of Unix is in what Windows users read: %s", (hint) => {
  expect(hint).not.toMatch(UNIX_WORDS);
});

it("each system has its own way to get git, gpg and the AWS CLI; an unknown one is told what Linux is", () => {
  for (const program of ["git", "gpg", "aws"])
    expect(
      new Set(["linux", "darwin", "win32"].map((platform) => howToInstall(platform, program))).size,
    ).toBe(3);
  expect(hintsOn("freebsd")).toEqual(hintsOn("linux"));
});

it("packages that are needed together are named together", () => {
  expect(howToInstall("linux", "grim", "slurp")).toBe('install the packages "grim" and "slurp"');
});

it("no other source has such a hint", () => {
  const src = join(import.meta.dirname, "../../src");
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const withHints = files.filter((name) =>
    /\b(apt|brew|winget) install\b|install the package|\bls -l|\bsetx\b/.test(
      readFileSync(join(src, name), "utf8"),
    ),
  );
  // A disk's errors are loaded by every run, and the table is not.
  expect(withHints.toSorted()).toEqual([
    join("system", "disk", "disk-error.ts"),
    join("system", "platform-hints.ts"),
  ]);
});
