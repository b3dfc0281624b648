/**
 * The seed stays where it belongs: every command by the real program, on a computer that writes down all that is started
 * and prints all that can be printed (NODE_DEBUG, DEBUG, diagnostic reports), and then a search for a marked seed in every
 * spelling. What may hold it is asked for by name, and stands in the rows below with its reason.
 */
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import type { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Context } from "../../src/context.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { commandLine } from "../../src/program.ts";
import { github } from "../helpers/accounts.ts";
import { type Computer, computerIn, contentOf, type RunOptions } from "../helpers/binary.ts";
import { MARKED_BASE32, MARKED_URI, spellingsIn } from "../helpers/marked-seed.ts";
import { gate } from "../helpers/parallel.ts";
import { SECRET_SERVICE_PROGRAMS, startSecretService } from "../helpers/secret-service.ts";
import { needs } from "../helpers/system-packages.ts";
import { startTmux, TMUX_NEEDS } from "../helpers/tmux.ts";
import { type WatchedComputer, watchedComputer } from "../helpers/watched-computer.ts";

const LONG = 120_000;
const KEY = Buffer.alloc(32, 0x5a).toString("base64");
const WORDS = "tribal garlic oxygen vintage";
const HALF = MARKED_BASE32.slice(0, 16);

interface Row {
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly exitCode?: number | null;
  /** Ended by Ctrl-C once stdout or stderr has this. */
  readonly endAt?: RegExp;
  /** Why stdout holds the seed. */
  readonly shows?: string;
  /** The file that holds it, and why. */
  readonly writes?: readonly [file: string, why: string];
}

/** By command; one without a row fails the test. The seed is that of "me"; "old" is removed, "hub" has another one. */
const ROWS: Record<string, readonly Row[]> = {
  add: [
    { args: ["add", "-", "--name", "again", "--label", "x"], stdin: MARKED_URI },
    { args: ["add", "-", "--issuer", "x", "--dry-run", "--json"], stdin: MARKED_BASE32 },
    { args: ["add", "me.png"] },
    { args: ["add", "--clipboard"] },
    // pass-otp 220: the URI stood in the error. What can't be read is not quoted, wherever it was typed.
    { args: ["add", "-"], stdin: MARKED_URI.replace("digits=6", "digits=99"), exitCode: 5 },
    { args: ["add", "-"], stdin: `otpauth:/totp/x?secret=${MARKED_BASE32}`, exitCode: 5 },
    { args: ["add", "-"], stdin: `${MARKED_BASE32}1`, exitCode: 5 },
    { args: ["add", MARKED_BASE32], exitCode: 2 },
    { args: ["add", `otpauth:/totp/x?secret=${MARKED_BASE32}`], exitCode: 5 },
    { args: ["add", "--secret", MARKED_BASE32], exitCode: 2 },
    { args: ["add", `--secret=${MARKED_BASE32}`], exitCode: 2 },
  ],
  code: [
    { args: ["code", "me"] },
    { args: ["code", "me", "--copy"] },
    { args: ["code", "me", "--json", "--pair"] },
    { args: ["code", "me", "--once", "--no-wait"] },
    { args: ["code"] },
    { args: ["code", "--env"], env: { TWINSEED_URI: MARKED_URI } },
    {
      args: ["code", "--env"],
      env: { TWINSEED_URI: MARKED_URI.replace("period=30", "period=x") },
      exitCode: 5,
    },
    { args: ["code", "-"], stdin: MARKED_URI },
    { args: ["code", "-"], stdin: `otpauth://hotp/x?secret=${MARKED_BASE32}!`, exitCode: 5 },
    { args: ["code", MARKED_BASE32], exitCode: 3 },
    { args: ["code", MARKED_URI], exitCode: 3 },
  ],
  list: [{ args: ["list"] }, { args: ["list", "--json"] }],
  watch: [{ args: ["watch", "--plain"], endAt: /^\d{6} /m, exitCode: null }],
  qr: [
    { args: ["qr", "me"] }, // half blocks; a camera reads it, a search does not
    { args: ["qr", "me", "--output", "out.png"] },
    { args: ["qr", "me", "--output", "out.svg"] },
  ],
  uri: [{ args: ["uri", "me"], shows: "the URI is what is asked for" }],
  verify: [{ args: ["verify", "me", HALF, "--device", "phone"], exitCode: 1 }],
  "device list": [{ args: ["device", "list", "--json"] }],
  "device add": [{ args: ["device", "add", "tablet", "--kind", "tablet"] }],
  "device rename": [{ args: ["device", "rename", "phone", "mobile"] }],
  "device replace": [{ args: ["device", "replace", "phone", "new", "--kind", "phone"] }],
  "device lost": [{ args: ["device", "lost", "phone"] }],
  "device retire": [{ args: ["device", "retire", "phone"] }],
  audit: [{ args: ["audit", "--json"], exitCode: 8 }],
  import: [
    { args: ["import", "-", "--yes", "--json"], stdin: MARKED_URI },
    { args: ["import", "-", "--dry-run"], stdin: `{"accounts":[{"secret":"${MARKED_BASE32}"`, exitCode: 5 },
    { args: ["import", "-", "--dry-run"], stdin: `${MARKED_URI}\n${MARKED_URI}&algorithm=MD5\n` },
    { args: ["import", MARKED_BASE32, "--yes"], exitCode: 5 },
  ],
  export: [
    { args: ["export", "uris", "--plaintext"], shows: "--plaintext names it" },
    {
      args: ["export", "json", "--output", "x.json"],
      writes: ["x.json", "an export without --password is plain, and says so"],
    },
    { args: ["export", "aegis", "--passphrase-file", "words", "--output", "vault.json"] },
    { args: ["export", "google", "--output", "g.png"] },
    { args: ["export", "uris"], exitCode: 2 },
  ],
  "backup create": [
    { args: ["backup", "create", "b.age", "--split", "2-of-3"] }, // shares of the backup's key, no seed
  ],
  "backup verify": [{ args: ["backup", "verify", "words"], exitCode: 5 }],
  "backup restore": [{ args: ["backup", "restore", "words", "--yes"], exitCode: 5 }],
  sheet: [
    { args: ["sheet", "me"], shows: "a sheet is for typing the key back" },
    { args: ["sheet", "me", "--output", "s.html"], writes: ["s.html", "a sheet is for typing the key back"] },
    { args: ["sheet", "me", "--print"] }, // goes to lp through a pipe
  ],
  rename: [{ args: ["rename", "me", "myself"] }, { args: ["rename", MARKED_BASE32, "x"], exitCode: 3 }],
  remove: [{ args: ["remove", "me", "--yes"] }],
  restore: [{ args: ["restore", "old"] }],
  "store show": [{ args: ["store", "show", "--json"] }],
  "store move": [{ args: ["store", "move", "keyring"], exitCode: 6 }],
  "store key": [{ args: ["store", "key"] }], // a key of the store, no seed
  "store recipients list": [{ args: ["store", "recipients", "list"] }],
  "store recipients add": [{ args: ["store", "recipients", "add", "RECIPIENT", "--name", "alice"] }],
  "store recipients remove": [{ args: ["store", "recipients", "remove", "alice"], exitCode: 3 }],
  "store rekey": [{ args: ["store", "rekey"] }],
  sync: [{ args: ["sync", "--init"] }],
  doctor: [{ args: ["doctor"] }, { args: ["doctor", "--repair", "--json"] }],
  "aws enroll": [{ args: ["aws", "enroll", "--name", "a"], endAt: /its seed is stored/, exitCode: null }],
  "aws resync": [{ args: ["aws", "resync", "me"], exitCode: 2 }],
  "aws session": [{ args: ["aws", "session", "me"], exitCode: 2 }],
  "aws credentials": [{ args: ["aws", "credentials", "me"], exitCode: 2 }],
  "aws config": [{ args: ["aws", "config", "me"], exitCode: 2 }],
  completion: [{ args: ["completion", "bash"] }],
  __complete: [{ args: ["__complete", "fish"], stdin: "code\0m" }],
};

const root = mkdtempSync(join(tmpdir(), "twinseed-leaks-"));
const filled = join(root, "filled");
let recipient = "";
let homes = 0;
afterAll(() => rmSync(root, { recursive: true, force: true }));

function computer(env: Readonly<Record<string, string>> = {}): WatchedComputer {
  const home = join(root, `home${++homes}`);
  cpSync(filled, home, { recursive: true });
  return watchedComputer(home, MARKED_URI, { TWINSEED_KEY: KEY, ...env });
}

beforeAll(async () => {
  recipient = await identityToRecipient(await generateIdentity());
  const maker = computerIn(filled, { TWINSEED_STORE: "file", TWINSEED_KEY: KEY });
  const add = (uri: string, name: string) =>
    maker.run(["add", "-", "--name", name], { stdin: { text: uri } });
  const old = formatOtpauthUri({
    ...github,
    label: "old",
    otp: { ...github.otp, type: "totp", algorithm: "SHA1", period: 60 },
  });
  for (const made of [
    await add(MARKED_URI, "me"),
    await add(old, "old"),
    await maker.run(["remove", "old", "--yes"]),
    await maker.run(["device", "add", "phone", "--kind", "phone"]),
    await maker.run(["qr", "me", "--output", "me.png"]),
  ])
    expect(made).toMatchObject({ exitCode: 0 });
  writeFileSync(join(filled, "words"), `${WORDS}\n`, { mode: 0o600 });
}, LONG);

const someAtATime = gate(3);

/** What one run has let out; [] if nothing. */
async function leaksOf(row: Row, made = computer(row.env)): Promise<string[]> {
  const before = new Set(Object.keys(contentOf(made.home)));
  const args = row.args.map((arg) => (arg === "RECIPIENT" ? recipient : arg));
  const options: RunOptions = {
    ...(row.stdin === undefined ? {} : { stdin: { text: row.stdin } }),
    ...(row.endAt === undefined ? {} : { redirect: ">stdout" }),
  };
  const running = made.start(args, options);
  if (row.endAt !== undefined) {
    const file = join(made.home, "stdout");
    const said = () => running.said() + (existsSync(file) ? readFileSync(file, "utf8") : "");
    await expect.poll(said, { timeout: 20_000 }).toMatch(row.endAt);
    running.kill("SIGINT");
  }
  const { exitCode, stdout, stderr } = await running.ended;
  const problems: string[] = [];
  const look = (where: string, content: string | Uint8Array, expected?: string): void => {
    const found = spellingsIn(content);
    if (expected === undefined && found.length > 0) problems.push(`${where} holds the seed as ${found}`);
    if (expected !== undefined && found.length === 0) problems.push(`${where} was to hold it: ${expected}`);
  };
  const wanted = row.exitCode === undefined ? 0 : row.exitCode;
  if (exitCode !== wanted) problems.push(`exit ${exitCode}: ${stderr.split(/^MODULE .*\n/m).join("")}`);
  look("stdout", stdout, row.shows);
  look("stderr", stderr);
  const started = made.started();
  look("what was started (arguments, environment)", started);
  const [, , variable] = /(^|["\n])(TWINSEED_\w+|NODE_OPTIONS)=/.exec(started) ?? [];
  if (variable !== undefined) problems.push(`what was started has ${variable}`);
  if (started.includes(KEY)) problems.push("what was started has the key of the store");
  for (const [path, content] of Object.entries(contentOf(made.home))) {
    const [file, why] = row.writes ?? [];
    const bytes = Buffer.from(content, "base64");
    look(`the name "${path}"`, path);
    look(path, bytes, path === file ? why : undefined);
    if (/^(tmp|run|reports)\//.test(path)) problems.push(`${path} was left`);
    const info = statSync(join(made.home, path));
    const isOurs = !before.has(path) && info.isFile() && !/^(tools\.log|stdout$|data\/\.git\/)/.test(path);
    // cotp: the plain export was for everybody to read.
    if (isOurs && info.mode & 0o077) problems.push(`${path} has mode ${(info.mode & 0o777).toString(8)}`);
  }
  const inMemory = readdirSync("/dev/shm").filter((name) => name.includes(`-${running.pid}_`));
  if (inMemory.length > 0) problems.push(`/dev/shm still has ${inMemory}`);
  return problems.map((problem) => `twinseed ${row.args.join(" ")}: ${problem}`);
}

/** No command looks at the context before it runs, and none runs here. */
const nothing: Context = Object.create(null);

function pathsOf(command: Command, path: string[] = []): string[] {
  if (command.commands.length === 0) return [path.join(" ")];
  return command.commands.flatMap((one) => pathsOf(one, [...path, one.name()]));
}

describe("a marked seed", { timeout: LONG }, () => {
  it("there is a row for every command", () => {
    expect(Object.keys(ROWS).sort()).toEqual(pathsOf(commandLine(nothing)).sort());
  });

  it("is found where it is, in every spelling", () => {
    const bytes = Buffer.from(MARKED_BASE32);
    expect(spellingsIn(`x ${MARKED_BASE32.toLowerCase()} y`)).toEqual(["base32"]);
    expect(spellingsIn(MARKED_BASE32.replace(/.{4}/g, "$& "))).toEqual(["base32"]);
    expect(spellingsIn(`${MARKED_BASE32.slice(0, 17)}…`)).toEqual(["base32"]);
    expect(spellingsIn(`<Buffer ${bytes.toString("hex").replace(/../g, "$& ")}>`)).toEqual(["hex of base32"]);
    for (const text of [MARKED_URI, `x${MARKED_URI}`, `xy${MARKED_URI}`])
      expect(spellingsIn(Buffer.from(text).toString("base64"))).toEqual(["base64 of base32"]);
    expect(spellingsIn(MARKED_BASE32.replace(/.{4}/g, "<b>$&</b>"))).toEqual(["base32"]);
    expect(spellingsIn("nothing")).toEqual([]);
  });

  it("is in nothing but what asks for it by name, whatever the command", async () => {
    const rows = Object.values(ROWS).flat();
    const found = await Promise.all(rows.map((row) => someAtATime(() => leaksOf(row))));
    expect(found.flat()).toEqual([]);
  });

  it("is not quoted by a bug of ours, however it comes out, nor by a diagnostic report", async () => {
    for (const BREAK of ["now", "later", "rejected"]) {
      const row: Row = { args: ["code", "me"], env: { BREAK }, exitCode: 1 };
      const made = computer(row.env);
      expect(await leaksOf(row, made)).toEqual([]);
      const { stdout, stderr } = await made.run(["code", "me"]);
      expect(stdout).toBe("");
      expect(stderr).toMatch(/twinseed: error: this is a bug in twinseed \(Error\)/);
    }
  });

  it("is not said when nobody reads, or the disk of stdout is full", async () => {
    const made = computer();
    for (const redirect of [">&-", ">/dev/full", "| head -c 0"]) {
      const { stderr } = await made.run(["uri", "me"], { redirect });
      expect(spellingsIn(stderr)).toEqual([]);
    }
    expect(readdirSync(made.reports)).toEqual([]);
  });

  it.skipIf(!needs(...SECRET_SERVICE_PROGRAMS))(
    "is in no file where the keyring keeps it (needs gnome-keyring)",
    async () => {
      const service = await startSecretService({ state: "unlocked" });
      onTestFinished(() => service.stop());
      const { DBUS_SESSION_BUS_ADDRESS = "" } = service.env;
      const made = computer({ DBUS_SESSION_BUS_ADDRESS, TWINSEED_STORE: "keyring" });
      rmSync(made.data, { recursive: true });
      const rows: Row[] = [
        { args: ["add", "-", "--name", "me"], stdin: MARKED_URI },
        { args: ["code", "me"] },
        { args: ["doctor"] },
        { args: ["uri", "me"], shows: "the URI is what is asked for" },
        { args: ["store", "move", "file"] },
        { args: ["store", "move", "keyring"] },
      ];
      for (const row of rows) expect(await leaksOf(row, made)).toEqual([]);
    },
  );
});

describe.skipIf(!needs(...TMUX_NEEDS))("a marked seed in a terminal (needs tmux)", { timeout: LONG }, () => {
  it("is gone from it afterwards, and so are the shares of a backup", async () => {
    const { env, home } = plain();
    const settings = Object.entries(env).map(([name, value]) => `${name}="${value}"`);
    const twinseed = `env -i TERM="$TERM" ${settings.join(" ")} ${process.execPath} bin/twinseed.js`;
    const runs = [
      "add --name typed",
      "qr me",
      "watch",
      `backup create ${home}/b.age --split 2-of-3`,
      `sheet me`,
    ];
    const script = runs.map((run, i) => `${twinseed} ${run}; echo "over $((${i} + 1)) $?"`).join("; ");
    const tmux = await startTmux(`sh -c 'trap : INT; seq 1 40; ${script}; exec cat'`, {
      columns: 100,
      rows: 40,
    });
    onTestFinished(() => tmux.stop());
    const drawn = () => tmux.until("a picture", tmux.alternate, 30_000);
    await tmux.waitFor(/URI or .*key|otpauth/i, 30_000);
    await tmux.type(MARKED_URI.replace("me?", "typed?"));
    await tmux.press("Enter");
    await tmux.waitFor(/over 1|already|\?/, 30_000);
    await tmux.press("C-c");
    await tmux.waitFor("over 1", 30_000);
    await drawn();
    await tmux.press("C-c");
    await tmux.waitFor("over 2", 30_000);
    await drawn();
    await tmux.press("q");
    await tmux.waitFor("over 3", 30_000);
    await drawn();
    const share =
      (await tmux.waitFor(/(\b[a-z]{4,8}\b\s+(\d+\.?\s+)?){8}/, 30_000)).match(/\b[a-z]{6,8}\b/g) ?? [];
    await tmux.press("C-c");
    await tmux.waitFor(/over 5/, 30_000);
    const all = await tmux.scrollback();
    expect(all).toMatch(/^1\n2\n3\n/);
    expect(share.length).toBeGreaterThan(5);
    expect(share.filter((word) => new RegExp(`\\b${word}\\b`).test(all)).length).toBeLessThan(3);
    expect(spellingsIn(all)).toEqual([]);
    expect(all).not.toMatch(/[▀▄█]/);
  });
});

/** Without hooks and debug output: a terminal is to be looked at. */
function plain(): Computer {
  const home = join(root, `home${++homes}`);
  cpSync(filled, home, { recursive: true });
  return computerIn(home, { TWINSEED_KEY: KEY });
}
