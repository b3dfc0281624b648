/** `add --clipboard` and `add --screen` on a Wayland compositor (sway, without a screen) with the system's own tools. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { base32Of, github } from "../helpers/accounts.ts";
import { EXAMPLE } from "../helpers/binary.ts";
import { type Desktop, pathOf, startWayland, until } from "../helpers/desktop.ts";
import { add, computers, expectEnrolled, leftBy, SEED, waitForCode } from "../helpers/enrolling.ts";
import { needs } from "../helpers/system-packages.ts";
import { drag } from "../helpers/virtual-pointer.ts";

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

    const screen = () => execFileSync("grim", ["-s", "0.1", "-t", "ppm", "-"], { env: wayland.env });

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
        stderr: expect.stringContaining("neither a picture nor text"),
      });
    });

    it("--screen full with grim", async () => {
      await expectEnrolled(computer(wayland.session), ["--screen", "full"]);
    });

    it.skipIf(!needs("slurp"))("--screen region with grim and slurp: what is dragged over", async () => {
      const PATH = pathOf({ grim: true, slurp: true });
      const machine = computer({ ...wayland.session, PATH });
      const undimmed = screen();
      const adding = machine.start(["add", "--screen", "region"], { stdin: "empty" });
      await until("slurp has dimmed the screen, and has the mouse", () => !screen().equals(undimmed));
      await drag(
        wayland,
        [
          [200, 50],
          [1800, 1050],
        ],
        [1920, 1080],
      );
      expect(await adding.ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("drag over") });
      expect(leftBy(machine)).toEqual([]);
    });

    it("--screen region, and nothing is selected", async () => {
      const given = pathOf({ grim: true, slurp: "echo selection cancelled >&2; exit 1" });
      const canceled = await add(computer(wayland.session), ["--screen", "region"], given);
      expect(canceled).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("nothing was selected"),
      });
    });
  },
);
