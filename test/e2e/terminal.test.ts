/** What the user sees: the real program in a real terminal (tmux), from the screenshot to the second device. */
import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { formatOtpauthUri, parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, base32Of } from "../helpers/accounts.ts";
import { type Computer, computerIn, EXAMPLE } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { EXAMPLE_URI } from "../helpers/example.ts";
import { inside } from "../helpers/inside.ts";
import { needs } from "../helpers/system-packages.ts";
import { decode, terminal } from "../helpers/terminal-session.ts";
import { TMUX_NEEDS, type Tmux } from "../helpers/tmux.ts";

const LONG = 90_000;
/** Drawing takes a while on a busy computer, and so does deriving a key from a passphrase. */
const PATIENCE = 30_000;
const PASSPHRASE = "correct horse battery staple";
const GLYPHS = /[▀▄█]/;
const example = parseOtpauthUri(EXAMPLE_URI);

async function enrolled(): Promise<Computer> {
  const key = randomBytes(32).toString("base64");
  const computer = computerIn(temporaryFolder(), { TWINSEED_STORE: "file", TWINSEED_KEY: key });
  const { exitCode } = await inside(computer, ["add", "-"], formatOtpauthUri(aws));
  expect(exitCode).toBe(0);
  return computer;
}

describe.skipIf(!needs(...TMUX_NEEDS))("a person at a terminal (needs tmux)", { timeout: LONG }, () => {
  it("enrolls from a screenshot, gets both AWS codes, and scans the code with a second device", async () => {
    const computer = computerIn(temporaryFolder(), { TWINSEED_STORE: "file" });
    const picture = join(computer.home, "screenshot.png");
    copyFileSync(EXAMPLE, picture);
    const tmux = await terminal(computer, ["add", picture]);
    await tmux.waitFor("New passphrase for the seeds", PATIENCE);
    await tmux.type(PASSPHRASE);
    await tmux.press("Enter");
    await tmux.waitFor("Confirm passphrase:", PATIENCE);
    await tmux.type(PASSPHRASE);
    await tmux.press("Enter");

    await tmux.waitFor('Delete "', PATIENCE);
    expect(existsSync(picture)).toBe(true);
    await tmux.type("y");
    await tmux.press("Enter");
    const asked = await tmux.waitFor(/device now\? \[Y\/n\]/, PATIENCE);
    expect(existsSync(picture)).toBe(false);
    const codes = Array.from(asked.matchAll(/MFA code [12]: (\d{6}) /g), ([, code = ""]) => code);
    expect(pairsAround(Date.now())).toContainEqual(codes);
    await tmux.press("Enter");
    await tmux.waitFor("Scan it", PATIENCE);
    expect(await tmux.alternate()).toBe(true);
    const drawn = await tmux.screen();
    expect(drawn).toContain("Amazon Web Services:root-account-mfa-device@123456789012");
    expect(parseOtpauthUri(decode(drawn))).toEqual(example);
    expect(parseOtpauthUri(decode(drawn)).secret.equals(example.secret)).toBe(true);

    await tmux.press("Enter");
    await tmux.waitFor("exit 0", PATIENCE);
    await expectNothingLeft(tmux, base32Of(example));
    expect(await tmux.scrollback()).not.toContain(PASSPHRASE);
    const { stdout } = await computer.run(["uri", "amazon"], { env: { TWINSEED_PASSPHRASE: PASSPHRASE } });
    expect(parseOtpauthUri(stdout.trim()).secret.equals(example.secret)).toBe(true);
  });

  it("a window that is too small says how large it must be, and of --output, and draws when enlarged", async () => {
    const tmux = await terminal(await enrolled(), ["qr", "amazon"], { columns: 40, rows: 20 });
    await tmux.waitFor("40x20", PATIENCE);
    const text = await tmux.screen();
    expect(text).not.toMatch(GLYPHS);
    expect(text).toContain("--output");
    const sizes = Array.from(text.matchAll(/(\d+)x(\d+)/g)).filter(([size]) => size !== "40x20");
    const [[, columns, rows] = []] = sizes;
    expect(sizes).toHaveLength(1);

    await tmux.resize(Number(columns), Number(rows));
    await tmux.until("the code is drawn", async () => GLYPHS.test(await tmux.screen()), PATIENCE);
    expect(parseOtpauthUri(decode(await tmux.screen())).secret.equals(aws.secret)).toBe(true);
    await tmux.press("Enter");
    await tmux.waitFor("exit 0", PATIENCE);
    await expectNothingLeft(tmux, base32Of(aws));
  });

  it("a drawn code follows the window: gone when it gets too small, there again when there is room", async () => {
    const tmux = await terminal(await enrolled(), ["qr", "amazon"]);
    await tmux.waitFor("Scan it", PATIENCE);
    await tmux.resize(40, 24);
    await tmux.waitFor("40x24", PATIENCE);
    expect(await tmux.screen()).not.toMatch(GLYPHS);
    await tmux.resize(100, 40);
    await tmux.until("the code is drawn", async () => GLYPHS.test(await tmux.screen()), PATIENCE);
    expect(parseOtpauthUri(decode(await tmux.screen())).secret.equals(aws.secret)).toBe(true);
    await tmux.press("C-c");
    await tmux.waitFor("exit 130", PATIENCE);
    await expectNothingLeft(tmux, base32Of(aws));
  });
});

async function expectNothingLeft(tmux: Tmux, seed: string): Promise<void> {
  expect(await tmux.alternate()).toBe(false);
  const all = await tmux.scrollback();
  expect(all).not.toMatch(GLYPHS);
  expect(all.replace(/\s/g, "")).not.toContain(seed);
  // The user's earlier output is still there.
  expect(all).toMatch(/^1\n2\n3\n/);
}

/** The two codes that should be shown now, or a step ago. */
function pairsAround(now: number): string[][] {
  const { secret, otp } = example;
  if (otp.type !== "totp") throw new Error("AWS uses TOTP");
  const step = stepAt(otp, now);
  return [step, step - 1].map((one) => [codeOf(secret, otp, one), codeOf(secret, otp, one + 1)]);
}
