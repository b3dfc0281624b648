/** The real `twinseed qr` in xterm, captured as a picture, and read by an independent program. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatOtpauthUri, parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws } from "../helpers/accounts.ts";
import { computerIn, PROGRAM } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { needs } from "../helpers/system-packages.ts";
import { screenshot, XTERM_NEEDS } from "../helpers/xterm.ts";

const LONG = 90_000;
const THEMES = [
  { foreground: "black", background: "white" },
  { foreground: "white", background: "black" },
] as const;

describe.skipIf(!needs(...XTERM_NEEDS, "zbarimg"))(
  "twinseed qr in xterm (needs xterm, Xvfb, import, script, zbarimg)",
  { timeout: LONG },
  () => {
    it.for(THEMES)("$foreground on $background, 80x24: zbarimg reads the account", async (theme) => {
      const key = randomBytes(32).toString("base64");
      const { home, env, run } = computerIn(temporaryFolder(), { TWINSEED_STORE: "file", TWINSEED_KEY: key });
      expect(await run(["add", "-"], { stdin: { text: formatOtpauthUri(aws) } })).toMatchObject({
        exitCode: 0,
      });
      const picture = await screenshot({
        command: [...PROGRAM, "qr", "amazon"],
        ready: "Scan it",
        columns: 80,
        rows: 24,
        ...theme,
        env,
      });
      const file = join(home, "window.png");
      writeFileSync(file, picture);
      const text = execFileSync("zbarimg", ["--raw", "-q", file], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      const read = parseOtpauthUri(text.trim());
      expect(read).toEqual(aws);
      expect(read.secret.equals(aws.secret)).toBe(true);
    });
  },
);
