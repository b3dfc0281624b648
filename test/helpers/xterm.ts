/**
 * Screenshots of a real terminal: xterm on its own display, captured once a command has drawn.
 * Nothing waits for a fixed time; if something does not happen within LIMIT, that is an error.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

/** What `screenshot` runs, for `describe.skipIf(!needs(...XTERM_NEEDS))`. */
export const XTERM_NEEDS = ["xterm", "Xvfb", "import", "script"];

export interface TerminalSession {
  readonly command: readonly string[];
  /** The last text that the command prints. After that, the picture is taken as soon as it stops changing. */
  readonly ready: string;
  readonly columns: number;
  readonly rows: number;
  /** X colors, such as "black" or "#fdf6e3". */
  readonly foreground: string;
  readonly background: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly fontSize?: number;
  readonly padding?: number;
}

const LIMIT = 30_000;
const PAUSE = 100;
/** How many pictures in a row must be equal, since the computer may be busy with other tests. */
const STILL = 3;

/** The terminal's window as a PNG file's bytes. */
export async function screenshot(session: TerminalSession): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "twinseed-xterm-"));
  const started: ChildProcess[] = [];
  try {
    const server = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1920x1440x24", "-nolisten", "tcp"], {
      stdio: ["ignore", "ignore", "ignore", "pipe"],
    });
    started.push(server);
    const display = `:${await firstLine(server)}`;
    started.push(startXterm(session, display, folder));
    const output = join(folder, "output");
    const hasDrawn = () => existsSync(output) && readFileSync(output, "utf8").includes(session.ready);
    await until(hasDrawn, () => `"${session.ready}" was never printed`);
    return await stillPicture(display, readFileSync(join(folder, "window"), "utf8"));
  } finally {
    for (const child of started.reverse()) await end(child);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** script(1) copies the terminal's output to a file, from which we see when the command is done. */
function startXterm(session: TerminalSession, display: string, folder: string): ChildProcess {
  const { columns, rows, foreground, background, command, env = {}, fontSize = 9, padding = 0 } = session;
  const look = ["-fa", "DejaVu Sans Mono", "-fs", `${fontSize}`, "-fg", foreground, "-bg", background];
  const frame = ["-geometry", `${columns}x${rows}+0+0`, "-b", `${padding}`, "-bw", "0", "+sb", "-hold"];
  const inside = `printf %s "$WINDOWID" > "$0/window"; exec script -qfec "$1" "$0/output"`;
  return spawn(
    "xterm",
    ["-u8", "-tn", "xterm-256color", ...look, ...frame, "-e", "sh", "-c", inside, folder, shellLine(command)],
    {
      stdio: "ignore",
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        LANG: "C.UTF-8",
        SHELL: "/bin/sh",
        ...env,
        DISPLAY: display,
      },
    },
  );
}

function shellLine(command: readonly string[]): string {
  return command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}

async function firstLine(server: ChildProcess): Promise<string> {
  let text = "";
  server.stdio[3]?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  await until(
    () => text.includes("\n"),
    () => "Xvfb did not start",
  );
  return text.trim();
}

async function stillPicture(display: string, window: string): Promise<Buffer> {
  const run = promisify(execFile);
  const pictures: Buffer[] = [];
  const isStill = async () => {
    const { stdout } = await run("import", ["-display", display, "-window", window, "-strip", "png:-"], {
      encoding: "buffer",
      maxBuffer: 64e6,
    });
    pictures.push(stdout);
    const last = pictures.slice(-STILL);
    return last.length === STILL && last.every((picture) => picture.equals(stdout));
  };
  await until(isStill, () => "the terminal never stopped changing");
  return pictures.at(-1) ?? Buffer.alloc(0);
}

async function until(isSo: () => boolean | Promise<boolean>, problem: () => string): Promise<void> {
  const end = Date.now() + LIMIT;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(problem());
    await pause(PAUSE);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}
