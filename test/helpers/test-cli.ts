/** Runs the program against a machine in memory: commands in-process, with an injected clock and terminal. */
import { createHash } from "node:crypto";
import { ExitCode, UserError } from "../../src/base/errors.ts";
import { run } from "../../src/cli/run.ts";
import { createLedger } from "../../src/ledger/ledger.ts";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import type { PrintOptions } from "../../src/ports/desktop.ts";
import type { Access, FileFault } from "../../src/ports/folder-care.ts";
import type { Mac } from "../../src/ports/mac.ts";
import type { Size } from "../../src/ports/terminal.ts";
import type { Asked } from "../../src/ports/unlocked.ts";
import type { WorkTree } from "../../src/ports/user-git.ts";
import { readPicture } from "../../src/qr/read.ts";
import { sharedKeys } from "../../src/seeds/file/shared-keys.ts";
import { type NoteKeeper, notesIn } from "../../src/seeds/notes/notes.ts";
import type { SeedStore } from "../../src/seeds/seed-store.ts";
import type { World } from "../../src/world.ts";
import { awsFake } from "./aws-fake.ts";
import { type MemoryFolder, memoryFolder } from "./memory-folder.ts";
import { memoryOutput } from "./memory-output.ts";
import { memorySeedStore } from "./memory-seed-store.ts";
import { memoryTerminal } from "./memory-terminal.ts";
import { ykmanDouble } from "./ykman-double.ts";

export interface Session {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What the terminal showed, without the alternate screen. */
  readonly terminal: string;
  /** What the alternate screen showed. */
  readonly pictures: readonly string[];
  /** What was asked there. */
  readonly questions: readonly string[];
}

export interface RunOptions {
  readonly stdin?: Uint8Array | string;
  /** The user's answers; without them there is no terminal. */
  readonly answers?: readonly string[];
  /** stdout is the terminal too (default: if there are answers). */
  readonly toTerminal?: boolean;
  readonly window?: Size;
  /** The reader of stdout is gone after this many lines, as with `| head -N`. */
  readonly head?: number;
  /** Default: whether stdout is a terminal. */
  readonly color?: boolean;
}

export interface TestCliOptions {
  /** Enrolled with `add` before the first command. */
  readonly accounts?: readonly Enrollment[];
  /** ISO 8601. */
  readonly now?: string;
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
  readonly desktop?: Partial<Desktop>;
  /** Default: laptop. */
  readonly hostname?: string;
  /** Default: there is no git. */
  readonly scratchGit?: World["scratchGit"];
  /** Default: every connection is refused. */
  readonly connect?: World["connect"];
  /** Replaces members of the world in memory; called again for each command. `note` writes a line to its stderr. */
  readonly instead?: (note: (text: string) => void) => Partial<World>;
}

export interface Desktop {
  picture?: Uint8Array;
  text?: string;
  screen?: Uint8Array;
  /** What the other displays show. */
  moreScreens?: Uint8Array[];
  showsWindows?: boolean;
  mac?: Mac;
  canSelect: boolean;
  readonly captured: ("region" | "full")[];
}

export function testCli(options: TestCliOptions = {}) {
  const folder = memoryFolder();
  const state = memoryFolder();
  /** The seed store's content: id to URI. */
  const uris = new Map<string, string>();
  const store = memorySeedStore(uris, "file");
  const files = new Map(Object.entries(options.files ?? {}));
  const clipboard: { text: string; clearAfter: number }[] = [];
  /** What the user has on the clipboard and on the screen, and which screenshots were taken. */
  const desktop: Desktop = { canSelect: true, captured: [], ...options.desktop };
  /** The names in `files` that are links. */
  const links = new Set<string>();
  /** When files were last changed, if a test says so. */
  const modified = new Map<string, number>();
  /** Names that stand for stdout or a terminal. */
  const streams = new Set<string>();
  const slept: number[] = [];
  /** Other data folders, by path, with the content of their seed stores. */
  const homes = new Map<string, { folder: MemoryFolder; uris: Map<string, string> }>();
  const clock = { now: Date.parse(options.now ?? "2026-01-31T12:00:00Z") };
  const aws = awsFake(() => clock.now);
  const key = ykmanDouble(() => clock.now);
  let drawn = 0;
  const faults: {
    seeds?: UserError;
    store?: SeedStore;
    clipboard?: Error;
    listing?: UserError;
    remove?: UserError;
    /** For the folder of a file that is to be written. */
    folder?: UserError;
    printer?: UserError;
  } = {};
  /** What else `doctor` finds: faulty files, seeds that belong to another folder. */
  const upkeep: {
    files: FileFault[];
    access: Access[];
    idsElsewhere: string[];
    env: Record<string, string>;
    /** How many milliseconds the servers' clocks are ahead of ours. */
    ahead: number;
  } = {
    ahead: 0,
    files: [],
    access: [],
    idsElsewhere: [],
    env: {},
  };

  /** What the process of an unlocked store answers, if there is one, and what was started. */
  const unlocked: { answers?: (text: string) => Promise<Asked>; readonly started: string[] } = {
    started: [],
  };

  /** The data folder as a git work tree, if a test sets one. */
  const workTree: Partial<WorkTree> = {};

  /** Of every store in memory. */
  const noteKey = {
    store: "0".repeat(32),
    id: "0123456789abcdef".repeat(2),
    bytes: new Uint8Array(32).fill(7),
  };
  const noteKeeper: NoteKeeper = {
    kind: "file",
    find: async () => new Map([[noteKey.id, noteKey]]),
    forSealing: async () => noteKey,
  };

  /** What was sent to the printer. */
  const printed: { page: string; options: PrintOptions }[] = [];

  /** Different for each call and each host name, but the same in every test. */
  function random(bytes: number): Uint8Array {
    drawn += 1;
    return Uint8Array.from(
      createHash("sha512")
        .update(`${options.hostname ?? ""}random ${drawn}`)
        .digest()
        .subarray(0, bytes),
    );
  }

  async function runArgs(
    args: readonly string[],
    { stdin = "", answers, toTerminal, window, head, color }: RunOptions = {},
  ): Promise<Session> {
    const terminal =
      answers === undefined
        ? undefined
        : memoryTerminal(answers, window, (milliseconds) => {
            clock.now += milliseconds;
          });
    const isTTY = toTerminal ?? terminal !== undefined;
    const stdout = memoryOutput(isTTY, color ?? isTTY, head);
    const stderr = memoryOutput(isTTY, color ?? isTTY);
    const note = (text: string) => stderr.write(`twinseed: ${text}\n`);
    const ctx: World = {
      stdout,
      stderr,
      stdin: { isTTY: false, readAll: async () => Buffer.from(stdin) },
      env: upkeep.env,
      computer: { hostname: options.hostname ?? "laptop", versions: { node: "20.0.0" } },
      clock: {
        now: () => clock.now,
        async sleep(milliseconds) {
          slept.push(milliseconds);
          clock.now += milliseconds;
        },
      },
      random,
      terminal: () => terminal,
      folder,
      stateFolder: async () => state,
      pictures: { prepare() {}, read: readPicture },
      files: {
        async read(path) {
          const content = files.get(path);
          if (content === undefined)
            throw new UserError(`can't read "${path}": no such file`, ExitCode.unreadable);
          return Buffer.from(content);
        },
        async write(path, content, { replace = false } = {}) {
          if (files.has(path) && !replace) throw new UserError(`"${path}" already exists`, ExitCode.failed);
          files.set(path, content);
        },
        isStream: async (path) => streams.has(path),
        async kind(path) {
          return links.has(path) ? "link" : files.has(path) ? "file" : "missing";
        },
        modifiedAt: async (path) => modified.get(path),
        async requireWritable() {
          if (faults.folder !== undefined) throw faults.folder;
        },
        async remove(path) {
          if (faults.remove !== undefined) throw faults.remove;
          files.delete(path);
        },
        expand: async (path) => [path],
        async folder(path) {
          const inside = [...files.keys()].filter((name) => name.startsWith(`${path}/`));
          return inside.length === 0 ? undefined : inside.map((name) => name.slice(path.length + 1)).sort();
        },
      },
      gpg: {
        async decrypt(path) {
          const text = files.get(path);
          if (typeof text === "string" && text.startsWith("sealed:")) return Buffer.from(text.slice(7));
          throw new UserError("gpg: decryption failed: No secret key", ExitCode.unreadable);
        },
        encrypt: async (content) => Buffer.concat([Buffer.from("sealed:"), content]),
      },
      clipboard: {
        async copy(text, clearAfter) {
          if (faults.clipboard !== undefined) throw faults.clipboard;
          clipboard.push({ text, clearAfter });
          return "desktop";
        },
        picture: async () => desktop.picture,
        text: async () => (desktop.text === undefined ? undefined : Buffer.from(desktop.text)),
      },
      screen: {
        canSelect: async () => desktop.canSelect,
        async capture(kind) {
          const shown = desktop.screen;
          if (shown === undefined)
            throw new UserError("no screen: this is not a graphical session", ExitCode.failed);
          desktop.captured.push(kind);
          return [shown, ...(desktop.moreScreens ?? [])];
        },
        showsWindows: async () => desktop.showsWindows,
      },
      printer: {
        async print(page, options = {}) {
          if (faults.printer !== undefined) throw faults.printer;
          printed.push({ page, options });
        },
      },
      ledger: createLedger(folder, (text) =>
        stderr.write(`twinseed: warning: ${text}
`),
      ),
      async seeds() {
        if (faults.seeds !== undefined) throw faults.seeds;
        return faults.store ?? store;
      },
      mayBeUnlocked: () => unlocked.answers !== undefined,
      unlocked: {
        ask: async (text) => unlocked.answers?.(text),
        askAll: async (text) => [await unlocked.answers?.(text)],
        async start(message) {
          unlocked.started.push(message);
        },
      },
      prepareStore: async () => async () => store,
      notes: async () => {
        if (faults.seeds !== undefined) throw faults.seeds;
        return notesIn(folder, noteKeeper, random);
      },
      noteKeeper: async () => noteKeeper,
      editor: {
        async edit() {
          throw new UserError("there is no editor", ExitCode.failed);
        },
      },
      sharedKeys: sharedKeys({
        folder,
        stateFolder: async () => state,
        isRepository: async () => workTree.git !== undefined,
        env: upkeep.env,
        terminal: () => terminal,
        random,
        note,
        readSecretFile: (path) => String(files.get(path) ?? ""),
        platform: "linux",
        unsafeScryptCost: { N: 2, r: 1, p: 1 },
      }),
      workTree: {
        isThere: workTree.isThere ?? (async () => workTree.git !== undefined),
        async git(args, gitOptions) {
          if (workTree.git === undefined) throw new UserError("git is not installed", ExitCode.failed);
          return workTree.git(args, gitOptions);
        },
        async elsewhere() {
          if (workTree.elsewhere === undefined) throw new UserError("git is not installed", ExitCode.failed);
          return workTree.elsewhere();
        },
      },
      mac: desktop.mac,
      scratchGit:
        options.scratchGit ??
        (async () => {
          throw new UserError("git is not installed", ExitCode.failed);
        }),
      connect:
        options.connect ??
        (async ({ host, port }) => {
          throw new UserError(`connect ECONNREFUSED ${host}:${port}`, ExitCode.failed);
        }),
      unsafeBackupCost: 2,
      networkTime: {
        http: async () => clock.now + upkeep.ahead,
        ntp: async () => clock.now + upkeep.ahead,
      },
      openFolder: (path) => {
        const there = homes.get(path) ?? { folder: memoryFolder(), uris: new Map<string, string>() };
        homes.set(path, there);
        return there.folder;
      },
      keyringProvider: async () => undefined,
      waitForKeyring: (seconds) => {
        upkeep.env.TWINSEED_KEYRING_WAIT = String(seconds);
      },
      async storedIds() {
        if (faults.listing !== undefined) throw faults.listing;
        return [...uris.keys()];
      },
      folderCare: {
        fileFaults: async () => (folder.files.size === 0 ? undefined : upkeep.files),
        access: async () => upkeep.access,
        async setModes() {
          upkeep.files = upkeep.files.filter(({ kind }) => kind !== "mode");
        },
        idsElsewhere: async () => upkeep.idsElsewhere,
      },
      aws: async () => aws.cli,
      ykman: key.ykman,
      async inOtherFolder(path, unfinished) {
        const there = homes.get(path);
        if (there !== undefined && !there.folder.files.has(unfinished))
          throw new UserError(`"${path}" is not empty`, ExitCode.failed);
        const home = there ?? { folder: memoryFolder(), uris: new Map<string, string>() };
        homes.set(path, home);
        const seeds = async () => faults.store ?? memorySeedStore(home.uris, "file");
        const notes = async () => notesIn(home.folder, noteKeeper, random);
        const ledger = createLedger(home.folder, () => {});
        return { ...ctx, folder: home.folder, ledger, seeds, notes };
      },
      ...options.instead?.(note),
    };
    const exitCode = await run(args, ctx);
    return {
      exitCode,
      stdout: stdout.written(),
      stderr: stderr.written(),
      terminal: terminal?.shown.join("") ?? "",
      pictures: terminal?.pictures ?? [],
      questions: terminal?.questions ?? [],
    };
  }

  let ready: Promise<unknown> | undefined;
  async function enrollAll(): Promise<void> {
    for (const account of options.accounts ?? []) {
      const { exitCode, stderr } = await runArgs(["add", "-"], { stdin: formatOtpauthUri(account) });
      if (exitCode !== 0) throw new Error(`can't add the test's own account: ${stderr}`);
    }
  }

  return {
    folder,
    state,
    store,
    uris,
    files,
    clipboard,
    desktop,
    printed,
    links,
    modified,
    streams,
    homes,
    slept,
    clock,
    faults,
    upkeep,
    aws,
    key,
    workTree,
    /** Enrolls the accounts before the first command. */
    async start(): Promise<void> {
      ready ??= enrollAll();
      await ready;
    },
    /** Accepts a command line as typed, with words and 'quoted words', or the arguments themselves. */
    async run(command: string | readonly string[], runOptions?: RunOptions): Promise<Session> {
      ready ??= enrollAll();
      await ready;
      return runArgs(typeof command === "string" ? words(command) : command, runOptions);
    },
  };
}

export function words(command: string): string[] {
  return Array.from(command.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, bare]) => quoted ?? bare ?? "");
}
