/**
 * Seeds don't leak: runs every command with the real program, on a computer that records every process it starts and prints
 * everything it can (NODE_DEBUG, DEBUG, diagnostic reports), then searches for a marked seed in every encoding. Output that may
 * hold the seed must be requested explicitly; test/commands-table.ts lists it, with the reason.
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
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { COMMANDS_TABLE, type Marked, RECIPIENT } from "../commands-table.ts";
import { github, key } from "../helpers/accounts.ts";
import { type Computer, computerIn, contentOf, PROGRAM, type RunOptions } from "../helpers/binary.ts";
import {
  MARKED_BASE32,
  MARKED_NOTE,
  MARKED_URI,
  marked,
  noteSpellingsIn,
  spellingsIn,
} from "../helpers/marked-seed.ts";
import { gate } from "../helpers/parallel.ts";
import { SECRET_SERVICE_PROGRAMS, startSecretService } from "../helpers/secret-service.ts";
import { needs } from "../helpers/system-packages.ts";
import { wordsOf } from "../helpers/team.ts";
import { testCli } from "../helpers/test-cli.ts";
import { startTmux, TMUX_NEEDS } from "../helpers/tmux.ts";
import { type WatchedComputer, watchedComputer } from "../helpers/watched-computer.ts";

const LONG = 120_000;
const KEY = Buffer.alloc(32, 0x5a).toString("base64");
const WORDS = "tribal garlic oxygen vintage";

/** The seed typed in the wrong place, or in unreadable input: the error of pass-otp (issue 220) contained the URI. */
const MISTAKES: readonly Marked[] = [
  { args: ["add", "-"], stdin: MARKED_URI.replace("digits=6", "digits=99"), exitCode: 5 },
  { args: ["add", "-"], stdin: `otpauth:/totp/x?secret=${MARKED_BASE32}`, exitCode: 5 },
  { args: ["add", "-"], stdin: `${MARKED_BASE32}1`, exitCode: 5 },
  { args: ["add", MARKED_BASE32], exitCode: 2 },
  { args: ["add", `otpauth:/totp/x?secret=${MARKED_BASE32}`], exitCode: 5 },
  { args: ["add", "--secret", MARKED_BASE32], exitCode: 2 },
  { args: ["add", `--secret=${MARKED_BASE32}`], exitCode: 2 },
  { args: ["add", "-", "--digits", MARKED_BASE32], stdin: MARKED_URI, exitCode: 2 },
  {
    args: ["code", "--env"],
    env: { TWINSEED_URI: MARKED_URI.replace("period=30", "period=x") },
    exitCode: 5,
  },
  { args: ["code", "-"], stdin: `otpauth://hotp/x?secret=${MARKED_BASE32}!`, exitCode: 5 },
  { args: ["code", MARKED_BASE32], exitCode: 3 },
  { args: ["code", MARKED_URI], exitCode: 3 },
  { args: ["code", "me", "--at", MARKED_BASE32], exitCode: 2 },
  { args: ["import", "-", "--dry-run"], stdin: `{"accounts":[{"secret":"${MARKED_BASE32}"`, exitCode: 5 },
  { args: ["import", "-", "--dry-run"], stdin: `${MARKED_URI}\n${MARKED_URI}&algorithm=MD5\n` },
  { args: ["import", MARKED_BASE32, "--yes"], exitCode: 5 },
  { args: ["rename", MARKED_BASE32, "x"], exitCode: 3 },
  { args: ["export", MARKED_BASE32], exitCode: 2 },
  { args: ["store", "move", MARKED_BASE32], exitCode: 2 },
  { args: ["verify", "me", MARKED_BASE32, "--device", "phone"], exitCode: 1 },
  { args: [MARKED_BASE32], exitCode: 2 },
];

const root = mkdtempSync(join(tmpdir(), "twinseed-leaks-"));
const filled = join(root, "filled");
let recipient = "";
/** Of the store's list of members: a copy of the home is in another folder, which does not know it yet. */
let storeWords = "";
let other = "";
let homes = 0;
afterAll(() => rmSync(root, { recursive: true, force: true }));

function computer(env: Readonly<Record<string, string>> = {}): WatchedComputer {
  const home = join(root, `home${++homes}`);
  cpSync(filled, home, { recursive: true });
  return watchedComputer(home, MARKED_URI, { TWINSEED_KEY: KEY, TWINSEED_STORE_WORDS: storeWords, ...env });
}

beforeAll(async () => {
  const identity = await generateIdentity();
  recipient = await identityToRecipient(identity);
  other = await identityToRecipient(await generateIdentity());
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
    await maker.run(["note", "me", "--add-codes"], { stdin: { text: MARKED_NOTE } }),
    await maker.run(["device", "add", "phone", "--kind", "phone"]),
    await maker.run(["qr", "me", "--output", "me.png"]),
    await maker.run(["store", "members", "add", recipient, "--name", "bob"]),
    await maker.run(["backup", "create", "b.age", "--recipient", recipient]),
  ])
    expect(made).toMatchObject({ exitCode: 0 });
  storeWords = await wordsOf(maker);
  writeFileSync(join(filled, "words"), `${WORDS}\n`, { mode: 0o600 });
  writeFileSync(join(filled, "identity"), `${identity}\n`, { mode: 0o600 });
}, LONG);

const someAtATime = gate(3);

/** The same for commands that print only words. */
async function leaksInMemory({ args, stdin = "", env = {}, exitCode = 0 }: Marked): Promise<string[]> {
  const cli = testCli({ accounts: [marked] });
  await cli.run("rename marked me");
  await cli.run("note me --add-codes", { stdin: MARKED_NOTE });
  await cli.run("device add phone --kind phone");
  cli.upkeep.env = env;
  const ended = await cli.run(args, { stdin });
  const problems = ended.exitCode === exitCode ? [] : [`exit ${ended.exitCode}: ${ended.stderr}`];
  const said = { stdout: ended.stdout, stderr: ended.stderr, ...Object.fromEntries(cli.folder.files) };
  for (const [where, content] of Object.entries(said)) {
    const found = spellingsIn(where + content);
    if (found.length > 0) problems.push(`${where} holds the seed as ${found}`);
    const code = noteSpellingsIn(where + content);
    if (code.length > 0) problems.push(`${where} holds the recovery code as ${code}`);
  }
  return problems.map((problem) => `twinseed ${args.join(" ")}: ${problem}`);
}

/** The leaks of one run; [] if there are none. */
async function leaksOf(row: Marked, made = computer(row.env), wanted = /^/): Promise<string[]> {
  const before = new Set(Object.keys(contentOf(made.home)));
  const args = row.args.map((arg) => (arg === RECIPIENT ? other : arg));
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
    const code = noteSpellingsIn(content);
    const wanted = where === "stdout" || where === row.writesNote?.[0];
    const reason = where === "stdout" ? row.showsNote : row.writesNote?.[1];
    if (!(wanted && reason !== undefined) && code.length > 0)
      problems.push(`${where} holds the recovery code as ${code}`);
    if (wanted && reason !== undefined && code.length === 0)
      problems.push(`${where} was to hold the recovery code: ${reason}`);
  };
  if (exitCode !== (row.exitCode === undefined ? 0 : row.exitCode))
    problems.push(`exit ${exitCode}: ${stderr.split(/^MODULE .*\n/m).join("")}`);
  if (row.thenLock) {
    const locked = await made.run(["lock"]);
    if (!locked.stderr.includes("has ended")) problems.push(`lock: ${locked.stderr}`);
  }
  look("stdout", stdout, row.shows);
  look("stderr", stderr);
  if (!wanted.test(stderr)) problems.push(`stderr lacks ${wanted}`);
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
    // cotp: everyone could read the plain export.
    if (isOurs && info.mode & 0o077) problems.push(`${path} has mode ${(info.mode & 0o777).toString(8)}`);
  }
  const inMemory = readdirSync("/dev/shm").filter((name) => name.includes(`-${running.pid}_`));
  if (inMemory.length > 0) problems.push(`/dev/shm still has ${inMemory}`);
  return problems.map((problem) => `twinseed ${row.args.join(" ")}: ${problem}`);
}

describe("a marked seed", { timeout: LONG }, () => {
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
    const rows = Object.values(COMMANDS_TABLE).flatMap(({ marked = [] }) => marked);
    const found = await Promise.all(
      rows.map((row) => (row.inMemory ? leaksInMemory(row) : someAtATime(() => leaksOf(row)))),
    );
    expect(found.flat()).toEqual([]);
  });

  it("is not quoted where it was typed in the wrong place", async () => {
    const found = await Promise.all(MISTAKES.map(leaksInMemory));
    expect(found.flat()).toEqual([]);
  });

  it("is not quoted by a bug of ours, however it comes out, nor by a diagnostic report", async () => {
    for (const BREAK of ["now", "later", "rejected"]) {
      const row: Marked = { args: ["code", "me"], env: { BREAK }, exitCode: 1 };
      const made = computer(row.env);
      expect(await leaksOf(row, made, /twinseed: error: this is a bug in twinseed \(Error\)/)).toEqual([]);
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
      const made = computer({
        DBUS_SESSION_BUS_ADDRESS,
        TWINSEED_STORE: "keyring",
        TWINSEED_STORE_WORDS: "", // it has another store
      });
      rmSync(made.data, { recursive: true });
      const many = [..."ABCDEFGH"].map((letter) =>
        formatOtpauthUri({ ...github, label: letter, secret: key(`GEZDGNBVGY3TQOJ${letter}`) }),
      );
      const rows: Marked[] = [
        { args: ["add", "-", "--name", "me"], stdin: MARKED_URI },
        { args: ["code", "me"] },
        { args: ["add", "-"], stdin: many.join("\n") },
        { args: ["code"] }, // these are enough for another process to read, which hands all of them over
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
    const twinseed = `env -i TERM="$TERM" ${settings.join(" ")} ${PROGRAM.join(" ")}`;
    const runs = [
      "add --name typed",
      "qr me",
      "watch",
      `backup create ${home}/c.age --split 2-of-3`,
      `sheet me`,
    ];
    const script = runs.map((run, i) => `${twinseed} ${run}; echo "over $((${i} + 1)) $?"`).join("; ");
    const tmux = await startTmux(`sh -c 'trap : INT; seq 1 40; ${script}; exec cat'`, {
      columns: 100,
      rows: 40,
    });
    onTestFinished(() => tmux.stop());
    const seen = (wanted: string | RegExp) => tmux.waitFor(wanted, 30_000);
    await seen(/URI or .*key|otpauth/i);
    await tmux.type(MARKED_URI);
    await tmux.press("Enter");
    // The backup that it has is next to it, and does not count.
    await seen("second device now?");
    await tmux.type("n");
    await tmux.press("Enter");
    await seen(/[▀▄█]/);
    await tmux.press("C-c");
    await seen("Filter");
    await tmux.press("q");
    await seen("take the place");
    await tmux.type("n");
    await tmux.press("Enter");
    const share = (await seen(/Share 1 of 3[\s\S]*\n *5 [a-z]+/)).match(/(?<=\d )[a-z]+/g) ?? [];
    await tmux.press("C-c");
    await seen("over 5 2");
    const all = await tmux.scrollback();
    expect(all).toMatch(/^1\n2\n3\n/);
    // The account is already enrolled; sheet requires a file or a printer.
    expect(all.match(/^over .*/gm)).toEqual(["over 1 0", "over 2 130", "over 3 0", "over 4 130", "over 5 2"]);
    expect(share.length).toBeGreaterThan(30);
    expect(share.filter((word) => new RegExp(`\\d ${word}\\b`).test(all))).toEqual([]);
    expect(spellingsIn(all)).toEqual([]);
    expect(all).not.toMatch(/[▀▄█]/);
  });
});

/** Without hooks and debug output, because the test checks a terminal. */
function plain(): Computer {
  const home = join(root, `home${++homes}`);
  cpSync(filled, home, { recursive: true });
  return computerIn(home, { TWINSEED_KEY: KEY });
}
