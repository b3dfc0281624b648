/** With a tool that is a script. Real ones: test/e2e/screen.test.ts. */
import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
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
