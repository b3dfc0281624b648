/**
 * The complete story at 80x24, with simulated second devices that know nothing about twinseed: oathtool, started with the
 * seed that was scanned off the screen.
 */
import { execFileSync } from "node:child_process";

import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { formatBase32 } from "../../src/otp/base32.ts";
import { formatOtpauthUri, parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { Secret } from "../../src/otp/secret.ts";
import { type Computer, computerIn, EXAMPLE } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { EXAMPLE_URI } from "../helpers/example.ts";
import { needs } from "../helpers/system-packages.ts";
import { decode, terminal } from "../helpers/terminal-session.ts";
import { TMUX_NEEDS, type Tmux } from "../helpers/tmux.ts";

const PATIENCE = 30_000;

/** A phone with its own authenticator app: it knows the seeds it has scanned, and its clock may be off. */
function scannedFrom(screen: string): { code(secondsOff?: number): string } {
  const { secret } = parseOtpauthUri(decode(screen));
  return {
    code: (secondsOff = 0) => {
      const time = `@${Math.floor(Date.now() / 1000) + secondsOff}`;
      return execFileSync("oathtool", ["--totp", "-N", time, "-b", "-"], {
        input: formatBase32(secret),
        encoding: "utf8",
      }).trim();
    },
  };
}

async function answer(tmux: Tmux, question: string | RegExp, text: string): Promise<void> {
  await tmux.waitFor(question, PATIENCE);
  await tmux.type(text);
  await tmux.press("Enter");
}

const run = (computer: Computer, ...args: string[]) => computer.run(args);

describe.skipIf(!needs(...TMUX_NEEDS, "oathtool"))(
  "the whole story (needs tmux, oathtool)",
  { timeout: 120_000 },
  () => {
    it("two devices confirmed, one lost, a new seed, a new phone", async () => {
      const key = randomBytes(32).toString("base64");
      const computer = computerIn(temporaryFolder(), { TWINSEED_STORE: "file", TWINSEED_KEY: key });

      // The screenshot, and the QR code for two devices from one screen.
      const first = await terminal(computer, ["add", EXAMPLE, "--name", "aws-root"]);
      await answer(first, 'Delete "', "n");
      await answer(first, "second device now? [Y/n]", "");
      await first.waitFor("Scan it", PATIENCE);
      const phone = scannedFrom(await first.screen());
      await answer(first, "Scan it", "phone");
      await answer(first, "code that phone shows", phone.code());
      await first.waitFor("phone is confirmed", PATIENCE);
      expect(
        parseOtpauthUri(decode(await first.screen())).secret.equals(parseOtpauthUri(EXAMPLE_URI).secret),
      ).toBe(true);
      await answer(first, "Next device", "tablet");
      await answer(first, "code that tablet shows", phone.code(-75));
      await first.waitFor(/clock is \d+ s behind/, PATIENCE);
      await answer(first, "Next device", "");
      const end = await first.waitFor("exit 0", PATIENCE);
      // Without white space, because the terminal wraps lines within words.
      expect(end.replace(/\s+/g, "")).toMatch(
        /"tablet"'sclockis\d+sbehind:correctit,orAWSwillrejectitscodes/,
      );
      expect(await run(computer, "audit")).toMatchObject({
        exitCode: 0,
        stdout: "1 account, none at risk\n",
      });

      // The phone is lost.
      const lost = await run(computer, "device", "lost", "phone");
      expect(lost.stdout).toContain("twinseed add SCREENSHOT --replace --name aws-root");
      const audit = await run(computer, "audit");
      expect(audit).toMatchObject({
        exitCode: 8,
        stdout: expect.stringContaining("twinseed device lost phone"),
      });

      // AWS issues a new seed; the tablet scans it.
      const secret = Secret.of(createHash("sha256").update("the new seed").digest());
      expect(
        await computer.run(["add", "-", "--replace", "--name", "aws-root"], {
          stdin: { text: formatOtpauthUri({ ...parseOtpauthUri(EXAMPLE_URI), secret }) },
        }),
      ).toMatchObject({ exitCode: 0 });
      expect(await run(computer, "audit")).toMatchObject({
        exitCode: 8,
        stdout: expect.stringContaining("tablet has the old seed"),
      });
      const again = await terminal(computer, ["qr", "aws-root", "--device", "tablet"]);
      await again.waitFor("code that tablet shows", PATIENCE);
      const tablet = scannedFrom(await again.screen());
      await answer(again, "code that tablet shows", phone.code());
      await again.waitFor("old seed", PATIENCE);
      await answer(again, "code that tablet shows", tablet.code());
      await answer(again, "Next device", "");
      await again.waitFor("exit 0", PATIENCE);
      expect(await run(computer, "audit")).toMatchObject({ exitCode: 0 });
      expect((await run(computer, "device", "lost", "phone")).stdout).toContain("nothing is left to do");

      // A new phone replaces the tablet.
      const moving = await terminal(computer, ["device", "replace", "tablet", "newphone", "--kind", "phone"]);
      await moving.waitFor("code that newphone shows", PATIENCE);
      const newphone = scannedFrom(await moving.screen());
      await answer(moving, "code that newphone shows", newphone.code());
      await moving.waitFor("exit 0", PATIENCE);
      expect(await moving.scrollback()).toContain('has replaced "tablet" for all its accounts');
      expect(await moving.scrollback()).not.toMatch(/[▀▄█]/);
      // The tablet still has the seed, until it is wiped.
      expect(await run(computer, "audit")).toMatchObject({
        exitCode: 8,
        stdout: expect.stringContaining("twinseed device wiped tablet"),
      });
      expect(await run(computer, "device", "wiped", "tablet")).toMatchObject({ exitCode: 0 });
      expect(await run(computer, "audit")).toMatchObject({ exitCode: 0 });
      const list = JSON.parse((await run(computer, "list", "--json")).stdout);
      expect(list[0].copies.map(({ device }: { device: string }) => device)).toContain("newphone");
      expect((await run(computer, "code", "aws-root")).stdout.trim()).toBe(newphone.code());
    });
  },
);
