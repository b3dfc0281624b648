/** What honest people do with a shared store, some of it at the same time, with the real program, git and age. */
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "vitest";
import { type Computer, computerIn } from "../helpers/binary.ts";
import { inside } from "../helpers/inside.ts";
import {
  AT,
  add,
  listOf,
  requireHealed,
  requireOwnKeys,
  scene,
  tryAdd,
  uri,
} from "../helpers/shared-store-scene.ts";
import { needs } from "../helpers/system-packages.ts";
import { good, run } from "../helpers/team.ts";

const installed = needs("git", "age");

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
