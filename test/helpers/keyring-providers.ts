/** KWallet and KeePassXC, each for real on a private bus and a virtual screen, where a pretended person answers their windows. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { secretService } from "../../src/system/desktop/secret-service.ts";
import { startDisplay, startSecretService } from "./secret-service.ts";

const run = promisify(execFile);
const PASSWORD = "a test's password";

export const KWALLET_PROGRAMS = ["kwalletd5", "python3", "Xvfb", "xdotool", "dbus-daemon", "dbus-send"];
export const KEEPASSXC_PROGRAMS = [
  "keepassxc",
  "keepassxc-cli",
  "Xvfb",
  "xdotool",
  "dbus-daemon",
  "dbus-send",
];

export interface Provider {
  /** For a process that should find only this keyring. */
  readonly env: Record<string, string>;
  lock(): Promise<void>;
  restart(): Promise<void>;
  /** Ends it; the bus stays. */
  quit(): Promise<void>;
  /** Types the password into each window that asks for it, or closes it, until the work is done. */
  answering<T>(how: "password" | "escape", work: Promise<T>): Promise<T>;
  /** The titles of all windows that can be seen. */
  windows(): Promise<string[]>;
  /** Presses Enter in the first window with this title. Returns false if there is none. */
  press(title: string): Promise<boolean>;
  stop(): Promise<void>;
}

export async function startKWallet(): Promise<Provider> {
  const starter = fileURLToPath(new URL("open-kwallet.py", import.meta.url));
  return startProvider("KDE Wallet Service", async (env) => {
    writeFileSync(join(env.XDG_CONFIG_HOME ?? "", "kwalletrc"), KWALLETRC);
    const start = () => spawn("python3", [starter, PASSWORD], { env, stdio: "ignore" });
    // It makes the wallet when it starts for the first time, and lists it as a collection from the second time on.
    const first = start();
    await until(
      async () => existsSync(join(env.XDG_DATA_HOME ?? "", "kwalletd", "kdewallet.kwl")),
      "a wallet",
    );
    await ended(first);
    const wallet = ["org.kde.kwalletd5", "/modules/kwalletd5", "org.kde.KWallet.close"] as const;
    return {
      start,
      isOpenOnceAsked: true,
      lock: () => send(env, ...wallet, "string:kdewallet", "boolean:true"),
    };
  });
}

/** `asks`: whether it asks for each entry that a program wants, which is its default. */
export async function startKeePassXc(asks: boolean): Promise<Provider> {
  return startProvider("Unlock Database", async (env) => {
    const folder = env.HOME ?? "";
    const database = join(folder, "passwords.kdbx");
    await makeDatabase(database, env);
    const config = join(folder, "keepassxc.ini");
    writeFileSync(config, KEEPASSXC_INI.replace("ASKS", String(asks)));
    const options = ["--config", config, "--localconfig", join(folder, "local.ini"), "--pw-stdin", database];
    const start = () => {
      const child = spawn("keepassxc", options, { env, stdio: ["pipe", "ignore", "ignore"] });
      child.stdin?.end(`${PASSWORD}\n`);
      return child;
    };
    const main = "org.keepassxc.KeePassXC.MainWindow";
    return { start, lock: () => send(env, main, "/keepassxc", `${main}.lockAllDatabases`) };
  });
}

const KWALLETRC = `[Wallet]
Enabled=true
First Use=false
Default Wallet=kdewallet
Local Wallet=kdewallet
Use One Wallet=true
Close When Idle=false
Leave Open=true
Prompt on Open=false
[org.freedesktop.secrets]
apiEnabled=true
`;

const KEEPASSXC_INI = `[General]
ConfigVersion=2
UpdateCheckMessageShown=true
[FdoSecrets]
Enabled=true
ShowNotification=false
ConfirmDeleteItem=false
ConfirmAccessItem=ASKS
UnlockBeforeSearch=true
[GUI]
CheckForUpdates=false
[Security]
LockDatabaseIdle=false
`;

/** A new database, whose root is what it shows to other programs. */
async function makeDatabase(file: string, env: Record<string, string>): Promise<void> {
  const group = randomBytes(16);
  const id = group.toString("hex").replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "{$1-$2-$3-$4-$5}");
  writeFileSync(
    `${file}.xml`,
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<KeePassFile><Meta><Generator>KeePassXC</Generator><DatabaseName>Passwords</DatabaseName>
<RecycleBinEnabled>True</RecycleBinEnabled><CustomData><Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>${id}</Value></Item></CustomData></Meta>
<Root><Group><UUID>${group.toString("base64")}</UUID><Name>Root</Name></Group></Root></KeePassFile>`,
  );
  const making = run("keepassxc-cli", ["import", "-q", "-p", "-t", "100", `${file}.xml`, file], { env });
  making.child.stdin?.end(`${PASSWORD}\n${PASSWORD}\n`);
  await making;
}

interface Program {
  readonly isOpenOnceAsked?: true;
  start(): ChildProcess;
  lock(): Promise<void>;
}

async function startProvider(
  title: string,
  prepare: (env: Record<string, string>) => Program | Promise<Program>,
): Promise<Provider> {
  const display = await startDisplay();
  const bus = await startSecretService({ state: "none", display: display.name });
  const folder = bus.env.HOME ?? "";
  const env = {
    ...bus.env,
    XDG_CONFIG_HOME: join(folder, "config"),
    // KeePassXC starts once for each of these.
    TMPDIR: folder,
    QT_LOGGING_RULES: "*=false",
  };
  mkdirSync(env.XDG_CONFIG_HOME);
  const program = await prepare(env);
  const service = secretService(env);
  let child: ChildProcess | undefined;

  async function begin(): Promise<void> {
    child = program.start();
    await until(async () => {
      const collection = (await service.state())?.collection;
      // The wallet that PAM has opened counts as locked until it is asked for, which shows no window then.
      const isAsked = collection === "locked" && program.isOpenOnceAsked === true;
      return collection === "open" || (isAsked && (await service.unlock(2000)) === "open");
    }, `${title}: come up`);
  }

  async function quit(): Promise<void> {
    if (child !== undefined) await ended(child);
  }

  const xdotool = async (...args: string[]): Promise<string[]> => {
    const { stdout } = await run("xdotool", args, { env }).catch(() => ({ stdout: "" }));
    return stdout.split("\n").filter(Boolean);
  };
  const shown = (name: string) => xdotool("search", "--onlyvisible", "--name", name);

  async function answering<T>(how: "password" | "escape", work: Promise<T>): Promise<T> {
    let isDone = false;
    const finish = (): void => {
      isDone = true;
    };
    work.then(finish, finish);
    // Again and again, as keys that are typed before a window is ready are lost.
    while (!isDone) {
      await pause(700);
      for (const window of isDone ? [] : await shown(title)) {
        await xdotool("windowfocus", window);
        if (how === "password") await xdotool("key", "ctrl+a");
        if (how === "password") await xdotool("type", "--delay", "5", PASSWORD);
        await xdotool("key", how === "password" ? "Return" : "Escape");
      }
    }
    return work;
  }

  await begin();
  return {
    env,
    answering,
    quit,
    async lock() {
      await program.lock();
      await until(async () => (await service.state())?.collection === "locked", `${title}: lock`);
    },
    async restart() {
      await quit();
      await begin();
    },
    windows: async () => {
      const windows = await shown(".");
      return (await Promise.all(windows.map((window) => xdotool("getwindowname", window)))).flat();
    },
    async press(name) {
      const [window] = await shown(name);
      if (window === undefined) return false;
      await xdotool("windowfocus", window);
      await xdotool("key", "Return");
      return true;
    },
    async stop() {
      await quit();
      await bus.stop();
      await display.stop();
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if ((child.exitCode ?? child.signalCode) !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  const kill = setTimeout(() => child.kill("SIGKILL"), 5000);
  await exit;
  clearTimeout(kill);
}

async function send(
  env: Record<string, string>,
  name: string,
  path: string,
  ...call: string[]
): Promise<void> {
  await run("dbus-send", ["--session", "--print-reply", `--dest=${name}`, path, ...call], { env });
}

async function until(isTrue: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`waited 120 s for ${what}`);
    await pause(100);
  }
}
