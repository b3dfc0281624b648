/**
 * The sheet in a real browser: Chromium prints it to PDF, the pages become pictures, zbarimg reads every QR code back to its
 * URI. And `--print` with an `lp` that keeps its input.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { printToPdf } from "../../src/system/desktop/browser.ts";
import { runTool } from "../../src/system/programs/run-tool.ts";
import { aws, base32Of, github } from "../helpers/accounts.ts";
import { foreignLines } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { pathOf, until } from "../helpers/desktop.ts";
import { computers, leftBy } from "../helpers/enrolling.ts";
import { inside } from "../helpers/inside.ts";
import { needs } from "../helpers/system-packages.ts";
import { testCli } from "../helpers/test-cli.ts";
import { hostile, manyAccounts, SHARES } from "../sheet/pages.ts";

const LONG = 90_000;
const READERS = ["chromium", "pdftoppm", "pdftotext", "zbarimg"];
/** In points, the unit of PDF. */
const SIZES = { a4: [595, 842], letter: [612, 792] } as const;

/** The texts of the QR codes in order, and the text of each page. */
async function printed(html: string): Promise<{ codes: string[]; pages: string[]; size: number[] }> {
  const folder = temporaryFolder();
  const [page, pdf] = [join(folder, "page.html"), join(folder, "page.pdf")];
  writeFileSync(page, html);
  const command = printToPdf("chromium", pathToFileURL(page).href, pdf, join(folder, "profile"));
  await runTool(command, { env: { ...process.env, HOME: folder }, patience: LONG, limit: 1024 * 1024 });
  execFileSync("pdftoppm", ["-gray", "-r", "120", "-png", pdf, join(folder, "page")]);
  const pictures = readdirSync(folder).filter((name) => name.endsWith(".png"));
  const options = ["--quiet", "--nodbus", "--raw", "-Sdisable", "-Sqrcode.enable"];
  const codes = execFileSync("zbarimg", [...options, ...pictures.sort()], { cwd: folder, encoding: "utf8" });
  const text = execFileSync("pdftotext", ["-layout", pdf, "-"], { encoding: "utf8" });
  const box = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(readFileSync(pdf, "latin1")) ?? [];
  return {
    codes: codes.trim().split("\n"),
    pages: text.split("\f").filter((one) => one.trim() !== ""),
    size: [Math.round(Number(box[1])), Math.round(Number(box[2]))],
  };
}

const timesIn = (text: string, part: string): number => text.split(part).length - 1;

describe.skipIf(!needs(...READERS))(`on paper (needs ${READERS.join(", ")})`, { timeout: LONG }, () => {
  // A hostile account: text from outside must remain text on paper, too.
  const wanted = [
    { what: "1 account", accounts: [hostile], paper: "a4" },
    { what: "7 accounts", accounts: manyAccounts(7), paper: "letter" },
    { what: "12 accounts", accounts: manyAccounts(12), paper: "a4" },
  ] as const;
  it.each(wanted)(
    "$what on $paper: every QR code says the URI, no block is split",
    async ({ accounts, paper }) => {
      const cli = testCli({ accounts });
      const { stdout: html } = await cli.run(`sheet --paper ${paper}`);
      const { codes, pages, size } = await printed(html);
      expect(codes.sort()).toEqual(accounts.map((account) => formatOtpauthUri(account)).sort());
      expect(size).toEqual(SIZES[paper]);
      const blocks = pages.map((text) => timesIn(text, "Key / check"));
      expect(blocks.reduce((sum, one) => sum + one, 0)).toBe(accounts.length);
      // Each block starts with a name, which could be anything, and ends with this line.
      expect(pages.map((text) => timesIn(text, "As of 2026-01-31"))).toEqual(blocks);
      expect(Math.min(...blocks)).toBeGreaterThan(0);
      if (accounts.includes(hostile)) expect(pages.join()).toContain("<script>alert(1)</script>");
      for (const [i, text] of pages.entries())
        expect(text.replace(/\s/g, "")).toContain(`${i + 1}/${pages.length}`);
    },
  );

  it("shares: one per page, with all words", async () => {
    const { stdout } = await testCli().run("sheet --shares - --paper letter", { stdin: SHARES.join("\n") });
    const folder = temporaryFolder();
    const [page, pdf] = [join(folder, "page.html"), join(folder, "page.pdf")];
    writeFileSync(page, stdout);
    await runTool(printToPdf("chromium", pathToFileURL(page).href, pdf, join(folder, "profile")), {
      env: { ...process.env, HOME: folder },
      patience: LONG,
      limit: 1024 * 1024,
    });
    const pages = execFileSync("pdftotext", ["-raw", pdf, "-"], { encoding: "utf8" }).split("\f");
    expect(pages.filter((one) => one.trim() !== "")).toHaveLength(SHARES.length);
    for (const [i, share] of SHARES.entries())
      for (const word of share.split(" ")) expect(pages[i]).toMatch(new RegExp(`\\b${word}\\b`));
  });
});

describe.skipIf(!needs("chromium", "pdftotext"))(
  "--print (needs chromium, pdftotext)",
  { timeout: LONG },
  () => {
    const { make, remove } = computers();
    afterAll(remove);

    async function enrolled(programs: Record<string, string>) {
      const spy = join(temporaryFolder(), "spy");
      mkdirSync(spy);
      const computer = make({ SPY: spy, PATH: `${pathOf(programs)}:${process.env.PATH}` });
      for (const account of [github, aws])
        expect((await inside(computer, ["add", "-"], formatOtpauthUri(account))).exitCode).toBe(0);
      return { computer, spy };
    }
    const KEEPING = 'cat >"$SPY/pdf"; { echo "$@"; env; } >"$SPY/said"';

    it("lp gets a PDF through its stdin, no secret in its arguments, and no file stays", async () => {
      const { computer, spy } = await enrolled({ lp: KEEPING });
      const args = ["sheet", "--print", "--printer", "office", "--paper", "letter"];
      const { exitCode, stdout, stderr } = await computer.run(args, { stdin: "empty" });
      expect({ exitCode, stdout, foreign: foreignLines(stderr) }, stderr).toEqual({
        exitCode: 0,
        stdout: "",
        foreign: [],
      });
      expect(leftBy(computer)).toEqual([]);
      const said = readFileSync(join(spy, "said"), "utf8");
      expect(said).toMatch(/^-t twinseed -d office -o media=Letter -\n/);
      expect(said).not.toMatch(/TWINSEED_/);
      const text = execFileSync("pdftotext", ["-layout", join(spy, "pdf"), "-"], { encoding: "utf8" });
      expect(text.replace(/\s/g, "")).toContain(base32Of(aws));
      expect(text).toMatch(/Recovery\s+sheet/);
    });

    it("a printer that refuses: said in its own words, and no file stays", async () => {
      // Only the parts of a PDF that twinseed checks.
      const chromium = `for page in "$@"; do case $page in --print-to-pdf=*) pdf=\${page#*=};; esac; done
title=$(sed -n "s|.*<title>\\(.*\\)</title>.*|\\1|p" "\${page#file://}")
echo "%PDF-1.7 ($title)" >"$pdf"`;
      const refusing = 'cat >/dev/null; echo "lp: Error - unknown destination" >&2; exit 1';
      const { computer } = await enrolled({ lp: refusing, chromium });
      const { exitCode, stderr } = await computer.run(["sheet", "--print", "--device", "safe"], {
        stdin: "empty",
      });
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: expect.stringContaining("lp: Error - unknown destination"),
      });
      expect(leftBy(computer)).toEqual([]);
      expect((await computer.run(["device", "list"], { stdin: "empty" })).stdout).not.toContain("safe");
    });

    const SLOW =
      'for page in "$@"; do :; done; ls -ld "$PWD" "$PWD"/* >"$SPY/ls"; echo $$ >"$SPY/pid~"; mv "$SPY/pid~" "$SPY/pid"; exec sleep 60';
    const foldersOf = ({ home }: { home: string }): string[] =>
      readdirSync(home).filter((name) => name.startsWith("twinseed-print-"));

    it("SIGTERM while the browser is at work: a private folder until then, and none stays", async () => {
      const chromium = SLOW;
      const { computer, spy } = await enrolled({ lp: KEEPING, chromium });
      const printing = computer.start(["sheet", "--print"], { stdin: "empty" });
      await until("the browser runs", () => existsSync(join(spy, "pid")));
      expect(foldersOf(computer)).toHaveLength(1);
      expect(readFileSync(join(spy, "ls"), "utf8")).toMatch(/^drwx------ [\s\S]*^-rw------- /m);
      process.kill(printing.pid, "SIGTERM");
      expect(await printing.ended).toMatchObject({ exitCode: null, signal: "SIGTERM" });
      expect(leftBy(computer)).toEqual([]);
      expect(existsSync(join(spy, "pdf"))).toBe(false);
    });

    it("SIGKILL left all seeds in a file for good: the next run takes it away", async () => {
      const { computer, spy } = await enrolled({ lp: KEEPING, chromium: SLOW });
      const printing = computer.start(["sheet", "--print"], { stdin: "empty" });
      await until("the browser runs", () => existsSync(join(spy, "pid")));
      printing.kill("SIGKILL");
      await printing.ended;
      try {
        process.kill(Number(readFileSync(join(spy, "pid"), "utf8")), "SIGKILL");
      } catch {
        // It ended with its process group.
      }
      expect(foldersOf(computer)).toHaveLength(1);
      const broken = { PATH: `${pathOf({ lp: KEEPING, chromium: "exit 1" })}:${computer.env.PATH}` };
      await computer.run(["sheet", "--print"], { stdin: "empty", env: broken });
      expect(foldersOf(computer)).toEqual([]);
    });
  },
);
