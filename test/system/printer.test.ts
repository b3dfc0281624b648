/** What is said where something is missing; the rest needs a browser: test/real/sheet.test.ts. */
import { mkdirSync, readdirSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { browsers } from "../../src/system/desktop/browser.ts";
import { systemPrinter } from "../../src/system/desktop/printer.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { pathOf } from "../helpers/desktop.ts";

const PAGE = "<html><head><title>a sheet</title><style></style></head></html>";

function printing(programs: Record<string, string>) {
  const folder = temporaryFolder();
  return { folder, env: { PATH: pathOf(programs), XDG_RUNTIME_DIR: folder } };
}

it("no lp: says what to install, and the other way", async () => {
  const { env } = printing({ chromium: "exit 0" });
  await expect(systemPrinter(env, () => {}).print(PAGE)).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringContaining('"lp" is not installed'),
    hints: [expect.stringContaining("CUPS"), expect.stringContaining("--output sheet.html")],
  });
});

it("no browser: likewise", async () => {
  const { env } = printing({ lp: "exit 0" });
  await expect(systemPrinter(env, () => {}).print(PAGE)).rejects.toMatchObject({
    exitCode: 1,
    hints: [expect.stringContaining("install Chromium"), expect.stringContaining("--output sheet.html")],
  });
});

/** Writes a PDF of that title where it is told to. */
const browser = (title: string) => `
  for word in "$@"; do case "$word" in --print-to-pdf=*) out="\${word#*=}";; esac; done
  printf '%%PDF-1.4 (${title})' >"$out"`;

it("a browser that prints something else, as one does that can't read the file: never sent to the printer", async () => {
  const { env, folder } = printing({ lp: "echo should not run >&2; exit 1", chromium: browser("file:///x") });
  await expect(systemPrinter(env, () => {}).print(PAGE)).rejects.toThrow(
    '"chromium" could not convert the page',
  );
  expect(readdirSync(folder)).toEqual([]);
});

it("goes on to the next browser", async () => {
  const { env } = printing({
    lp: "exit 0",
    chromium: "echo broken >&2; exit 1",
    "google-chrome": browser("a sheet"),
  });
  await expect(systemPrinter(env, () => {}).print(PAGE)).resolves.toBeUndefined();
});

it("lp that refuses: its own words, and how to name a printer", async () => {
  const { env, folder } = printing({
    lp: 'echo "lp: Error - No default destination available." >&2; exit 1',
    chromium: browser("a sheet"),
  });
  await expect(systemPrinter(env, () => {}).print(PAGE)).rejects.toMatchObject({
    message: "could not send the sheet to the printer: lp: Error - No default destination available.",
    hints: [expect.stringContaining("--printer NAME"), expect.any(String)],
  });
  expect(readdirSync(folder)).toEqual([]);
});

it.each([
  [{ LANG: "en_US.UTF-8" }, "Letter"],
  [{ LANG: "de_DE.UTF-8" }, "A4"],
  [{ LANG: "en_US.UTF-8", LC_PAPER: "de_DE.UTF-8" }, "A4"],
  [{}, "A4"],
] as const)("the paper of %j is %s", async (locale, media) => {
  const { env } = printing({
    lp: `case "$*" in *media=${media}*) exit 0;; esac; exit 1`,
    chromium: browser("a sheet"),
  });
  await expect(systemPrinter({ ...env, ...locale }, () => {}).print(PAGE)).resolves.toBeUndefined();
});

it("no file system in memory: says once that the sheet is on a disk meanwhile", async () => {
  const { env } = printing({ lp: "exit 0", chromium: "exit 1", "google-chrome": browser("a sheet") });
  const said: string[] = [];
  await systemPrinter(env, (text) => said.push(text)).print(PAGE);
  const isOnDisk = statfsSync(env.XDG_RUNTIME_DIR).type !== 0x01021994;
  expect(said).toEqual(
    isOnDisk ? [expect.stringContaining("until the sheet is printed, it is stored on disk, in ")] : [],
  );
});

it("what a killed process has left goes, what a running one has stays", async () => {
  const { env, folder } = printing({ lp: "exit 0", chromium: browser("a sheet") });
  // The largest number that Linux gives is 4194304.
  for (const name of [
    "twinseed-print-999999999_AbCdEf",
    `twinseed-print-${process.pid}_AbCdEf`,
    "twinseed-print-x",
  ]) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "sheet.html"), "");
  }
  await systemPrinter(env, () => {}).print(PAGE);
  expect(readdirSync(folder).sort()).toEqual([`twinseed-print-${process.pid}_AbCdEf`, "twinseed-print-x"]);
});

it("browsers are tried in a fixed order", () => {
  const PATH = pathOf({ "microsoft-edge": "", chromium: "", "google-chrome": "" });
  expect(browsers({ PATH }, "linux")).toEqual(["chromium", "google-chrome", "microsoft-edge"]);
});
