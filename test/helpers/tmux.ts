/**
 * Runs a command in a real terminal (tmux, with a separate server for each), reads its screen and types into it.
 * Nothing waits for a fixed time. If something does not appear within a time limit, the error shows the screen.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startShell } from "./shell.ts";

/** What `startTmux` runs, for `describe.skipIf(!needs(...TMUX_NEEDS))`. */
export const TMUX_NEEDS = ["tmux"];

const BOUND = 60_000;
/** Each check starts a process, which slows down the program under test. */
const PAUSE = 50;

export interface TmuxOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Tmux {
  /** tmux's key names: "Enter", "C-c", "C-u". */
  press(...keys: string[]): Promise<void>;
  /** Types the text, and the keys after it. */
  type(text: string, ...keys: string[]): Promise<void>;
  /** Pastes as a terminal does: all at once, with line breaks as Enter. */
  paste(text: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** A tmux option of this window, such as "alternate-screen". */
  set(option: string, value: string): Promise<void>;
  /** The visible text, without trailing spaces and trailing empty lines. */
  screen(): Promise<string>;
  /** The visible lines with their colors, as SGR sequences, and with trailing spaces. */
  cells(): Promise<string>;
  /** The visible text and what has scrolled away. */
  scrollback(): Promise<string>;
  /** The same, with the lines together again that the terminal has broken. */
  lines(): Promise<string>;
  /** The title that the program has set. */
  title(): Promise<string>;
  /** A command that shows the same screen on another terminal, which can't type. */
  readonly mirror: readonly string[];
  /** Whether the program is on the alternate screen. */
  alternate(): Promise<boolean>;
  /** The screen, once `wanted` is on it. */
  waitFor(wanted: string | RegExp, bound?: number): Promise<string>;
  /** Polls anything else. */
  until(what: string, done: () => Promise<boolean>, bound?: number): Promise<void>;
  stop(): Promise<void>;
}

/** Runs a shell command. The screen stays when it has ended (`...; echo "exit $?"` shows when and how). */
export async function startTmux(
  command: string,
  { columns = 80, rows = 24, env = {} }: TmuxOptions = {},
): Promise<Tmux> {
  const folder = mkdtempSync(join(tmpdir(), "twinseed-tmux-"));
  const shell = startShell();
  const tmux = (...args: string[]): Promise<string> =>
    shell.run("tmux", "-S", join(folder, "socket"), "-f", "/dev/null", "-u", ...args);
  const settings = Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
  // The options are set before the command starts, in the one call that also starts the server.
  await tmux(
    ...["start-server", ";", "set", "-g", "default-shell", "/bin/sh", ";", "set", "-g", "status", "off", ";"],
    ...["set", "-g", "history-limit", "10000", ";"],
    ...["new-session", "-d", "-x", String(columns), "-y", String(rows), ...settings, lasting(command)],
  );
  const capture = async (...args: string[]): Promise<string> =>
    (await tmux("capture-pane", "-p", ...args)).replace(/[ \t]+$/gm, "").trimEnd();
  const ask = async (format: string): Promise<string> => (await tmux("display", "-p", format)).trim();

  async function until(what: string, done: () => Promise<boolean>, bound = BOUND): Promise<void> {
    const end = Date.now() + bound;
    while (!(await done())) {
      if (Date.now() > end)
        throw new Error(`${what}: timed out after ${bound} ms. The screen:\n${await capture()}`);
      await pause(PAUSE);
    }
  }
  return {
    async press(...keys) {
      await tmux("send-keys", ...keys);
    },
    async type(text, ...keys) {
      await tmux("send-keys", "-l", text, ...(keys.length > 0 ? [";", "send-keys", ...keys] : []));
    },
    async paste(text) {
      await tmux("set-buffer", "--", text);
      await tmux("paste-buffer");
    },
    async resize(width, height) {
      await tmux("resize-window", "-x", String(width), "-y", String(height));
    },
    async set(option, value) {
      await tmux("set-option", "-g", option, value);
    },
    screen: () => capture(),
    cells: () => tmux("capture-pane", "-p", "-e", "-N"),
    scrollback: () => capture("-S", "-"),
    lines: () => capture("-J", "-S", "-"),
    title: () => ask("#{pane_title}"),
    mirror: ["tmux", "-S", join(folder, "socket"), "-u", "attach", "-r", "-f", "ignore-size"],
    alternate: async () => (await ask("#{alternate_on}")) === "1",
    async waitFor(wanted, bound = BOUND) {
      let seen = "";
      const isThere = (): boolean => (typeof wanted === "string" ? seen.includes(wanted) : wanted.test(seen));
      await until(
        `waiting for ${wanted}`,
        async () => {
          seen = await capture();
          return isThere();
        },
        bound,
      );
      return seen;
    },
    until,
    async stop() {
      await tmux("kill-server").catch(() => {});
      shell.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// tmux can lose the last output of a command that ends, so the shell keeps running. Ctrl-C must reach only the command.
function lasting(command: string): string {
  return `trap : INT QUIT; ${command}\nexec tail -f /dev/null`;
}
