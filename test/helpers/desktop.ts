/** Headless graphical sessions for a test: an X server, a Wayland compositor. */
import { type ChildProcess, spawn } from "node:child_process";
import {
  chownSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { temporaryFolder } from "./child.ts";
import { whereIs } from "./system-packages.ts";

const LIMIT = 60_000;
const PAUSE = 50;
const NOBODY = 65534;

export interface Desktop {
  /** The variables for connecting to it: DISPLAY, or XDG_RUNTIME_DIR and WAYLAND_DISPLAY. */
  readonly session: Readonly<Record<string, string>>;
  /** The complete environment of a program on it. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts a program on it, which is stopped with it. */
  start(command: string, ...args: string[]): void;
  stop(): Promise<void>;
}

export async function startX(size = "1920x1080"): Promise<Desktop> {
  // Otherwise it resets whenever its last client disconnects.
  const options = ["-noreset", "-nolisten", "tcp", "-screen", "0", `${size}x24`];
  const server = spawn("Xvfb", ["-displayfd", "3", ...options], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  let display = "";
  server.stdio[3]?.on("data", (text: Buffer) => {
    display += text;
  });
  await until("Xvfb is up", () => display.endsWith("\n"));
  return desktopOf(server, newHome(), { DISPLAY: `:${display.trim()}` });
}

/** sway, which refuses to run as root, with a picture as its background. */
export async function startWayland(picture: string, size = "1920x1080"): Promise<Desktop> {
  const folder = newHome();
  const config = join(folder, "config");
  copyFileSync(picture, join(folder, "picture.png"));
  writeFileSync(
    config,
    `output * resolution ${size}\noutput * bg ${join(folder, "picture.png")} center #ffffff\n`,
  );
  const isRoot = process.getuid?.() === 0;
  if (isRoot) for (const name of [folder, config]) chownSync(name, NOBODY, NOBODY);
  const server = spawn("sway", ["--config", config], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      XDG_RUNTIME_DIR: folder,
      WLR_BACKENDS: "headless",
      WLR_RENDERER: "pixman",
      WLR_LIBINPUT_NO_DEVICES: "1",
    },
    stdio: "ignore",
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  const socket = () => readdirSync(folder).find((name) => /^wayland-\d+$/.test(name));
  await until("sway is up", () => socket() !== undefined);
  return desktopOf(server, folder, { XDG_RUNTIME_DIR: folder, WAYLAND_DISPLAY: socket() ?? "" });
}

function newHome(): string {
  return mkdtempSync(join(tmpdir(), "twinseed-desktop-"));
}

function desktopOf(server: ChildProcess, home: string, session: Readonly<Record<string, string>>): Desktop {
  const children: ChildProcess[] = [server];
  const env = { PATH: process.env.PATH ?? "", HOME: home, ...session };
  return {
    session,
    env,
    start(command, ...args) {
      children.push(spawn(command, args, { env, stdio: "ignore", detached: true }));
    },
    async stop() {
      for (const child of children.reverse()) await end(child);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Also stops everything that it started, if it has its own process group. */
async function end(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
  await ended;
}

export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + LIMIT;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`timed out waiting until ${what}`);
    await pause(PAUSE);
  }
}

/** A folder for PATH with only these programs: the system's own (true), or shell scripts. */
export function pathOf(programs: Readonly<Record<string, string | true>>): string {
  const folder = temporaryFolder();
  for (const [name, script] of Object.entries(programs)) {
    if (script === true) symlinkSync(whereIs(name) ?? "", join(folder, name));
    else writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return folder;
}
