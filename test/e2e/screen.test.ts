/**
 * `add --clipboard` and `add --screen` under X11 with the system's own tools, on a picture and on a page in a real browser.
 * The real program; each test checks which files it leaves on the disk.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { base32Of, github } from "../helpers/accounts.ts";
import { EXAMPLE } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { type Desktop, pathOf, startX, until } from "../helpers/desktop.ts";
import { add, computers, expectEnrolled, leftBy, SEED, waitForCode } from "../helpers/enrolling.ts";
import { needs } from "../helpers/system-packages.ts";

const LONG = 90_000;
const GITHUB = formatOtpauthUri(github);

const CHROMIUM = [
  ...["--kiosk", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
  ...["--disable-background-networking", "--disable-component-update"],
];

const { make: computer, remove } = computers();
afterAll(remove);

const X_NEEDS = ["Xvfb", "xclip", "import", "display", "convert", "maim", "scrot", "xdotool"];
describe.skipIf(!needs(...X_NEEDS))(`X11 (needs ${X_NEEDS.join(", ")})`, { timeout: LONG }, () => {
  let x: Desktop;
  beforeAll(async () => {
    x = await startX();
    // Drawn on the root window: a window of its own would grab the mouse.
    x.start("display", "-window", "root", EXAMPLE);
    await waitForCode(computer(x.session));
  });
  afterAll(() => x.stop());

  function copy(type: string, content: Uint8Array | string): void {
    execFileSync("xclip", ["-selection", "clipboard", "-in", "-target", type], {
      env: x.env,
      input: content,
      // xclip keeps running, to serve the selection.
      stdio: ["pipe", "ignore", "ignore"],
    });
  }

  it.each([
    ["a PNG", "image/png", () => readFileSync(EXAMPLE), SEED],
    ["a JPEG", "image/jpeg", () => execFileSync("convert", [EXAMPLE, "-quality", "85", "jpeg:-"]), SEED],
    ["a URI", "UTF8_STRING", () => GITHUB, base32Of(github)],
    ["a key", "STRING", () => `${base32Of(github)}\n`, base32Of(github)],
  ] as const)("--clipboard: %s", async (_, type, content, seed) => {
    copy(type, content());
    await expectEnrolled(computer(x.session), ["--clipboard"], { seed });
  });

  it("--clipboard: nothing, no display, and no tool", async () => {
    const empty = await startX("64x64");
    const nothing = await add(computer(empty.session), ["--clipboard"]);
    await empty.stop();
    expect(nothing).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining("neither a picture nor text"),
    });
    const gone = await add(computer(empty.session), ["--clipboard"]);
    expect(gone).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/"xclip" could not read.*display/),
    });
    expect(await add(computer(x.session), ["--clipboard"], pathOf({}))).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('install the package "xclip"'),
    });
  });

  it.each(["maim", "scrot", "import"])("--screen full with %s", async (tool) => {
    await expectEnrolled(computer(x.session), ["--screen", "full"], { PATH: pathOf({ [tool]: true }) });
  });

  it("--screen full tries the next tool if one fails", async () => {
    const PATH = pathOf({ maim: "echo broken >&2; exit 1", scrot: "exit 0", import: true });
    await expectEnrolled(computer(x.session), ["--screen"], { PATH });
  });

  it("--screen region with maim: what is dragged over", async () => {
    const machine = computer({ ...x.session, PATH: pathOf({ maim: true }) });
    const adding = machine.start(["add", "--screen", "region"], { stdin: "empty" });
    let isOver = false;
    void adding.ended.finally(() => {
      isOver = true;
    });
    const drag = ["mousemove 5 5", "mousedown 1", "mousemove 600 600", "mousemove 1900 1060", "mouseup 1"];
    // The tool takes a while to grab the mouse; until then, dragging has no effect.
    await until("a region is selected", () => {
      for (const step of drag) execFileSync("xdotool", [...step.split(" "), "sleep", "0.05"], { env: x.env });
      return isOver;
    });
    expect(await adding.ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("drag over") });
    expect(leftBy(machine)).toEqual([]);
  });

  it.skipIf(!needs("chromium"))("--screen full: a page in a browser (needs chromium)", async () => {
    const other = await startX("1280x900");
    try {
      const folder = temporaryFolder();
      const page = join(folder, "page.html");
      writeFileSync(page, `<body style="margin:0"><img src="${pathToFileURL(EXAMPLE)}" width="1280">`);
      other.start("chromium", ...CHROMIUM, `--user-data-dir=${folder}`, pathToFileURL(page).href);
      await waitForCode(computer(other.session));
      await expectEnrolled(computer(other.session), ["--screen", "full"]);
    } finally {
      await other.stop();
    }
  });

  describe("a tool that writes a file", () => {
    const BASICS = { cat: true, dirname: true, env: true, sleep: true, stat: true } as const;
    /** Records its arguments and environment, and the modes of the file and its folder. */
    const spying = (rest: string) => `
      for file in "$@"; do :; done
      cat "${EXAMPLE}" >"$file"
      { env; echo "$@"; stat -c %a "$file" "$(dirname "$file")"; } >"$SPY"
      ${rest}`;

    it("finds a 0700 folder, makes it 0600, learns no secret, and nothing stays", async () => {
      const spy = join(temporaryFolder(), "spy");
      const PATH = pathOf({ spectacle: spying(""), ...BASICS });
      await expectEnrolled(computer({ ...x.session, SPY: spy }), ["--screen", "full"], { PATH });
      const seen = readFileSync(spy, "utf8");
      expect(seen).toMatch(/\n600\n700\n$/);
      expect(seen).not.toMatch(/TWINSEED/);
      expect(seen).not.toContain(SEED);
    });

    it("is ended, and nothing stays, on SIGTERM", async () => {
      const spy = join(temporaryFolder(), "spy");
      const PATH = pathOf({
        spectacle: spying('echo $$ >"$SPY.pid"; exec sleep 60'),
        ...BASICS,
      });
      const machine = computer({ ...x.session, SPY: spy, PATH });
      const adding = machine.start(["add", "--screen", "full"], { stdin: "empty" });
      const pid = () => Number(readIfThere(`${spy}.pid`));
      await until("the tool runs", () => pid() > 0);
      expect(leftBy(machine).join()).toMatch(/twinseed-screen-\w+\/screen.png/);
      process.kill(adding.pid, "SIGTERM");
      expect(await adding.ended).toMatchObject({ exitCode: null, signal: "SIGTERM" });
      expect(leftBy(machine)).toEqual([]);
      await until("the tool is gone", () => !isRunning(pid()));
    });
  });
});

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
