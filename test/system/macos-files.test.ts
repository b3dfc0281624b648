/** Files as a Mac has them: refused for privacy, moved off to iCloud, called with blanks that are none. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asUserError } from "../../src/base/errors.ts";
import { createLedger } from "../../src/ledger/ledger.ts";
import { diskError } from "../../src/system/disk/disk-error.ts";
import { lookAlikeFile } from "../../src/system/disk/look-alike-file.ts";
import { privacyAdvice } from "../../src/system/disk/macos-privacy.ts";
import { dataFolder } from "../../src/system/disk/open-data-folder.ts";
import { foreignFolder } from "../../src/system/disk/own-folder.ts";
import { userFiles } from "../../src/system/disk/user-files.ts";
import { temporaryFolder } from "../helpers/child.ts";

const SYSTEM = process.platform;
const on = (platform: NodeJS.Platform) => Object.defineProperty(process, "platform", { value: platform });

describe("a name that only looks like that of a file", () => {
  const found = (names: readonly string[], typed: string): string => {
    const folder = temporaryFolder();
    for (const name of names) fs.writeFileSync(join(folder, name), name);
    return lookAlikeFile(join(folder, typed)).slice(folder.length + 1);
  };
  const SCREENSHOT = "Screenshot 2026-11-30 at 3.04.05\u202fPM.png";
  const PLAIN = "Screenshot 2026-11-30 at 3.04.05 PM.png";

  it.each([
    ["a plain blank for U+202F", [SCREENSHOT], PLAIN, SCREENSHOT],
    ["a plain blank for U+00A0", ["Snímek\u00a01.png"], "Snímek 1.png", "Snímek\u00a01.png"],
    ["composed letters for decomposed ones", ["E\u0301cran.png"], "Écran.png", "E\u0301cran.png"],
    ["decomposed letters for composed ones", ["Écran.png"], "E\u0301cran.png", "Écran.png"],
    ["the exact name first", [SCREENSHOT, PLAIN], PLAIN, PLAIN],
    ["no guess among two", [SCREENSHOT, PLAIN.replace(" PM", "\u00a0PM")], PLAIN, PLAIN],
    ["no other name", ["Screenshot.png"], PLAIN, PLAIN],
    ["no letters of another script", ["\u0430ws.png"], "aws.png", "aws.png"],
  ])("%s", (_, names, typed, expected) => expect(found(names, typed)).toBe(expected));

  it("is the name of the file that is read, and later deleted", async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(join(folder, SCREENSHOT), "picture");
    const [path = ""] = await userFiles.expand(join(folder, PLAIN));
    expect(Buffer.from(await userFiles.read(path, 100)).toString()).toBe("picture");
    await userFiles.remove(path);
    expect(fs.readdirSync(folder)).toEqual([]);
    expect(await userFiles.expand(join(folder, "no folder", PLAIN))).toEqual([
      join(folder, "no folder", PLAIN),
    ]);
  });
});

describe("a file that iCloud has moved off the computer", () => {
  beforeEach(() => on("darwin"));
  afterEach(() => on(SYSTEM));

  it("of the user's is not taken for gone", async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(join(folder, ".export.json.icloud"), "bplist");
    await expect(userFiles.read(join(folder, "export.json"), 100)).rejects.toMatchObject({
      message: `can't read "${folder}/export.json": it is in iCloud, and not on this computer`,
      hints: [expect.stringContaining("Finder")],
    });
  });

  it("of an account is named, and the other accounts are there", () => {
    const home = temporaryFolder();
    fs.mkdirSync(join(home, "accounts"), { mode: 0o700 });
    fs.writeFileSync(join(home, "accounts", ".abc.json.icloud"), "bplist");
    const warnings: string[] = [];
    const folder = dataFolder(home, () => {});
    expect(folder.list("accounts")).toEqual(["abc.json"]);
    expect(() => folder.read("accounts/abc.json")).toThrow("it is in iCloud");
    expect(folder.read("accounts/other.json")).toBeUndefined();
    expect(createLedger(folder, (text) => warnings.push(text)).accounts()).toEqual([]);
    expect(warnings.join()).toContain("it is in iCloud, and not on this computer");
  });
});

it("is what no other system has: there, such a name is any name", () => {
  const home = temporaryFolder();
  fs.mkdirSync(join(home, "accounts"), { mode: 0o700 });
  fs.writeFileSync(join(home, "accounts", ".abc.json.icloud"), "bplist");
  on("linux");
  const folder = dataFolder(home, () => {});
  const seen = [folder.list("accounts"), folder.read("accounts/abc.json")];
  on(SYSTEM);
  expect(seen).toEqual([[], undefined]);
});

describe("macOS's privacy settings", () => {
  const HOME = "/Users/a b";
  it.each([
    [`${HOME}/Desktop/Screenshot.png`, true],
    [`${HOME}/Documents`, true],
    [`${HOME}/Library/Mobile Documents/com~apple~CloudDocs/x`, true],
    ["/Volumes/Stick/backup.age", true],
    [`${HOME}/Desktops/x`, false],
    [`${HOME}/Library/Application Support/twinseed`, false],
    ["/etc/hosts", false],
  ])("%s: %s", (path, isRefused) => {
    const advice = privacyAdvice(path, HOME, "darwin");
    expect(advice !== undefined).toBe(isRefused);
    if (isRefused) expect(advice?.hints[0]).toContain("Privacy & Security, Files and Folders");
    expect(privacyAdvice(path, HOME, "linux")).toBeUndefined();
  });
});

describe.skipIf(process.platform === "win32")("a hint with a path, where HOME has a blank in it", () => {
  /** The words of the command in a hint, as a shell reads them. */
  const wordsOf = (hint: string): string[] => {
    const command = /(?:^|: )((?:ls|chmod|chown|sudo|git) .*)$/.exec(hint)?.[1] ?? "";
    return execFileSync("sh", ["-c", `printf '%s\\n' ${command}`], { encoding: "utf8" })
      .trimEnd()
      .split("\n");
  };
  const home = (): string => {
    const path = join(temporaryFolder(), "a b", "Library", "Application Support", "twinseed");
    fs.mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };

  it.each(["EACCES", "EPERM"])("names one path for %s", (code) => {
    const path = home();
    const error = asUserError(diskError(Object.assign(new Error(code), { code }), "read", path));
    expect(wordsOf(error.hints[0] ?? "").at(-1)).toBe(path);
  });

  it("names one path for a folder that others can write to", () => {
    const path = home();
    fs.chmodSync(path, 0o777);
    const hints = foreignFolder(path)?.hints ?? [];
    const commands = hints.filter((hint) => hint.includes("chmod"));
    expect(commands).not.toEqual([]);
    for (const hint of commands) expect(wordsOf(hint).at(-1)).toBe(path);
  });
});
