/**
 * What someone tries who can write to a shared store, by pushing to its repository or in its folder, and what a removed member
 * tries: each with the real program, git and age.
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generateX25519Identity } from "age-encryption";
import { describe, expect, it } from "vitest";
import { signerFor } from "../../src/members/signing-key.ts";
import { sealForRecipient } from "../../src/seeds/file/age-slots.ts";
import { formatOldKey } from "../../src/seeds/file/data-keys.ts";
import { formatCommit, sumOf } from "../../src/sync/signed-commit.ts";
import { dataFolder } from "../../src/system/disk/open-data-folder.ts";
import { computerIn } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { testComputer, testEntry } from "../helpers/member-lists.ts";
import {
  AT,
  add,
  attackersKey,
  filesOf,
  listOf,
  place,
  random,
  requireHealed,
  requireOwnKeys,
  scene,
  tryAdd,
} from "../helpers/shared-store-scene.ts";
import { needs } from "../helpers/system-packages.ts";
import { good, join as joinTeam, makeRepository, run } from "../helpers/team.ts";

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
      const alone = computerIn(join(temporaryFolder(), "alone"), {
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
