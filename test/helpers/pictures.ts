/**
 * The pictures of the README: the real program in a real terminal (tmux), whose screen Chromium draws; and a sheet. The program runs
 * with a fixed clock and host name, so that the same program makes the same text.
 */
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
import { join, resolve } from "node:path";
import { crc32, deflateSync, inflateSync } from "node:zlib";
import { chromium } from "./chromium.ts";
import { terminalPage } from "./terminal-page.ts";
import { startTmux, type Tmux } from "./tmux.ts";

export interface Picture {
  readonly name: string;
  /** What it shows, line by line. */
  readonly text: string;
  /** As an HTML page, in light and in dark. */
  readonly page: string;
  readonly width: number;
  readonly height: number;
}

export const PICTURE_NEEDS = ["tmux", "chromium"];

const COLUMNS = 84;
const NOW = "2026-02-03T09:00:13Z";
const FIXED = `Date.now = () => ${Date.parse(NOW)}; require("node:os").hostname = () => "laptop";\n`;
const SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; // RFC 6238's, which is no one's
const OTHERS = ["GitHub:octocat", "npm:alice"].map(
  (name) =>
    `otpauth://totp/${name}?secret=${SEED.slice(0, 26)}${name.length % 2 ? "AA" : "BB"}QQQQ&issuer=${name.split(":")[0]}`,
);

/** A computer with only the screenshot; `type` runs a line as if typed, and waits for what it shows. */
async function computer() {
  const home = mkdtempSync(join(tmpdir(), "twinseed-picture-"));
  mkdirSync(join(home, "bin"));
  writeFileSync(join(home, "bin/fixed.cjs"), FIXED);
  const program = `#!/bin/sh\nexec ${process.execPath} -r ${home}/bin/fixed.cjs ${resolve("bin/twinseed.js")} "$@"\n`;
  writeFileSync(join(home, "bin/twinseed"), program);
  chmodSync(join(home, "bin/twinseed"), 0o755);
  copyFileSync("examples/aws-virtual-mfa.png", join(home, "screenshot.png"));
  const env = {
    ...{
      HOME: home,
      XDG_RUNTIME_DIR: home,
      PATH: `${home}/bin:/usr/bin:/bin`,
      LANG: "C.UTF-8",
      HISTFILE: "/dev/null",
      COLORTERM: "truecolor",
    },
    ...{ TWINSEED_STORE: "file", TWINSEED_KEY: Buffer.alloc(32, 7).toString("base64") },
  };
  const settings = Object.entries(env).map(([name, value]) => `${name}="${value}"`);
  const open: Tmux[] = [];
  return {
    home,
    async terminal(rows: number): Promise<Tmux> {
      const shell = `cd ${home}; exec env -i TERM="$TERM" ${settings.join(" ")} PS1='$ ' bash --norc`;
      const tmux = await startTmux(shell, { columns: COLUMNS, rows });
      open.push(tmux);
      await tmux.waitFor("$");
      return tmux;
    },
    async end() {
      for (const tmux of open) await tmux.stop();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Everything on the screen, in the order of the README. */
export async function takePictures(): Promise<Picture[]> {
  const { home, terminal, end } = await computer();
  const shown = async (name: string, tmux: Tmux): Promise<Picture> => {
    const text = await tmux.screen();
    return { name, text, ...terminalPage(await tmux.cells(), text.split("\n").length, COLUMNS) };
  };
  try {
    const story = await terminal(30);
    await story.type("twinseed add screenshot.png --name aws-root", "Enter");
    await story.waitFor("[y/N]");
    await story.type("y", "Enter");
    await story.waitFor("[Y/n]");
    await story.type("n", "Enter");
    await story.waitFor(/\n\$$/);
    await story.type("twinseed code aws-root", "Enter");
    await story.waitFor(/\n\d{6}.*\n(.*\n)*\$$/);
    const pictures = [await shown("story", story)];

    const qr = await terminal(42);
    await qr.type("twinseed qr aws-root", "Enter");
    await qr.waitFor("Scan it");
    pictures.push(await shown("qr", qr));
    await qr.press("C-c");

    const audit = await terminal(30);
    await audit.type(
      `printf '%s\\n' ${OTHERS.map((uri) => `'${uri}'`).join(" ")} | twinseed add - >/dev/null 2>&1; clear`,
      "Enter",
    );
    await audit.waitFor(/^\$$/);
    await audit.type("twinseed audit", "Enter");
    await audit.waitFor(/at risk\n\$$/);
    pictures.push(await shown("audit", audit));

    const watch = await terminal(12);
    await watch.type("twinseed watch", "Enter");
    await watch.waitFor("q quits");
    pictures.push(await shown("watch", watch));
    await watch.press("C-c");

    const sheet = await terminal(12);
    await sheet.type("twinseed sheet aws-root --output sheet.html; echo done", "Enter");
    await sheet.waitFor(/^done/m);
    // The hash of the recovery page is another one with each change of that page.
    const page = readFileSync(join(home, "sheet.html"), "utf8").replace(/\b[0-9a-f]{64}\b/, "…");
    return [...pictures, { name: "sheet", page, text: await textOf(page), width: 760, height: 560 }];
  } finally {
    await end();
  }
}

/** As people see it. */
async function textOf(page: string): Promise<string> {
  const browser = await chromium();
  try {
    await browser.open(`data:text/html;base64,${Buffer.from(page).toString("base64")}`);
    return String(await browser.evaluate("document.body.innerText")).trim();
  } finally {
    await browser.close();
  }
}

export async function draw({ page, width, height }: Picture, dark: boolean): Promise<Buffer> {
  const browser = await chromium({ width, height, dark });
  try {
    await browser.open(`data:text/html;base64,${Buffer.from(page).toString("base64")}`);
    return await browser.screenshot();
  } finally {
    await browser.close();
  }
}

const KEYWORD = "Shown\0";

/** The picture with its text in it (a zTXt chunk before the last one), so that one can't be exchanged without the other. */
export function withText(png: Buffer, text: string): Buffer {
  const body = Buffer.concat([Buffer.from(`zTXt${KEYWORD}\0`), deflateSync(text)]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  const end = png.length - 12; // IEND
  return Buffer.concat([png.subarray(0, end), chunk, png.subarray(end)]);
}

/** undefined if there is none. */
export function textIn(png: Buffer): string | undefined {
  const at = png.lastIndexOf(`zTXt${KEYWORD}`);
  if (at < 0) return undefined;
  const start = at + 4 + KEYWORD.length + 1;
  return inflateSync(png.subarray(start, at + 4 + png.readUInt32BE(at - 4))).toString("utf8");
}
