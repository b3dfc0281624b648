/** `add --clipboard` and `add --screen` on a Wayland compositor (sway, without a screen) with the system's own tools. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { base32Of, github } from "../helpers/accounts.ts";
import { EXAMPLE } from "../helpers/binary.ts";
import { type Desktop, pathOf, startWayland } from "../helpers/desktop.ts";
import { add, computers, expectEnrolled, SEED, waitForCode } from "../helpers/enrolling.ts";
import { needs } from "../helpers/system-packages.ts";

const LONG = 90_000;
const GITHUB = formatOtpauthUri(github);

const { make: computer, remove } = computers();
afterAll(remove);

const WAYLAND_NEEDS = ["sway", "swaybg", "wl-copy", "wl-paste", "grim"];
describe.skipIf(!needs(...WAYLAND_NEEDS))(
  `Wayland (needs ${WAYLAND_NEEDS.join(", ")})`,
  { timeout: LONG },
  () => {
    let wayland: Desktop;
    beforeAll(async () => {
      wayland = await startWayland(EXAMPLE);
      await waitForCode(computer(wayland.session));
    });
    afterAll(() => wayland.stop());

    function copy(type: string, content: Uint8Array | string): void {
      execFileSync("wl-copy", ["--type", type], {
        env: wayland.env,
        input: content,
        stdio: ["pipe", "ignore", "ignore"],
      });
    }

    it.each([
      ["a PNG", "image/png", () => readFileSync(EXAMPLE), SEED],
      ["a URI", "text/plain;charset=utf-8", () => `${GITHUB}\n`, base32Of(github)],
    ] as const)("--clipboard: %s", async (_, type, content, seed) => {
      copy(type, content());
      await expectEnrolled(computer(wayland.session), ["--clipboard"], { seed });
    });

    it("--clipboard: nothing", async () => {
      execFileSync("wl-copy", ["--clear"], { env: wayland.env });
      const nothing = await add(computer(wayland.session), ["--clipboard"]);
      expect(nothing).toMatchObject({
        exitCode: 5,
        stderr: expect.stringContaining("neither a picture nor a text"),
      });
    });

    it("--screen full with grim", async () => {
      await expectEnrolled(computer(wayland.session), ["--screen", "full"]);
    });

    // The compositor without a seat has no mouse to drag with.
    it("--screen region with grim, of the region that slurp says", async () => {
      const PATH = pathOf({ grim: true, slurp: "echo 200,50 1600x1000" });
      await expectEnrolled(computer(wayland.session), ["--screen", "region"], { PATH });
      const given = pathOf({ grim: true, slurp: "echo selection cancelled >&2; exit 1" });
      const cancelled = await add(computer(wayland.session), ["--screen", "region"], given);
      expect(cancelled).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("nothing was selected"),
      });
    });
  },
);
