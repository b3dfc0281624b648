/** With a tool that is a script. Real ones: test/e2e/screen.test.ts. */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { systemScreen } from "../../src/system/desktop/screen-capture.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { pathOf } from "../helpers/desktop.ts";

it.skipIf(process.platform !== "linux")(
  "a tool that succeeds and prints nothing took no picture",
  async () => {
    const folder = temporaryFolder();
    const env = { PATH: pathOf({ grim: "exit 0", slurp: "exit 0" }), WAYLAND_DISPLAY: "wayland-0" };
    const screen = systemScreen({ ...env, XDG_RUNTIME_DIR: folder });
    await expect(screen.capture("full", 1000)).rejects.toMatchObject({
      exitCode: 1,
      message: '"grim" did not take a picture of the screen',
    });
    expect(readdirSync(folder)).toEqual([]);
  },
);

describe.skipIf(process.platform === "win32")("screencapture of macOS", () => {
  const mac = (screencapture: string, osascript = "exit 1") =>
    systemScreen(
      { PATH: `${pathOf({ screencapture, osascript })}:/bin:/usr/bin`, XDG_RUNTIME_DIR: temporaryFolder() },
      "darwin",
    );
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

  it("takes a picture of each display that is there", async () => {
    // -x -t png FILE screen-2.png …
    const two = 'printf first > "$4"; printf second > "$5"';
    expect((await mac(two).capture("full", 1000)).map(text)).toEqual(["first", "second"]);
    expect((await mac('printf only > "$4"').capture("full", 1000)).map(text)).toEqual(["only"]);
  });

  it("is bounded on each display", async () => {
    const big = 'printf first > "$4"; head -c 2000 /dev/zero > "$5"';
    await expect(mac(big).capture("full", 1000)).rejects.toMatchObject({ exitCode: 5 });
  });

  it.each(["could not create image from display", "could not create image from rect"])(
    "that says %j: where to allow it",
    async (complaint) => {
      await expect(mac(`echo "${complaint}" >&2; exit 1`).capture("full", 1000)).rejects.toMatchObject({
        message: `"screencapture" did not take a picture of the screen: ${complaint}`,
        hints: expect.arrayContaining([expect.stringContaining("Screen & System Audio Recording")]),
      });
    },
  );

  it("with Esc takes none, and says nothing of permissions", async () => {
    for (const script of ["exit 0", "exit 1"])
      await expect(mac(script).capture("region", 1000)).rejects.toMatchObject({
        hints: expect.not.arrayContaining([expect.stringContaining("Privacy")]),
      });
  });

  it.each([
    ["echo true", true],
    ["echo false", false],
    ["echo what", undefined],
    ["exit 1", undefined],
  ])("where osascript does %j: shows windows: %j", async (osascript, expected) => {
    expect(await mac("", osascript).showsWindows()).toBe(expected);
  });
});
