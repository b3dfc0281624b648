/** What may lie in the .git of a shared store, and what git itself says of our commits. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { add, listOf, requireHealed, scene } from "../helpers/shared-store-scene.ts";
import { needs } from "../helpers/system-packages.ts";
import { good, run } from "../helpers/team.ts";

const installed = needs("git", "age");

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
