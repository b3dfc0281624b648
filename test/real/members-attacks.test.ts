/**
 * What someone tries who can write to a shared store, by pushing to its repository or in its folder: each with the real program,
 * git and age. Alice's store opens with a raw key, Bob's and Carol's computers joined with identities of their own.
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterAll, describe, expect, it } from "vitest";
import { parseEntry } from "../../src/members/entry.ts";
import { signerFor } from "../../src/members/signing-key.ts";
import { sealForRecipient } from "../../src/seeds/file/age-slots.ts";
import { type DataKey, newDataKey } from "../../src/seeds/file/data-key.ts";
import { formatOldKey } from "../../src/seeds/file/data-keys.ts";
import { formatCommit, sumOf } from "../../src/sync/signed-commit.ts";
import { dataFolder } from "../../src/system/disk/open-data-folder.ts";
import { type Computer, computerIn } from "../helpers/binary.ts";
import { inside } from "../helpers/inside.ts";
import { testComputer, testEntry } from "../helpers/member-lists.ts";
import { needs } from "../helpers/system-packages.ts";
import { beginSharing, good, join as joinTeam, labeledUri, makeRepository, run } from "../helpers/team.ts";

const AT = ["--at", "1700000000"];
const root = mkdtempSync(join(tmpdir(), "twinseed-members-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const random = (bytes: number) => Uint8Array.from(randomBytes(bytes));

const uri = (label: string): string => labeledUri("Test", label);
const add = (computer: Computer, name: string) => good(computer, ["add", "-", "--name", name], uri(name));
const tryAdd = (computer: Computer, name: string) =>
  computer.run(["add", "-", "--name", name], { stdin: { text: uri(name) } });

interface Scene {
  readonly alice: Computer;
  readonly bob: Computer;
  readonly bare: string;
  readonly folder: string;
  /** Pushes files as someone without any key; undefined removes one. */
  push(files: Readonly<Record<string, string | undefined>>): string;
  /** The files of the repository's newest commit. */
  shared(): Record<string, string>;
}

let scenes = 0;

async function scene(): Promise<Scene> {
  scenes += 1;
  const folder = join(root, String(scenes));
  const bare = join(folder, "remote.git");
  makeRepository(bare);
  const key = randomBytes(32).toString("base64");
  const alice = computerIn(join(folder, "alice"), { TWINSEED_STORE: "file", TWINSEED_KEY: key });
  await add(alice, "first");
  await beginSharing(alice, bare, "alice/desk");
  const bob = computerIn(join(folder, "bob"), { TWINSEED_PASSPHRASE: "correct horse" });
  await joinTeam(bob, alice, bare, "bob/laptop");
  const clone = join(folder, "mallory");
  run("git", "clone", "--quiet", bare, clone);
  const push = (files: Readonly<Record<string, string | undefined>>): string => {
    run("git", "-C", clone, "fetch", "--quiet");
    run("git", "-C", clone, "reset", "--quiet", "--hard", "origin/main");
    place(clone, files);
    run("git", "-C", clone, "add", "--all");
    const who = ["-c", "user.name=alice/desk", "-c", "user.email=m@example.org"];
    run("git", "-C", clone, ...who, "commit", "--quiet", "--message", "twinseed sync by alice/desk");
    run("git", "-C", clone, "push", "--quiet");
    return run("git", "-C", clone, "rev-parse", "HEAD").trim();
  };
  return { alice, bob, bare, folder, push, shared: () => filesOf(bare) };
}

function place(folder: string, files: Readonly<Record<string, string | undefined>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    if (text === undefined) rmSync(join(folder, path), { force: true });
    else writeFileSync(join(folder, path), text);
  }
}

function filesOf(bare: string): Record<string, string> {
  const names = run("git", "-C", bare, "ls-tree", "-r", "--name-only", "main").split("\n").filter(Boolean);
  return Object.fromEntries(names.map((name) => [name, run("git", "-C", bare, "show", `main:${name}`)]));
}

const listOf = (data: string) =>
  readdirSync(join(data, "members"))
    .map((name) => parseEntry(readFileSync(join(data, "members", name), "utf8")))
    .toSorted((a, b) => a.entry.number - b.entry.number);

/** What someone without a key makes: a data key of their own, with a slot for each recipient that stands in the list. */
async function attackersKey({ data }: Computer) {
  const newest = listOf(data).at(-1);
  const evil: DataKey = newDataKey(random, newest?.entry.store);
  const slots: Record<string, string> = {};
  for (const [i, { recipient }] of (newest?.entry.members ?? []).entries())
    if (recipient !== undefined)
      slots[`keys/age-${i}fffffffffffffff.age`] = await sealForRecipient(recipient, evil);
  return { evil, slots };
}

/** No seed, here or in the repository, is sealed with a key that members did not agree on. */
function requireOwnKeys(honest: Computer, others: readonly Computer[], bare: string): void {
  const keys = new Set(listOf(honest.data).map(({ entry }) => entry.key));
  const texts = [
    ...Object.entries(filesOf(bare)).flatMap(([name, text]) => (name.startsWith("seeds/") ? [text] : [])),
    ...[honest, ...others].flatMap(({ data }) =>
      readdirSync(join(data, "seeds")).map((name) => readFileSync(join(data, "seeds", name), "utf8")),
    ),
  ];
  expect(texts.map((text) => JSON.parse(text).key).filter((key) => !keys.has(key))).toEqual([]);
}

/** Once the attacker is gone and an honest state is pushed, all agree again. */
async function requireHealed(
  computers: readonly Computer[],
  bare: string,
  names: readonly string[],
): Promise<void> {
  for (const computer of [...computers, ...computers]) await good(computer, ["sync"]);
  const [first] = computers;
  for (const computer of computers) {
    expect(listOf(computer.data).at(-1)?.hash).toBe(listOf(first?.data ?? "").at(-1)?.hash);
    for (const name of names) expect(await good(computer, ["code", name, ...AT])).toMatch(/^\d{6}\n$/);
    const { exitCode, stdout } = await computer.run(["doctor"]);
    expect({ exitCode, stdout: exitCode === 0 ? "" : stdout }).toEqual({ exitCode: 0, stdout: "" });
  }
  if (first !== undefined) requireOwnKeys(first, computers, bare);
}

const installed = needs("git", "age");

describe.skipIf(!installed)(
  "someone who can push, without a key (needs git, age)",
  { timeout: 240_000 },
  () => {
    it("puts slots of a data key of their own there: nothing comes in, and nothing is sealed with it", async () => {
      const { alice, bob, bare, push } = await scene();
      const { slots } = await attackersKey(bob);
      const commit = push(slots);
      const { exitCode, stderr } = await bob.run(["sync"]);
      expect(exitCode).toBe(9);
      expect(stderr).toContain(commit.slice(0, 12));
      expect(stderr).toContain("was signed by no member");
      expect(stderr).toContain("twinseed sync --replace");
      await add(bob, "payroll");
      await good(bob, ["sync", "--replace"]);
      requireOwnKeys(alice, [bob], bare);
      await requireHealed([alice, bob], bare, ["first", "payroll"]);
      expect(Object.keys(filesOf(bare)).filter((name) => name in slots)).toEqual([]);
    });

    it("writes into the folder itself, as a cloud folder lets them: slots, old keys, a journal, a list", async () => {
      const { alice, bob, bare } = await scene();
      const { evil, slots } = await attackersKey(bob);
      const last = listOf(bob.data);
      const newest = last.at(-1);
      const { file, text } = formatOldKey({ ...evil, id: newest?.entry.key ?? "" }, evil, random);
      const mallory = testComputer("mallory");
      const forged = testEntry(newest, evil, { by: mallory, members: [mallory], key: evil });
      const number = (newest?.entry.number ?? 0) + 1;
      place(bob.data, {
        ...slots,
        [file]: text,
        [`keys/rekey-${evil.id}.json`]: JSON.stringify({
          version: 1,
          kind: "rekey",
          key: evil.id,
          files: slots,
          remove: readdirSync(join(bob.data, "keys")).map((name) => `keys/${name}`),
        }),
        [`members/${number}.json`]: forged.text,
        "recipients/00.json": "{}",
      });
      const before = readdirSync(join(bob.data, "keys"));
      const { stdout } = await bob.run(["doctor", "--repair"]);
      expect(stdout).not.toMatch(/store rekey|members add/);
      await add(bob, "payroll");
      await good(bob, ["store", "rekey", "--drop-keys"]);
      await add(bob, "wages");
      expect(before.length).toBeGreaterThan(4);
      await good(bob, ["sync"]);
      await good(alice, ["sync"], undefined).catch(() => {});
      requireOwnKeys(bob, [], bare);
      expect(
        listOf(bob.data)
          .at(-1)
          ?.entry.members.map(({ name }) => name),
      ).toEqual(["alice/desk", "bob/laptop"]);
      for (const name of ["first", "payroll", "wages"]) await good(bob, ["code", name, ...AT]);
    });

    it("exchanges or deletes Bob's slot: he is not locked out", async () => {
      const { alice, bob, bare, push, shared } = await scene();
      const { evil } = await attackersKey(bob);
      const recipient = listOf(bob.data)
        .at(-1)
        ?.entry.members.find(({ name }) => name === "bob/laptop")?.recipient;
      const [slot = ""] = Object.keys(shared()).filter((name) => name.startsWith("keys/age-"));
      for (const text of [await sealForRecipient(recipient ?? "", evil), undefined]) {
        push({ [slot]: text });
        for (const computer of [alice, bob]) {
          expect((await computer.run(["sync"])).exitCode).toBe(9);
          await good(computer, ["code", "first", ...AT]);
        }
        await good(bob, ["sync", "--replace"]);
      }
      await requireHealed([alice, bob], bare, ["first"]);
    });

    it("has Alice's raw key, as CI has it, and no signing key: they read, and change nothing", async () => {
      const { alice, bob, bare, folder } = await scene();
      const ci = computerIn(join(folder, "ci"), { TWINSEED_KEY: alice.env.TWINSEED_KEY ?? "" });
      run("git", "clone", "--quiet", bare, ci.data);
      await good(ci, ["code", "first", ...AT]);
      expect(await ci.run(["sync"])).toMatchObject({
        exitCode: 9,
        stderr: expect.stringContaining("does not know the store's members"),
      });
      expect(await tryAdd(ci, "planted")).toMatchObject({ exitCode: 9 });
      const words = JSON.parse(await good(alice, ["store", "--json"])).shared.words;
      const knowing = computerIn(ci.home, { ...ci.env, TWINSEED_STORE_WORDS: words });
      await good(knowing, ["sync"]);
      await add(knowing, "local");
      expect((await knowing.run(["store", "rekey"])).stderr).toContain("not in the list of members");
      expect((await knowing.run(["sync"])).stderr).toContain("only reads");
      await requireHealed([alice, bob], bare, ["first"]);
    });

    it("deletes all that shows that the store is shared: doctor says so even then", async () => {
      const alone = computerIn(join(root, "alone"), {
        TWINSEED_STORE: "file",
        TWINSEED_KEY: randomBytes(32).toString("base64"),
      });
      await add(alone, "first");
      await good(alone, ["sync", "--init"]);
      for (const name of ["members", ".git"]) rmSync(join(alone.data, name), { recursive: true });
      const { exitCode, stdout } = await alone.run(["doctor"]);
      expect({ exitCode, stdout }).toEqual({
        exitCode: 1,
        stdout: expect.stringContaining("is older than the one that was seen"),
      });
      expect((await tryAdd(alone, "second")).exitCode).toBe(9);
    });

    it("deletes the list, or puts an older one back in the folder", async () => {
      const { alice, bob, bare } = await scene();
      await good(alice, ["store", "rekey", "--drop-keys"]);
      await good(bob, ["sync"]);
      const files = Object.fromEntries(
        readdirSync(join(bob.data, "members")).map((name) => [`members/${name}`, undefined]),
      );
      const newest = `members/${listOf(bob.data).length}.json`;
      for (const gone of [files, { [newest]: undefined }]) {
        const kept = Object.fromEntries(
          Object.keys(gone).map((name) => [name, readFileSync(join(bob.data, name), "utf8")]),
        );
        place(bob.data, gone);
        await good(bob, ["code", "first", ...AT]);
        expect(await tryAdd(bob, "payroll")).toMatchObject({
          exitCode: 9,
          stderr: expect.stringContaining("older than the one that was seen before"),
        });
        place(bob.data, kept);
      }
      place(bob.data, files);
      await requireHealed([bob, alice], bare, ["first"]);
    });
  },
);

describe.skipIf(!installed)("on the ledger (needs git, age)", { timeout: 240_000 }, () => {
  it("forged copies and dates, exchanged names, deleted and older entries change nothing", async () => {
    const { alice, bob, bare, push, shared } = await scene();
    await add(alice, "second");
    await good(alice, ["sync"]);
    await good(bob, ["sync"]);
    const files = shared();
    const accounts = Object.keys(files).filter((name) => name.startsWith("accounts/"));
    const [one = "", other = ""] = accounts;
    const at = "2026-01-31T12:00:00.000Z";
    const forged = JSON.parse(files[one] ?? "");
    const device = { id: "evil", name: "phone", kind: "phone", addedAt: at, state: "active" };
    const devices = JSON.parse(files["devices.json"] ?? "");
    const attacks: Record<string, string | undefined>[] = [
      {
        [one]: JSON.stringify({
          ...forged,
          copies: [...forged.copies, { device: "evil", addedAt: at, confirmedAt: at }],
        }),
        "devices.json": JSON.stringify({ ...devices, devices: [...devices.devices, device] }),
      },
      { [one]: files[other], [other]: files[one] },
      { [one]: undefined },
      Object.fromEntries(accounts.map((name) => [name, undefined])),
      { [one]: undefined, [one.replace("accounts", "removed")]: files[one] },
    ];
    const before = await good(bob, ["list", "--json"]);
    const audited = await bob.run(["audit", "--min-copies", "3", "--json"]);
    expect(audited.exitCode).toBe(8);
    for (const attack of attacks) {
      push(attack);
      const { exitCode, stderr } = await bob.run(["sync"]);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 9,
        stderr: expect.stringContaining(Object.keys(attack)[0] ?? ""),
      });
      expect(await good(bob, ["list", "--json"])).toBe(before);
      expect(await bob.run(["audit", "--min-copies", "3", "--json"])).toMatchObject({
        exitCode: 8,
        stdout: audited.stdout,
      });
      await good(alice, ["sync", "--replace"]);
    }
    // An older commit of theirs: nothing to take in, and the next push heals it.
    run(
      "git",
      "-C",
      bare,
      "update-ref",
      "refs/heads/main",
      run("git", "-C", bare, "rev-parse", "main~1").trim(),
    );
    await requireHealed([bob, alice], bare, ["first", "second"]);
    expect(await good(bob, ["list", "--json"])).toBe(before);
  });

  it("who has a copy of Bob's signing key alone writes in his name, and changes neither members nor keys", async () => {
    const { alice, bob, bare, folder } = await scene();
    const { evil } = await attackersKey(bob);
    const last = listOf(bob.data).at(-1);
    const [store = ""] = readdirSync(join(bob.home, ".local/state/twinseed/stores"));
    const state = dataFolder(join(bob.home, ".local/state/twinseed"), () => {});
    const signer = signerFor(state, store);
    if (signer === undefined || last === undefined) throw new Error("Bob has no signing key");
    const mallory = testComputer("mallory");
    const thief = { member: { name: "bob/laptop", signer: signer.signer }, sign: signer.sign };
    const forged = testEntry(last, evil, { by: thief, members: [thief, mallory], key: evil });
    const clone = join(folder, "mallory");
    run("git", "-C", clone, "pull", "--quiet");
    writeFileSync(join(clone, "members/3.json"), forged.text);
    run("git", "-C", clone, "add", "--all");
    const tree = run("git", "-C", clone, "write-tree").trim();
    const parent = run("git", "-C", clone, "rev-parse", "HEAD").trim();
    const files = filesOf(bare);
    const shared = Object.entries({ ...files, "members/3.json": forged.text }).filter(
      ([name]) => !name.startsWith("."),
    );
    const statement = { store, list: 3, sum: sumOf(new Map(shared)) };
    const text = formatCommit(tree, [parent], statement, { ...signer, name: "bob/laptop" }, 1_700_000_000);
    const input = { input: text };
    const commit = execFileSync("git", ["-C", clone, "hash-object", "-t", "commit", "-w", "--stdin"], input)
      .toString()
      .trim();
    run("git", "-C", clone, "push", "--quiet", "origin", `${commit}:main`);
    // Locked, the list can't be checked: nothing of hers is sealed to, and what waits is said.
    const locked = computerIn(alice.home, { ...alice.env, TWINSEED_KEY: "" });
    await locked.run(["sync"]);
    await good(alice, ["code", "first", ...AT]);
    await add(alice, "payroll");
    const { stderr } = await alice.run(["sync"]);
    expect(stderr).not.toMatch(/\bbug\b/);
    await good(alice, ["store", "members", "remove", "bob"]);
    await requireHealed([alice], bare, ["first", "payroll"]);
    expect(
      listOf(alice.data)
        .at(-1)
        ?.entry.members.map(({ name }) => name),
    ).toEqual(["alice/desk"]);
  });
});

describe.skipIf(!installed)("a member who was removed (needs git, age)", { timeout: 240_000 }, () => {
  it("puts the old slots and list back, in the repository or in the folder", async () => {
    const { alice, bob, bare, push, shared } = await scene();
    const old = shared();
    const words = (await good(alice, ["store", "members", "remove", "bob"])).trim().split(" ").at(-1);
    expect(words?.split("-")).toHaveLength(8);
    const now = shared();
    const gone = Object.fromEntries(Object.keys(now).map((name) => [name, undefined]));
    push({ ...gone, ...old });
    expect(await alice.run(["sync"])).toMatchObject({
      exitCode: 9,
      stderr: expect.stringContaining("was signed by no member"),
    });
    await add(alice, "payroll");
    await good(alice, ["sync", "--replace"]);
    // His own commits, which he signed while he was a member, pushed again.
    await bob.run(["sync"]);
    run("git", "-C", bob.data, "push", "--quiet", "--force", bare, "HEAD:main");
    for (const [name, text] of Object.entries(old))
      if (/^(keys|members)\//.test(name)) writeFileSync(join(alice.data, name), text);
    await add(alice, "wages");
    await good(alice, ["sync", "--replace"]);
    requireOwnKeys(alice, [], bare);
    const key = listOf(alice.data).at(-1)?.entry.key;
    for (const [name, text] of Object.entries(shared()))
      if (name.startsWith("seeds/")) expect(JSON.parse(text).key).toBe(key);
    expect(await bob.run(["code", "payroll", ...AT])).not.toMatchObject({ exitCode: 0 });
  });

  it("gets no seed that someone who had not heard of it pushes, locked, with the old key", async () => {
    const { alice, bob, bare, folder, shared } = await scene();
    const identity = await generateX25519Identity();
    const file = join(folder, "carol.txt");
    writeFileSync(file, `${identity}\n`, { mode: 0o600 });
    const carol = computerIn(join(folder, "carol"), { TWINSEED_IDENTITY_FILE: file });
    await joinTeam(carol, alice, bare, "carol/laptop");
    await good(bob, ["sync"]);
    await good(alice, ["store", "members", "remove", "bob"]);
    await add(carol, "payroll");
    const locked = computerIn(carol.home, { ...carol.env, TWINSEED_IDENTITY_FILE: "" });
    const { exitCode, stderr } = await locked.run(["sync"]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringContaining("1 account is not shared yet"),
    });
    expect(Object.keys(shared()).filter((name) => name.startsWith("seeds/"))).toHaveLength(1);
    await good(carol, ["sync"]);
    expect(Object.keys(shared()).filter((name) => name.startsWith("seeds/"))).toHaveLength(2);
    const key = listOf(alice.data).at(-1)?.entry.key;
    for (const [name, text] of Object.entries(shared()))
      if (name.startsWith("seeds/")) expect(JSON.parse(text).key).toBe(key);
    await requireHealed([alice, carol], bare, ["first", "payroll"]);
  });

  it("signs nothing any more, however it is dated", async () => {
    const { alice, bob, bare } = await scene();
    await add(bob, "bobs");
    const early = computerIn(bob.home, { ...bob.env, GIT_COMMITTER_DATE: "2020-01-01T00:00:00Z" });
    run("git", "-C", bob.data, "remote", "set-url", "origin", join(bare, "missing"));
    expect((await early.run(["sync"])).exitCode).toBe(1);
    await good(alice, ["store", "members", "remove", "bob/laptop"]);
    run("git", "-C", bob.data, "remote", "set-url", "origin", bare);
    // A commit of his from before, whose parent is what all had.
    const aside = join(dirname(bare), "aside.git");
    makeRepository(aside);
    run("git", "-C", bob.data, "remote", "set-url", "origin", aside);
    await good(bob, ["sync"]);
    run("git", "-C", aside, "push", "--quiet", "--force", bare, "main");
    const { exitCode, stderr } = await alice.run(["sync"]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 9,
      stderr: expect.stringContaining("was signed by bob/laptop, who is not a member any more"),
    });
    expect(await good(alice, ["list"])).not.toContain("bobs");
    await good(alice, ["sync", "--replace"]);
  });
});

describe.skipIf(!installed)("honest people (needs git, age)", { timeout: 240_000 }, () => {
  it("add CI by its recipient: it joins with what they send back, and only reads", async () => {
    const { alice, bob, bare, folder } = await scene();
    const identity = await generateX25519Identity();
    const file = join(folder, "ci.txt");
    writeFileSync(file, `${identity}\n`, { mode: 0o600 });
    const ci = computerIn(join(folder, "ci"), { TWINSEED_IDENTITY_FILE: file });
    const reply = await good(alice, [
      "store",
      "members",
      "add",
      await identityToRecipient(identity),
      "--name",
      "ci",
    ]);
    const { stderr } = await ci.run(reply.trim().split(" ").slice(1));
    expect(stderr).toContain("joined as ci");
    await good(ci, ["code", "first", ...AT]);
    await add(bob, "second");
    await good(bob, ["sync"]);
    await good(ci, ["sync"]);
    await good(ci, ["code", "second", ...AT]);
    expect((await ci.run(["store", "members", "remove", "bob"])).exitCode).toBe(1);
    await requireHealed([alice, bob], bare, ["first", "second"]);
  });

  it("who add somebody in the same minute both succeed", async () => {
    const { alice, bob, bare, folder } = await scene();
    const people = ["carol", "dave"].map((name) =>
      computerIn(join(folder, name), { TWINSEED_PASSPHRASE: "correct horse" }),
    );
    const lines = await Promise.all(
      people.map((one, i) => good(one, ["sync", "--join", bare, "--name", ["carol", "dave"][i] ?? ""])),
    );
    const replies = await Promise.all(
      [alice, bob].map((one, i) => good(one, ["store", "members", "add", lines[i]?.trim() ?? "", "--yes"])),
    );
    for (const [i, reply] of replies.entries())
      await good(people[i] as Computer, reply.trim().split(" ").slice(1));
    await requireHealed([alice, bob, ...people], bare, ["first"]);
    expect(
      listOf(alice.data)
        .at(-1)
        ?.entry.members.map(({ name }) => name)
        .sort(),
    ).toEqual(["alice/desk", "bob/laptop", "carol", "dave"]);
  });

  it("who remove each other: the first push wins, and the other is told", async () => {
    const { alice, bob, bare } = await scene();
    await good(alice, ["store", "members", "remove", "bob"]);
    const { exitCode, stderr } = await bob.run(["store", "members", "remove", "alice", "--drop-keys"]);
    expect(exitCode).not.toBe(0);
    expect(stderr).not.toMatch(/\bbug\b/);
    await requireHealed([alice], bare, ["first"]);
    expect(await alice.run(["store", "members", "remove", "alice"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("computer that you sit at"),
    });
  });

  it("whose server was put back to last night's state heal it with the next push", async () => {
    const { alice, bob, bare, folder } = await scene();
    const night = join(folder, "night.git");
    cpSync(bare, night, { recursive: true });
    await add(alice, "second");
    await good(alice, ["store", "rekey"]);
    await good(bob, ["sync"]);
    rmSync(bare, { recursive: true });
    cpSync(night, bare, { recursive: true });
    await requireHealed([bob, alice], bare, ["first", "second"]);
  });

  it("whose state folder is lost read on, and go on after the words were typed", async () => {
    const { alice, bob, bare } = await scene();
    rmSync(join(alice.home, ".local", "state"), { recursive: true });
    await good(alice, ["code", "first", ...AT]);
    for (const command of [["sync"], ["store", "rekey"], ["store", "members", "remove", "bob"]])
      expect(await alice.run(command)).toMatchObject({ exitCode: 9 });
    expect(await tryAdd(alice, "second")).toMatchObject({ exitCode: 9 });
    const { words } = JSON.parse(await good(bob, ["store", "--json"])).shared;
    await good(alice, ["store", "follow", ...words.split("-")]);
    await add(alice, "second");
    // Its signing key is gone, too: it joins again.
    const line = await good(alice, ["sync", "--join", "--name", "alice/again"]);
    const reply = await good(bob, ["store", "members", "add", line.trim(), "--yes"]);
    await good(alice, reply.trim().split(" ").slice(1));
    await requireHealed([alice, bob], bare, ["first", "second"]);
  });

  it("whose state folders are all lost begin a new list, and join again", async () => {
    const { alice, bob, bare } = await scene();
    await good(alice, ["sync"]);
    for (const { home } of [alice, bob]) rmSync(join(home, ".local", "state"), { recursive: true });
    expect(await alice.run(["store", "members", "restart"])).toMatchObject({ exitCode: 2 });
    await good(alice, ["store", "members", "restart", "--yes", "--name", "alice/desk"]);
    await add(alice, "second");
    await good(alice, ["sync"]);
    const { exitCode, stderr } = await bob.run(["sync"]);
    expect(exitCode).toBe(9);
    expect(stderr).not.toMatch(/\bbug\b/);
    const line = await good(bob, ["sync", "--join", "--name", "bob/laptop"]);
    const reply = await good(alice, ["store", "members", "add", line.trim(), "--yes"]);
    await good(bob, reply.trim().split(" ").slice(1));
    await requireHealed([alice, bob], bare, ["first", "second"]);
    expect(listOf(bob.data).map(({ entry }) => entry.members.length)).toEqual([1, 2]);
  });

  it("see in the log who changed what", async () => {
    const { alice, bob, push } = await scene();
    await add(bob, "second");
    await good(bob, ["rename", "second", "payroll"]);
    await good(bob, ["sync"]);
    push({ "README.md": "# ours\n" });
    await good(alice, ["sync"]);
    await good(alice, ["remove", "payroll", "--yes"]);
    await good(alice, ["sync"]);
    await good(alice, ["store", "members", "remove", "bob"]);
    const events: { by: string | null; changes: { what: string; name?: string }[] }[] = JSON.parse(
      await good(alice, ["store", "log", "--json"]),
    );
    const said = events.flatMap(({ by, changes }) =>
      changes.map(({ what, name }) => [by, what, name].join(" ").trim()),
    );
    for (const one of [
      "alice/desk began",
      "alice/desk account added first",
      "alice/desk member added bob/laptop",
      "bob/laptop account added payroll",
      "other files",
      "alice/desk account removed payroll",
      "alice/desk member removed bob/laptop",
      "alice/desk new data key",
    ])
      expect(said).toContain(one);
    expect(await good(alice, ["store", "log"])).toContain("(signed by no member)  other files");
  });

  it("with a clock that is years off change nothing for the others", async () => {
    const { alice, bob, bare } = await scene();
    const years = 20 * 365 * 86_400_000;
    for (const [i, ahead] of [years, -years].entries()) {
      const commands: [string[], string?][] = [
        [["add", "-", "--name", `off${i}`], uri(`off${i}`)],
        [["sync"]],
        [["store", "rekey", "--drop-keys"]],
      ];
      for (const [args, text] of commands) {
        const { exitCode, stderr } = await inside(alice, args, text, ahead);
        expect({ args, exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({
          args,
          exitCode: 0,
          stderr: "",
        });
      }
      await good(bob, ["sync"]);
      await add(bob, `on${i}`);
      await good(bob, ["sync"]);
    }
    await good(alice, ["sync"]);
    for (const name of ["first", "off0", "on0", "off1", "on1"])
      for (const computer of [alice, bob]) await good(computer, ["code", name, ...AT]);
    requireOwnKeys(alice, [bob], bare);
  });

  it("edit a README on the web, and let a bot add its files", async () => {
    const { alice, bob, bare, push, shared } = await scene();
    push({ "README.md": "# ours\n", ".github/workflows/ci.yml": "on: push\n" });
    for (const computer of [alice, bob]) await good(computer, ["sync"]);
    await add(bob, "second");
    await good(bob, ["sync"]);
    expect(shared()["README.md"]).toBe("# ours\n");
    await requireHealed([alice, bob], bare, ["first", "second"]);
  });
});

describe.skipIf(!installed)("two lists (needs git, age)", { timeout: 240_000 }, () => {
  it("are a stop that names both, and the words choose", async () => {
    const { alice, bob, bare, folder } = await scene();
    // A server that shows each of them a list of its own.
    const other = join(folder, "other.git");
    cpSync(bare, other, { recursive: true });
    run("git", "-C", bob.data, "remote", "set-url", "origin", other);
    await good(alice, ["store", "rekey"]);
    await good(bob, ["store", "rekey", "--drop-keys"]);
    run("git", "-C", bob.data, "remote", "set-url", "origin", bare);
    const { exitCode, stderr } = await bob.run(["sync"]);
    expect(exitCode).toBe(9);
    expect(stderr).toMatch(
      /two lists of members: entry 3 by bob\/laptop \([a-z-]+\); and entry 3 by alice\/desk/,
    );
    await good(bob, ["code", "first", ...AT]);
    const { words } = JSON.parse(await good(alice, ["store", "--json"])).shared;
    await good(bob, ["store", "follow", words]);
    await requireHealed([alice, bob], bare, ["first"]);
  });

  it("where the one with the words is withheld, nothing is sealed or pushed until it comes", async () => {
    const { alice, bob, bare, folder } = await scene();
    const held = join(folder, "held.git");
    cpSync(bare, held, { recursive: true });
    run("git", "-C", bob.data, "remote", "set-url", "origin", held);
    await good(alice, ["store", "rekey"]);
    const { words } = JSON.parse(await good(alice, ["store", "--json"])).shared;
    expect((await bob.run(["store", "follow", words])).stderr).toContain(
      "nothing is sealed or pushed until it arrives",
    );
    expect(await tryAdd(bob, "second")).toMatchObject({ exitCode: 9 });
    expect(await bob.run(["sync"])).toMatchObject({ exitCode: 9 });
    run("git", "-C", bob.data, "remote", "set-url", "origin", bare);
    await requireHealed([bob, alice], bare, ["first"]);
  });
});

describe.skipIf(!installed)("what lies in .git (needs git, age)", { timeout: 240_000 }, () => {
  it("replaced objects and grafts don't count, and objects that were exchanged are noticed", async () => {
    const { alice, bob, bare } = await scene();
    const git = (...args: string[]) => run("git", "-C", bob.data, ...args).trim();
    const [name = ""] = readdirSync(join(bob.data, "accounts"));
    const blob = git("rev-parse", `HEAD:accounts/${name}`);
    const forged = readFileSync(join(bob.data, "accounts", name), "utf8").replace('"first"', '"other"');
    const object = execFileSync("git", ["-C", bob.data, "hash-object", "-w", "--stdin"], { input: forged });
    git("replace", blob, object.toString().trim());
    mkdirSync(join(bob.data, ".git", "info"), { recursive: true });
    writeFileSync(join(bob.data, ".git", "info", "grafts"), `${git("rev-parse", "HEAD")}\n`);
    await requireHealed([bob, alice], bare, ["first"]);
    git("replace", "-d", blob);
    rmSync(join(bob.data, ".git", "info", "grafts"));
    const packs = join(bob.data, ".git/objects/pack");
    const texts = readdirSync(packs)
      .filter((one) => one.endsWith(".pack"))
      .map((one) => readFileSync(join(packs, one)));
    rmSync(packs, { recursive: true });
    for (const input of texts) execFileSync("git", ["-C", bob.data, "unpack-objects", "-q"], { input });
    const loose = join(bob.data, ".git/objects", blob.slice(0, 2), blob.slice(2));
    expect(existsSync(loose)).toBe(true);
    rmSync(loose, { force: true });
    writeFileSync(loose, deflateSync(Buffer.from(`blob ${Buffer.byteLength(forged)}\0${forged}`)));
    const { exitCode, stderr } = await bob.run(["sync"]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining("was changed on this disk"),
    });
    expect(await good(bob, ["list"])).toContain("first");
  });

  it("a second, junk signature makes no commit of ours", async () => {
    const { alice, bob, bare, folder } = await scene();
    await add(bob, "second");
    await good(bob, ["sync"]);
    const text = run("git", "-C", bare, "cat-file", "commit", "main");
    const junk = [
      text.replace("\n\ntwinseed", "\ngpgsig-sha256 junk\n\ntwinseed"),
      text.replace("\ngpgsig ", "\nencoding x\ngpgsig "),
      `${text}\n`,
    ];
    for (const one of junk) {
      const commit = execFileSync(
        "git",
        ["-C", bare, "hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        { input: one },
      );
      run("git", "-C", bare, "update-ref", "refs/heads/main", commit.toString().trim());
      const { exitCode, stderr } = await alice.run(["sync"]);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 9,
        stderr: expect.stringContaining("was signed by no member"),
      });
    }
    expect(folder).not.toBe("");
    await good(bob, ["sync", "--replace"]);
    await requireHealed([alice, bob], bare, ["first", "second"]);
  });

  it("our commits are good for git, with an allowed-signers file made from the list", async () => {
    const { alice, bob, bare, folder } = await scene();
    await add(bob, "second");
    await good(bob, ["sync"]);
    const members = listOf(alice.data).at(-1)?.entry.members ?? [];
    const signers = join(folder, "allowed");
    writeFileSync(
      signers,
      members.map(({ name, signer }) => `${name}@twinseed.invalid ${signer}\n`).join(""),
    );
    const shown = run(
      "git",
      "-c",
      `gpg.ssh.allowedSignersFile=${signers}`,
      "-C",
      bare,
      "log",
      "--format=%G? %GS",
      "main",
    );
    const lines = shown.split("\n").filter(Boolean);
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line).toMatch(/^G (alice\/desk|bob\/laptop)@twinseed\.invalid$/);
  });
});
