/** Live codes in a real terminal (tmux): the real program, its keys, and what it leaves behind. */
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, bank, counting, github, key, steam } from "../helpers/accounts.ts";
import { type Computer, computerIn, PROGRAM } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { until } from "../helpers/desktop.ts";
import { inside } from "../helpers/inside.ts";
import { needs } from "../helpers/system-packages.ts";
import { startTmux, TMUX_NEEDS, type Tmux, type TmuxOptions } from "../helpers/tmux.ts";

const LONG = 90_000;
const PATIENCE = 30_000;
const accounts = [
  aws,
  bank,
  github,
  steam,
  { ...bank, issuer: "日本銀行", label: "東京👍", secret: key("JBSWY3DPEHPK3PXP") },
];

async function enrolled(env: Record<string, string> = {}): Promise<Computer> {
  const TWINSEED_KEY = randomBytes(32).toString("base64");
  const computer = computerIn(temporaryFolder(), { TWINSEED_STORE: "file", TWINSEED_KEY, ...env });
  for (const account of [...accounts, counting]) {
    const { exitCode } = await inside(computer, ["add", "-"], formatOtpauthUri(account));
    expect(exitCode).toBe(0);
  }
  return computer;
}

/** In a shell with earlier output, which prints how the program ended and whether keys are echoed again. */
async function terminal(computer: Computer, args: readonly string[], options?: TmuxOptions): Promise<Tmux> {
  const settings = Object.entries(computer.env).map(([name, value]) => `${name}="${value}"`);
  const env = ["env", "-i", 'TERM="$TERM"', ...settings].join(" ");
  const program = `sh -c 'echo $$ >${pidFile(computer)}; exec ${env} ${[...PROGRAM, ...args].join(" ")}'`;
  const state = `$(stty -a | tr " ;" "\\n\\n" | grep -x -e -*echo -e -*icanon)`;
  const tmux = await startTmux(`seq 1 40; ${program}; echo "exit $?"; echo "tty:" ${state}`, options);
  onTestFinished(() => tmux.stop());
  return tmux;
}

const pidFile = ({ home }: Computer) => join(home, "pid");

function openFiles(computer: Computer): number {
  return readdirSync(`/proc/${readFileSync(pidFile(computer), "utf8").trim()}/fd`).length;
}

/** Names and their codes, as on the screen. */
function codesOn(screen: string): Record<string, string> {
  const rows = screen.matchAll(/^[> ][✓ ](\w{5,10}) +(\S.*?) +\d+ devices?!? /gm);
  return Object.fromEntries(Array.from(rows, ([, code = "", name = ""]) => [name, code]));
}

async function codesOf(computer: Computer): Promise<Record<string, string>> {
  const { stdout } = await inside(computer, ["code"]);
  const rows = stdout.trimEnd().split("\n");
  return Object.fromEntries(rows.map((row) => [row.replace(/^\S+ +/, ""), row.split(" ")[0] ?? ""]));
}

/** Tries again if a step ended in between. */
async function expectRightCodes(tmux: Tmux, computer: Computer): Promise<void> {
  let shown: Record<string, string> = {};
  await tmux.until("the codes are those of code", async () => {
    const before = await codesOf(computer);
    shown = codesOn(await tmux.screen());
    // The screen truncates the longest name.
    const right = Object.entries(shown).filter(([name, code]) =>
      Object.entries(before).some(([whole, one]) => one === code && sameName(whole, name)),
    );
    return right.length === accounts.length;
  });
  expect(Object.keys(shown)).toHaveLength(accounts.length);
}

function sameName(whole: string, cut: string): boolean {
  const [head = "", tail] = cut.split("…");
  return tail === undefined ? whole === cut : whole.startsWith(head) && whole.endsWith(tail);
}

async function expectNothingLeft(tmux: Tmux, exit: string): Promise<void> {
  await tmux.waitFor("tty: icanon echo", PATIENCE);
  expect(await tmux.alternate()).toBe(false);
  const all = await tmux.scrollback();
  // For some signals, the shell itself prints a word.
  expect(all.split(/\n(?:Hangup|Terminated)?\n?(?=exit)/)[0]).toBe(
    Array.from({ length: 40 }, (_, i) => i + 1).join("\n"),
  );
  expect(all).toContain(exit);
}

describe.skipIf(!needs(...TMUX_NEEDS))("twinseed watch in a terminal (needs tmux)", { timeout: LONG }, () => {
  it("shows the codes of `code`, moves on with the time, narrows, and leaves nothing behind", async () => {
    const computer = await enrolled();
    const tmux = await terminal(computer, ["watch"]);
    await tmux.waitFor("q quits", PATIENCE);
    expect(await tmux.alternate()).toBe(true);
    await expectRightCodes(tmux, computer);
    const seconds = new Set<string>();
    const before = process.platform === "linux" ? openFiles(computer) : 0;
    await tmux.until("three seconds are seen", async () => {
      seconds.add(/octocat .* (\d+)s$/m.exec(await tmux.screen())?.[1] ?? "");
      return seconds.size > 3;
    });
    // watch may run all day: it must not leak open files.
    if (process.platform === "linux") expect(openFiles(computer)).toBe(before);

    await tmux.type("q");
    await expectNothingLeft(tmux, "exit 0");
  });

  it("filters, moves with the arrow keys, follows the window, and Esc clears before it quits", async () => {
    const tmux = await terminal(await enrolled(), ["watch"]);
    await tmux.waitFor("q quits", PATIENCE);
    await tmux.press("Down", "Down");
    await tmux.waitFor(/^> \S+ +GitHub:octocat/m);
    await tmux.press("Up");
    await tmux.waitFor(/^> \S+ +Bücher/m);
    await tmux.type("東");
    await tmux.waitFor("1 account");
    expect(Object.keys(codesOn(await tmux.screen()))).toEqual(["日本銀行:東京👍"]);
    await tmux.press("BSpace");
    await tmux.paste("GIT hub q");
    await tmux.waitFor("no account matches");
    await tmux.press("Escape");
    await tmux.waitFor("6 accounts");
    await tmux.resize(40, 10);
    await tmux.waitFor("q: quit");
    for (const line of (await tmux.screen()).split("\n")) expect(line.length).toBeLessThanOrEqual(40);
    expect(await tmux.screen()).toMatch(/^ {2}\S+ +日本銀…京👍 +1! {3}━+ +\d+s$/m);
    await tmux.press("Escape");
    await tmux.waitFor("exit 0", PATIENCE);
    await tmux.waitFor("tty: icanon echo");
    expect(await tmux.scrollback()).not.toMatch(/octocat|Filter/);
  });

  it.each([
    ["C-c", "exit 130"],
    ["SIGTERM", "exit 143"],
    ["SIGHUP", "exit 129"],
  ])("%s leaves nothing behind", async (how, exit) => {
    const computer = await enrolled();
    const tmux = await terminal(computer, ["watch"]);
    await tmux.waitFor("q quits", PATIENCE);
    await tmux.type("git");
    await tmux.waitFor("Filter: git_");
    if (how === "C-c") await tmux.press(how);
    else process.kill(Number(readFileSync(pidFile(computer), "utf8")), how);
    await expectNothingLeft(tmux, exit);
  });

  it("continues after Ctrl-Z with the codes of that time", async () => {
    const computer = await enrolled();
    // Otherwise bash would write its history there while the folder is being removed.
    const env = { ...computer.env, HISTFILE: "/dev/null" };
    const tmux = await startTmux("bash --norc --noprofile -i", { env });
    onTestFinished(() => tmux.stop());
    await tmux.waitFor(/^bash-.*[$#]$/);
    await tmux.type(`${PROGRAM.join(" ")} watch`);
    await tmux.press("Enter");
    await tmux.waitFor("q quits", PATIENCE);
    await tmux.press("C-z");
    await tmux.waitFor("Stopped");
    expect(await tmux.scrollback()).not.toContain("octocat");
    await tmux.type("fg");
    await tmux.press("Enter");
    await tmux.waitFor("q quits");
    await expectRightCodes(tmux, computer);
    await tmux.type("q");
    await tmux.until("it is left", async () => !(await tmux.alternate()));
  });

  it("a counter-based account shows a code only after Enter", async () => {
    const computer = await enrolled();
    const tmux = await terminal(computer, ["watch", "Token"]);
    await tmux.waitFor("press Enter", PATIENCE);
    await tmux.press("Enter");
    // There is no desktop here, and the terminal may not take it: the code is shown, because it is used up.
    await tmux.waitFor("755224");
    await tmux.waitFor("to your terminal's clipboard");
    await tmux.type("q");
    await expectNothingLeft(tmux, "exit 0");
    expect((await computer.run(["code", "Token"])).stdout).toBe("287082\n");
  });
});

describe.skipIf(!needs(...TMUX_NEEDS, "Xvfb", "xclip"))(
  "twinseed watch and the clipboard (needs tmux, Xvfb, xclip)",
  { timeout: LONG },
  () => {
    it("Enter copies the code that is shown", async () => {
      const server = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "640x480x24", "-nolisten", "tcp"], {
        stdio: ["ignore", "ignore", "ignore", "pipe"],
      });
      onTestFinished(() => void server.kill());
      const pipe = server.stdio[3];
      if (pipe === null || pipe === undefined) throw new Error("no pipe");
      const [number] = await once(pipe, "data");
      const DISPLAY = `:${String(number).trim()}`;
      const computer = await enrolled({ DISPLAY });
      // Of half a minute, the code would now and then be another one by the time we look.
      const otp = { type: "totp", algorithm: "SHA1", digits: 6, period: 86_400 } as const;
      await inside(computer, ["add", "-"], formatOtpauthUri({ ...github, label: "slow", otp }));
      const tmux = await terminal(computer, ["watch"]);
      await tmux.waitFor("q quits", PATIENCE);
      await tmux.type("slow");
      await tmux.waitFor("1 account");
      await tmux.press("Enter");
      const screen = await tmux.waitFor('copied the code of "GitHub:slow"', PATIENCE);
      const copied = execFileSync("xclip", ["-selection", "clipboard", "-out"], {
        env: { PATH: process.env.PATH, DISPLAY },
        encoding: "utf8",
      });
      expect(screen).toContain(`>✓${copied} `);
      await tmux.press("Escape");
      await tmux.waitFor("7 accounts");
      await tmux.type("q");
      await expectNothingLeft(tmux, "exit 0");
    });
  },
);

describe("twinseed watch --plain", { timeout: LONG }, () => {
  it("needs no terminal, and ends when its reader goes away or it is interrupted", async () => {
    const computer = await enrolled();
    const { exitCode, stderr } = await computer.run(["watch"]);
    expect({ exitCode, hint: stderr.split("\n")[1] }).toEqual({
      exitCode: 2,
      hint: "twinseed: hint: print lines instead: twinseed watch --plain",
    });
    const running = computer.start(["watch", "--plain"], { stdin: "empty" });
    await until("it has printed", () => running.printed().endsWith("\n"));
    process.kill(running.pid, "SIGINT");
    const ended = await running.ended;
    expect(ended.signal).toBe("SIGINT");
    const codes = await codesOf(computer);
    const lines = ended.stdout.trimEnd().split("\n").filter(Boolean);
    expect(lines.length % accounts.length).toBe(0);
    for (const line of lines) expect(line).toMatch(/^\S{5,8} +\d+ s {2}\S/);
    expect(lines.slice(0, accounts.length).map((line) => line.replace(/^\S+ +\d+ s {2}/, ""))).toEqual(
      Object.keys(codes),
    );
    // There is no reader at all, which the first write reports.
    const unread = await computer.run(["watch", "--plain"], {
      redirect: "| head -0",
      stdin: "empty",
      timeout: 60_000,
    });
    expect(unread).toMatchObject({ exitCode: 0, stdout: "" });
    expect(unread.ms).toBeLessThan(32_000);
  });
});
