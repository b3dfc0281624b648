/**
 * Random histories of a shared store with the real git: three computers add, rename, remove, change the data key and sync; between
 * any two steps somebody who can push edits, deletes, reorders and replays what is in the repository. The computers' seeds and
 * ledgers hold only what members wrote, and once the attacker is gone, all agree, with nothing lost.
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateX25519Identity } from "age-encryption";
import { afterAll, expect, it } from "vitest";
import { attempt, UserError } from "../../src/base/errors.ts";
import { parseEntry } from "../../src/members/entry.ts";
import { formatBase32 } from "../../src/otp/base32.ts";
import { Secret } from "../../src/otp/secret.ts";
import { type Computer, computerIn } from "../helpers/binary.ts";
import { inside } from "../helpers/inside.ts";
import { testComputer, testEntry, testKey } from "../helpers/member-lists.ts";
import { gate, randomFrom } from "../helpers/parallel.ts";
import { needs } from "../helpers/system-packages.ts";
import { makeRepository } from "../helpers/team.ts";
import { times } from "../helpers/times.ts";

const HISTORIES = 50;
/** Forty times as many in the long run. */
const ROUNDS = times(1) > 1 ? 40 : 1;
const STEPS = 8;

const root = mkdtempSync(join(tmpdir(), "twinseed-histories-"));
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

const git = (folder: string, ...args: string[]) =>
  execFileSync("git", ["-C", folder, ...args], { encoding: "utf8", stdio: "pipe" }).trim();

const uri = (name: string) =>
  `otpauth://totp/Test:${name}?issuer=Test&secret=${formatBase32(Secret.of(Uint8Array.from(randomBytes(20))))}\n`;

interface Team {
  readonly homes: readonly Computer[];
  readonly bare: string;
}

async function good(home: Computer, args: readonly string[], text = ""): Promise<string> {
  const { exitCode, stdout, stderr } = await inside(home, args, text);
  expect({ args, exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ args, exitCode: 0, stderr: "" });
  return stdout;
}

/** The homes in a folder; each opens with a key of its own. */
function teamIn(folder: string, keys: readonly Record<string, string>[]): Team {
  const homes = keys.map((env, i) => computerIn(join(folder, `home${i}`), env));
  return { homes, bare: join(folder, "remote.git") };
}

async function template(): Promise<{ folder: string; keys: Record<string, string>[] }> {
  const folder = mkdtempSync(join(root, "template-"));
  const keys: Record<string, string>[] = [
    {
      TWINSEED_STORE: "file",
      TWINSEED_KEY: randomBytes(32).toString("base64"),
      // Others may drop the raw key.
      TWINSEED_IDENTITY: await generateX25519Identity(),
    },
    { TWINSEED_IDENTITY: await generateX25519Identity() },
    { TWINSEED_IDENTITY: await generateX25519Identity() },
  ];
  const { homes, bare } = teamIn(folder, keys);
  makeRepository(bare);
  const [first, ...others] = homes as [Computer, ...Computer[]];
  await good(first, ["add", "-", "--name", "first"], uri("first"));
  await good(first, ["sync", "--init", bare, "--name", "c0"]);
  for (const [i, home] of others.entries()) {
    const line = await good(home, ["sync", "--join", bare, "--name", `c${i + 1}`]);
    const reply = await good(first, ["store", "members", "add", line.trim(), "--yes"]);
    await good(home, reply.trim().split(" ").slice(1));
  }
  return { folder, keys };
}

/** Pushes what somebody without a key makes of the repository. */
function attack(bare: string, folder: string, random: () => number, past: string[]): void {
  const pick = <T>(list: readonly T[]): T => {
    const one = list[Math.floor(random() * list.length)];
    if (one === undefined) throw new Error("nothing to pick from");
    return one;
  };
  const clone = join(folder, "attacker");
  rmSync(clone, { recursive: true, force: true });
  execFileSync("git", ["clone", "--quiet", bare, clone]);
  past.push(git(clone, "rev-parse", "HEAD"));
  const files = git(clone, "ls-files")
    .split("\n")
    .filter((name) => /^(accounts|seeds|keys|members|removed)\/|^devices/.test(name));
  const what = Math.floor(random() * 8);
  const [one, other] = [pick(files), pick(files)];
  if (what === 0) rmSync(join(clone, one));
  if (what === 1) writeFileSync(join(clone, one), readFileSync(join(clone, other)));
  if (what === 2) git(clone, "checkout", "--quiet", pick(past), "--", ".");
  if (what === 3)
    writeFileSync(
      join(clone, one),
      readFileSync(join(clone, one), "utf8").replace(/"name": "[^"]*"/, '"name": "evil"'),
    );
  if (what === 4) writeFileSync(join(clone, "README.md"), `edited ${random()}\n`);
  if (what === 5) {
    const numbers = files
      .filter((name) => name.startsWith("members/"))
      .map((name) => Number.parseInt(name.slice(8), 10));
    if (numbers.length === 0) return; // earlier attacks have deleted them
    const text = readFileSync(join(clone, "members", `${Math.max(...numbers)}.json`), "utf8");
    const last = attempt(() => parseEntry(text));
    if (last instanceof UserError) return; // an earlier attack has damaged it
    const evil = testComputer(pick(["evil", "c0", "c1"]));
    const key = testKey(last.entry.store);
    const forged = testEntry(last, key, { by: evil, members: [evil], key });
    writeFileSync(join(clone, "members", `${forged.entry.number}.json`), forged.text);
  }
  if (what === 6) {
    git(bare, "update-ref", "refs/heads/main", pick(past));
    return;
  }
  if (what === 7) {
    const accounts = files.filter((name) => name.startsWith("accounts/"));
    if (accounts.length === 0) return; // an earlier attack has deleted the only one
    writeFileSync(join(clone, "accounts", "evil.json"), readFileSync(join(clone, pick(accounts)), "utf8"));
  }
  git(clone, "add", "--all");
  const who = ["-c", "user.name=c0", "-c", "user.email=c0@twinseed.invalid"];
  git(clone, ...who, "commit", "--quiet", "--allow-empty", "--message", "twinseed sync by c0");
  git(clone, "push", "--quiet", "--force", "origin", "HEAD:main");
}

async function syncOrReplace(home: Computer): Promise<void> {
  const { exitCode, stderr } = await inside(home, ["sync"]);
  expect(stderr).not.toMatch(/\bbug\b/);
  if (exitCode === 9 && stderr.includes("--replace")) await good(home, ["sync", "--replace"]);
  else expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
}

const listed = async (home: Computer): Promise<{ id: string; name: string }[]> =>
  JSON.parse(await good(home, ["list", "--json"]));

/** Histories that are played at the same time; most of the time each waits for git. */
const inParallel = gate(3);

it.skipIf(!needs("git")).each(Array.from({ length: ROUNDS }, (_, i) => i + 1))(
  `${HISTORIES} random histories, round %i: only what members wrote is taken in, and all agree in the end (needs git)`,
  { timeout: 60_000 * HISTORIES },
  async () => {
    const made = await template();
    const start = Math.floor(Math.random() * 2 ** 31);
    const seeds = Array.from({ length: HISTORIES }, (_, i) => start + i);
    const named = (seed: number) =>
      play(seed, made).catch((cause: unknown) => {
        throw new Error(`in the history of seed ${seed}`, { cause });
      });
    await Promise.all(seeds.map((seed) => inParallel(() => named(seed))));
  },
);

async function play(seed: number, made: Awaited<ReturnType<typeof template>>): Promise<void> {
  const random = randomFrom(seed);
  const folder = mkdtempSync(join(root, "history-"));
  cpSync(made.folder, folder, { recursive: true });
  const { homes, bare } = teamIn(folder, made.keys);
  // What a computer remembers belongs to the path of its data folder, so each of the copies is told the words again.
  const { words } = JSON.parse(await good(homes[0] as Computer, ["store", "--json"])).shared;
  for (const home of homes) {
    git(home.data, "remote", "set-url", "origin", bare);
    await good(home, ["store", "follow", words]);
  }
  const { wanted, gone } = await takeSteps(seed, random, folder, homes, bare);
  for (const home of [...homes, ...homes, ...homes]) await syncOrReplace(home);
  const lists = await Promise.all(homes.map(listed));
  const names = lists.map((list) => list.map(({ name }) => name).sort());
  for (const list of names) expect({ seed, list }).toEqual({ seed, list: names[0] });
  for (const name of wanted)
    if (!gone.has(name))
      expect({ seed, names: names[0] }).toEqual({ seed, names: expect.arrayContaining([name]) });
  for (const home of homes) {
    const { exitCode, stderr } = await inside(home, ["code", "--at", "1700000000"]);
    const said = exitCode === 0 ? "" : stderr;
    expect({ seed, exitCode, said }).toEqual({ seed, exitCode: 0, said: "" });
    const textsIn = (name: string) =>
      readdirSync(join(home.data, name)).map((file) => readFileSync(join(home.data, name, file), "utf8"));
    const keys = textsIn("members").map((text) => parseEntry(text).entry.key);
    for (const text of textsIn("seeds")) expect(keys).toContain(JSON.parse(text).key);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Returns the names of what was added, and of what was removed. */
async function takeSteps(
  seed: number,
  random: () => number,
  folder: string,
  homes: readonly Computer[],
  bare: string,
): Promise<{ wanted: Set<string>; gone: Set<string> }> {
  const wanted = new Set(["first"]);
  const gone = new Set<string>();
  const past: string[] = [];
  for (let step = 0; step < STEPS; step++) {
    const home = homes[Math.floor(random() * homes.length)] as Computer;
    const dice = random();
    if (dice < 0.3) {
      const name = `a${seed}-${step}`;
      const { exitCode } = await inside(home, ["add", "-", "--name", name], uri(name));
      if (exitCode === 0) wanted.add(name);
    } else if (dice < 0.35) {
      const [one] = (await listed(home)).filter(({ name }) => name !== "first");
      if (one !== undefined && (await inside(home, ["remove", one.id, "--yes"])).exitCode === 0)
        gone.add(one.name);
    } else if (dice < 0.42) await inside(home, ["store", "rekey", "--drop-keys"]);
    else if (dice < 0.72) {
      const locked = random() < 0.3;
      const env = locked ? { ...home.env, TWINSEED_KEY: "", TWINSEED_IDENTITY: "" } : home.env;
      const { stderr } = await inside({ ...home, env }, ["sync"]);
      expect(stderr).not.toMatch(/\bbug\b/);
    } else attack(bare, folder, random, past);
    for (const one of homes)
      expect((await listed(one)).filter(({ id, name }) => name === "evil" || id === "evil")).toEqual([]);
  }
  return { wanted, gone };
}
