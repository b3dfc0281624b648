import { execFileSync, type StdioOptions } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { contentOf } from "../../src/qr/content.ts";
import { colored } from "../../src/qr/terminal-drawing.ts";
import { drawContent, fitDrawing } from "../../src/qr/window.ts";
import { needs } from "../helpers/system-packages.ts";
import { screenshot, XTERM_NEEDS } from "../helpers/xterm.ts";
import { awsRoot } from "./aws-root.ts";

const THEMES = [
  { theme: "white on black", foreground: "white", background: "black" },
  { theme: "black on white", foreground: "black", background: "white" },
  { theme: "Solarized light", foreground: "#657b83", background: "#fdf6e3" },
] as const;
const ENOUGH = 60_000;

describe.skipIf(!needs(...XTERM_NEEDS, "zbarimg"))(
  "xterm (needs xterm, Xvfb, import, script, zbarimg)",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "twinseed-screen-"));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    for (const { theme, foreground, background } of THEMES)
      for (const colors of [256, 16] as const)
        it(`an AWS root account on 80x24, ${theme}, ${colors} colors`, { timeout: ENOUGH }, async () => {
          const size = { columns: 80, rows: 24 };
          const fit = fitDrawing(await drawContent(contentOf(awsRoot)), size, 2);
          if (!fit.fits) throw new Error("80x24 is too small");
          const picture = await screenshot({
            command: showing(colored(fit.drawing, colors)),
            ready: "Press Enter",
            ...size,
            foreground,
            background,
          });
          expect(zbarimg(picture)).toBe(formatOtpauthUri(awsRoot, "compact"));
        });

    it("the whole URI in a larger window", { timeout: ENOUGH }, async () => {
      const [whole] = await drawContent(contentOf(awsRoot));
      const picture = await screenshot({
        command: showing(colored(whole, 256)),
        ready: "Press Enter",
        columns: 100,
        rows: 30,
        foreground: "black",
        background: "white",
      });
      expect(zbarimg(picture)).toBe(formatOtpauthUri(awsRoot, "short"));
    });

    it("the terminal's own colors would be inverted on a light theme", { timeout: ENOUGH }, async () => {
      const drawings = await drawContent(contentOf(awsRoot));
      const picture = await screenshot({
        command: showing(drawings[2]?.lines ?? []),
        ready: "Press Enter",
        columns: 80,
        rows: 24,
        foreground: "black",
        background: "white",
      });
      expect(() => zbarimg(picture)).toThrow();
    });

    /** A caption, the code and a prompt on the alternate screen, as `qr` shows them. */
    function showing(lines: readonly string[]): string[] {
      const screen = join(folder, "screen");
      writeFileSync(screen, `\x1b[?1049h\x1b[H${["Scan this", ...lines, "Press Enter: "].join("\r\n")}`);
      return ["cat", screen];
    }

    /** Without a look at the inverse, as many phones read. */
    function zbarimg(picture: Buffer): string {
      const file = join(folder, "picture.png");
      writeFileSync(file, picture);
      const stdio: StdioOptions = ["ignore", "pipe", "ignore"];
      return execFileSync("zbarimg", ["--raw", "-q", file], { encoding: "utf8", stdio }).trim();
    }
  },
);
