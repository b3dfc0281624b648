/** The Debian package, installed in a system without Node.js. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatBase32 } from "../../src/otp/base32.ts";
import { parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { computerIn, EXAMPLE } from "../helpers/binary.ts";
import { makeSystem, mayMakeSystems, runIn, SLOW_MIRROR, writeEntry } from "../helpers/debian-root.ts";
import { EXAMPLE_URI } from "../helpers/example.ts";
import { needs } from "../helpers/system-packages.ts";
import { decode, terminal } from "../helpers/terminal-session.ts";
import { TMUX_NEEDS, type Tmux } from "../helpers/tmux.ts";

const isReady = mayMakeSystems() && needs("dpkg-deb", "oathtool", ...TMUX_NEEDS);

describe.skipIf(!isReady)("the Debian package (needs root, mmdebstrap, dpkg-deb, oathtool, tmux)", () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  let folder = "";
  const system = (): string => join(folder, "system");
  const home = (): string => join(folder, "home");
  const inside = (...words: string[]): Promise<string> => runIn(join(folder, "inside"), ...words);

  beforeAll(async () => {
    folder = mkdtempSync("/tmp/twinseed-deb-");
    mkdirSync(home());
    await makeSystem(system(), "essential");
    writeEntry(join(folder, "inside"), system(), { shared: { [home()]: home() } });
    writeEntry(join(folder, "twinseed"), system(), { shared: { [home()]: home() } }, "twinseed");
    const [deb = ""] = execFileSync(process.execPath, ["packaging/deb.mjs", "linux-x64"], {
      encoding: "utf8",
    }).split("\n");
    copyFileSync(deb, join(home(), "twinseed.deb"));
    await inside("dpkg", "--install", join(home(), "twinseed.deb"));
  }, SLOW_MIRROR);

  afterAll(() => {
    if (folder !== "") rmSync(folder, { recursive: true, force: true });
  });

  it("is installed in a system that has no Node.js, and no program that it needs is missing", async () => {
    await expect(
      inside("sh", "-c", "command -v node || command -v nodejs || command -v bun"),
    ).rejects.toThrow();
    expect(await inside("twinseed", "--version")).toBe(`${version}\n`);
    expect(await inside("dpkg", "--verify", "twinseed")).toBe("");
    expect(await inside("dpkg", "--status", "twinseed")).toContain(`
Version: ${version}
`);
  });

  it("has what shells and man look for", async () => {
    const files = (await inside("dpkg", "--listfiles", "twinseed")).split("\n");
    for (const file of [
      "/usr/share/man/man1/twinseed.1.gz",
      "/usr/share/bash-completion/completions/twinseed",
      "/usr/share/zsh/vendor-completions/_twinseed",
      "/usr/share/fish/vendor_completions.d/twinseed.fish",
      "/usr/share/doc/twinseed/copyright",
    ])
      expect(files).toContain(file);
  });

  it("goes from the screenshot to the second device", { timeout: 120_000 }, async () => {
    const key = randomBytes(32).toString("base64");
    const own = { TWINSEED_STORE: "file", TWINSEED_KEY: key };
    const computer = computerIn(join(home(), "alice"), own, [join(folder, "twinseed")]);
    const screenshot = join(computer.home, "screenshot.png");
    copyFileSync(EXAMPLE, screenshot);

    const session = await terminal(computer, ["add", screenshot, "--name", "aws-root"]);
    await answer(session, 'Delete "', "y");
    await answer(session, "second device now? [Y/n]", "");
    await session.waitFor("Scan it");
    const scanned = parseOtpauthUri(decode(await session.screen())).secret;
    expect(scanned.equals(parseOtpauthUri(EXAMPLE_URI).secret)).toBe(true);
    await answer(session, "Scan it", "phone");
    await answer(session, "code that phone shows", codeOf(formatBase32(scanned)));
    await answer(session, "Next device", "");
    await session.waitFor("exit 0");
    expect(await session.scrollback()).not.toMatch(/[▀▄█]/);
    expect(existsSync(screenshot)).toBe(false);

    const { exitCode, stdout, stderr } = await computer.run(["code", "aws"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect([codeOf(formatBase32(scanned)), codeOf(formatBase32(scanned), -30)]).toContain(stdout.trim());
    expect(await computer.run(["audit"])).toMatchObject({ exitCode: 0, stdout: "1 account, none at risk\n" });
    expect(await computer.run(["doctor"])).toMatchObject({ exitCode: 0 });
  });

  it("leaves nothing when it is removed", async () => {
    await inside("dpkg", "--purge", "twinseed");
    expect(existsSync(join(system(), "usr/lib/twinseed"))).toBe(false);
    expect(existsSync(join(system(), "usr/share/doc/twinseed"))).toBe(false);
  });
});

async function answer(tmux: Tmux, question: string, text: string): Promise<void> {
  await tmux.waitFor(question);
  await tmux.type(text, "Enter");
}

/** What an authenticator on another device shows. */
function codeOf(seed: string, secondsOff = 0): string {
  const time = `@${Math.floor(Date.now() / 1000) + secondsOff}`;
  return execFileSync("oathtool", ["--totp", "-N", time, "-b", "-"], {
    input: seed,
    encoding: "utf8",
  }).trim();
}
