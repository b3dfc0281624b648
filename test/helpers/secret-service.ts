/**
 * A private Secret Service: a separate session bus with gnome-keyring on it, in a folder that is deleted afterwards. Nothing that
 * belongs to the person who runs the tests is touched.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

export const SECRET_SERVICE_PROGRAMS = ["dbus-daemon", "dbus-send", "gnome-keyring-daemon", "secret-tool"];

export interface SecretService {
  /** For a process that should find only this bus. */
  readonly env: Record<string, string>;
  /** Takes the place of /run/user: the bus listens on UID/bus in it. */
  readonly runtimeFolder: string;
  /** Stops gnome-keyring and starts it again. */
  restart(state: "unlocked" | "locked"): Promise<void>;
  /** Whether it has ended on its own. */
  hasEnded(): boolean;
  /** Kills it (SIGKILL). For the next client, the bus starts another one, which is locked. */
  kill(): Promise<void>;
  /** Suspends it (SIGSTOP), or resumes it. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

export interface SecretServiceOptions {
  /** "locked" is an empty keyring at first; "none" is a bus without a Secret Service. */
  readonly state: "unlocked" | "locked" | "none";
  /** An X display for its windows. Without one it can't prompt, and refuses at once. */
  readonly display?: string;
}

/** A session bus that starts nothing on demand. */
const BUS_WITHOUT_SERVICES = `<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>`;

export async function startSecretService({ state, display }: SecretServiceOptions): Promise<SecretService> {
  const folder = mkdtempSync(join(tmpdir(), "twinseed-keyring-"));
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? "",
    HOME: folder,
    XDG_DATA_HOME: folder,
    XDG_CONFIG_HOME: folder,
    XDG_CACHE_HOME: folder,
    XDG_RUNTIME_DIR: folder,
    NO_AT_BRIDGE: "1",
    ...(display === undefined ? {} : { DISPLAY: display }),
  };
  const config = join(folder, "bus.conf");
  writeFileSync(config, BUS_WITHOUT_SERVICES);
  const kind = state === "none" ? `--config-file=${config}` : "--session";
  mkdirSync(join(folder, String(userInfo().uid)));
  const address = `--address=unix:path=${folder}/${userInfo().uid}/bus`;
  const bus = spawn("dbus-daemon", [kind, address, "--nofork", "--nopidfile", "--print-address=1"], {
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  env.DBUS_SESSION_BUS_ADDRESS = await firstLine(bus.stdout);

  let daemon: ChildProcess | undefined;
  const start = async (wanted: "unlocked" | "locked"): Promise<void> => {
    const how = wanted === "unlocked" ? "--unlock" : "--start";
    daemon = spawn("gnome-keyring-daemon", [how, "--foreground", "--components=secrets"], {
      env,
      stdio: ["pipe", "ignore", "ignore"],
    });
    daemon.stdin?.end("a test's password");
    await until(() => isOnBus(env), "gnome-keyring to come up");
  };
  const end = async (): Promise<void> => {
    if (daemon) await ended(daemon);
    await until(async () => !(await isOnBus(env)) || killOwner(env), "gnome-keyring to go");
  };

  if (state !== "none") await start(state);
  return {
    env,
    runtimeFolder: folder,
    hasEnded: () => daemon !== undefined && (daemon.exitCode ?? daemon.signalCode) !== null,
    async kill() {
      if (daemon) await ended(daemon);
    },
    async restart(wanted) {
      await end();
      await start(wanted);
    },
    freeze: () => void daemon?.kill("SIGSTOP"),
    thaw: () => void daemon?.kill("SIGCONT"),
    async stop() {
      await end();
      await ended(bus);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A virtual screen. Returns its name, such as ":3". */
export async function startDisplay(): Promise<{ name: string; stop(): Promise<void> }> {
  const screen = spawn("Xvfb", ["-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  return { name: `:${await firstLine(screen.stdout)}`, stop: () => ended(screen) };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

async function firstLine(stream: Readable): Promise<string> {
  let text = "";
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.includes("\n")) break;
  }
  return text.split("\n")[0] ?? "";
}

async function isOnBus(env: Record<string, string>): Promise<boolean> {
  return (await ask(env, "NameHasOwner")).includes("boolean true");
}

/** Also kills one that the bus has started itself. Does not wait for its end, and so returns false. */
async function killOwner(env: Record<string, string>): Promise<false> {
  try {
    const [, pid] = /uint32 (\d+)/.exec(await ask(env, "GetConnectionUnixProcessID")) ?? [];
    if (pid !== undefined) process.kill(Number(pid), "SIGKILL");
  } catch {
    // It has ended in the meantime.
  }
  return false;
}

async function ask(env: Record<string, string>, question: string): Promise<string> {
  const method = `org.freedesktop.DBus.${question}`;
  const call = ["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/", method];
  return (await run("dbus-send", [...call, "string:org.freedesktop.secrets"], { env })).stdout;
}

async function until(isTrue: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`waited 60 s for ${what}`);
    await pause(10);
  }
}
