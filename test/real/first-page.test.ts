/**
 * The story of both READMEs from an empty home, each line typed into a terminal as it is written there, comments included: seed, second
 * device, code, backup, audit; then the restore on a second computer, and the lines for scripts.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { formatBase32 } from "../../src/otp/base32.ts";
import { parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { BIN, EXAMPLE, ROOT } from "../helpers/binary.ts";
import { EXAMPLE_URI } from "../helpers/example.ts";
import { needs } from "../helpers/system-packages.ts";
import { decode } from "../helpers/terminal-session.ts";
import { startTmux, TMUX_NEEDS } from "../helpers/tmux.ts";

const PASSPHRASE = "only for this test, and long enough";

/** The blocks of shell lines, in the order of the page. */
function blocksOf(page: string): string[][] {
  const text = readFileSync(join(ROOT, page), "utf8");
  return Array.from(text.matchAll(/```sh\n([\s\S]*?)```/g), ([, block = ""]) => block.trim().split("\n"));
}

/** A computer that has nothing but twinseed and a shell. */
async function emptyComputer() {
  const home = mkdtempSync(join(tmpdir(), "twinseed-test-"));
  const bin = join(home, ".local/bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "twinseed"), `#!/bin/sh\nexec ${process.execPath} ${BIN} "$@"\n`);
  chmodSync(join(bin, "twinseed"), 0o755);
  const settings = [
    `HOME=${home}`,
    `PATH=${bin}:/usr/bin:/bin`,
    "LANG=C.UTF-8",
    "HISTFILE=/dev/null",
    `XDG_RUNTIME_DIR=${home}`,
  ];
  const tmux = await startTmux(
    `cd ${home}; exec env -i TERM="$TERM" ${settings.join(" ")} PS1='ready> ' bash --norc`,
    {
      columns: 110,
      rows: 45,
    },
  );
  onTestFinished(async () => {
    await tmux.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 }); // the shell may be about to end
  });
  await tmux.waitFor("ready>");
  let count = 0;
  return {
    home,
    tmux,
    async type(line: string) {
      await tmux.press("C-l");
      await tmux.type(line, "Enter");
    },
    async answer(question: string | RegExp, ...keys: string[]) {
      await tmux.waitFor(question);
      await tmux.type(keys[0] ?? "", "Enter");
    },
    /** The exit code of what was typed last. */
    async ended(): Promise<string> {
      count += 1;
      await tmux.waitFor(/ready>$/); // what is typed earlier could go to the program
      await tmux.type(`echo "ended ${count}: $?"`, "Enter");
      const screen = await tmux.waitFor(new RegExp(`^ended ${count}: \\d+`, "m"));
      return new RegExp(`^ended ${count}: (\\d+)`, "m").exec(screen)?.[1] ?? "";
    },
  };
}

const phoneCode = (screen: string): string =>
  execFileSync("oathtool", ["--totp", "-b", "-"], {
    input: formatBase32(parseOtpauthUri(decode(screen)).secret),
    encoding: "utf8",
  }).trim();

describe.skipIf(!needs(...TMUX_NEEDS, "oathtool", "bash"))("by the page alone (needs tmux, oathtool)", () => {
  it.each(["README.md", "README.ja.md"])("%s", { timeout: 300_000 }, async (page) => {
    const [, story = [], restore = [], scripts = []] = blocksOf(page);
    expect([story.length, restore.length, scripts.length]).toEqual([5, 2, 3]);
    const [add = "", qr = "", code = "", backup = "", audit = ""] = story;
    const first = await emptyComputer();
    copyFileSync(EXAMPLE, join(first.home, "screenshot.png"));

    await first.type(add);
    await first.answer("New passphrase for the seeds", PASSPHRASE);
    await first.answer("Confirm passphrase:", PASSPHRASE);
    await first.answer('Delete "', "y");
    await first.answer("second device now? [Y/n]", "n");
    expect(await first.ended()).toBe("0");

    await first.type(qr);
    await first.answer("Passphrase for the seeds:", PASSPHRASE);
    await first.answer("Scan it", "phone");
    const screen = await first.tmux.waitFor("code that phone shows");
    await first.answer("code that phone shows", phoneCode(screen));
    await first.tmux.waitFor("phone is confirmed");
    await first.answer("Next device", "");
    expect(await first.ended()).toBe("0");

    await first.type(code);
    await first.answer("Passphrase for the seeds:", PASSPHRASE);
    await first.tmux.waitFor(/^\s*\d{6}\b/m);
    expect(await first.ended()).toBe("0");

    await first.type(backup);
    await first.answer("Passphrase for the seeds:", PASSPHRASE);
    await first.answer("New passphrase for the backup", PASSPHRASE);
    await first.answer("Confirm passphrase:", PASSPHRASE);
    expect(await first.ended()).toBe("0");

    await first.type(audit);
    await first.tmux.waitFor("1 account, none at risk");
    await first.tmux.waitFor("the backup backup was never verified");
    expect(await first.ended()).toBe("8");

    const second = await emptyComputer();
    copyFileSync(join(first.home, "backup.age"), join(second.home, "backup.age"));
    const [take = "", again = ""] = restore;
    await second.type(take);
    await second.answer("Passphrase of the backup:", PASSPHRASE);
    await second.answer("[Y/n]", "");
    await second.answer("New passphrase for the seeds", PASSPHRASE);
    await second.answer("Confirm passphrase:", PASSPHRASE);
    expect(await second.ended()).toBe("0");
    await second.type(again);
    await second.answer("Passphrase for the seeds:", PASSPHRASE);
    await second.tmux.waitFor(/^\s*\d{6}\b/m);
    expect(await second.ended()).toBe("0");

    for (const line of scripts) {
      const env = {
        PATH: `${first.home}/.local/bin:/usr/bin:/bin`,
        HOME: first.home,
        XDG_RUNTIME_DIR: first.home,
        SECRET: EXAMPLE_URI,
        TWINSEED_PASSPHRASE: PASSPHRASE,
      };
      const printed = execFileSync("bash", ["-ec", `${line}\necho "$code"`], { env, encoding: "utf8" });
      expect(printed).toMatch(/^\d{6}\n$/);
    }
  });
});
