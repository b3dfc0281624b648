/**
 * What somebody who can push to a shared repository, but has no key, tries: each with the real program, the real git, a bare
 * repository and two homes. docs/sync.md has the table of who can do what.
 */
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
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
import { generateX25519Identity } from "age-encryption";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { formatBase32 } from "../../src/otp/base32.ts";
import { Secret } from "../../src/otp/secret.ts";
import { type Computer, computerIn } from "../helpers/binary.ts";
import { inside } from "../helpers/inside.ts";
import { needs } from "../helpers/system-packages.ts";
import { beginSharing, good, join as joinTeam, wordsOf } from "../helpers/team.ts";

const AT = ["--at", "1700000000"];
const root = mkdtempSync(join(tmpdir(), "twinseed-attacks-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { encoding: "utf8", stdio: "pipe" });

function seedUri(issuer: string, label: string): string {
  const seed = createHash("sha1").update(label).digest();
  return `otpauth://totp/${issuer}:${label}?issuer=${issuer}&secret=${formatBase32(Secret.of(Uint8Array.from(seed)))}`;
}

/** Alice and Bob share a store that opens by itself with a raw key; the attacker has a clone of the same repository. */
async function scene(name: string) {
  const folder = join(root, name);
  const bare = join(folder, "remote.git");
  run("git", "init", "--quiet", "--bare", "-b", "main", bare);
  const env = { TWINSEED_STORE: "file", TWINSEED_KEY: randomBytes(32).toString("base64") };
  const alice = computerIn(join(folder, "alice"), env);
  await inside(alice, ["add", "-", "--name", "aws-root"], `${seedUri("AWS", "root")}\n`);
  await inside(alice, ["add", "-", "--name", "netflix"], `${seedUri("Netflix", "me")}\n`);
  await beginSharing(alice, bare, "alice");
  const TWINSEED_IDENTITY_FILE = join(folder, "identity");
  writeFileSync(TWINSEED_IDENTITY_FILE, await generateX25519Identity(), { mode: 0o600 });
  const bob = computerIn(join(folder, "bob"), { ...env, TWINSEED_IDENTITY_FILE });
  await joinTeam(bob, alice, bare, "bob");
  await good(alice, ["sync"]);
  const mallory = join(folder, "mallory");
  run("git", "clone", "--quiet", bare, mallory);
  const push = (files: Record<string, string | Uint8Array>): void => {
    run("git", "-C", mallory, "pull", "--quiet", "--rebase");
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(mallory, path)), { recursive: true });
      writeFileSync(join(mallory, path), text);
    }
    run("git", "-C", mallory, "add", "--force", "--all");
    const who = ["-c", "user.name=m", "-c", "user.email=m@example.org"];
    run("git", "-C", mallory, ...who, "commit", "--quiet", "--message", "hello");
    run("git", "-C", mallory, "push", "--quiet");
  };
  const seeds = () => readdirSync(join(mallory, "seeds")).map((file) => `seeds/${file}`);
  return { alice, bob, bare, env, mallory, push, seeds };
}

const sync = (computer: Computer) => computer.run(["sync"]);

async function codeOf(computer: Computer, name: string): Promise<string> {
  const { exitCode, stdout, stderr } = await inside(computer, ["code", name, ...AT]);
  return exitCode === 0 ? stdout.trim() : stderr;
}

const installed = needs("git");

describe.skipIf(!installed)("pushed by somebody without a key (needs git)", { timeout: 120_000 }, () => {
  it("a seed that can't be opened replaces none, and goes from the repository with the next sync", async () => {
    const { alice, bob, bare, push, seeds } = await scene("worse-seeds");
    const right = await codeOf(alice, "aws-root");
    const [first = ""] = seeds();
    const id = /\/([a-z0-9]+)\./.exec(first)?.[1] ?? "";
    const text = readFileSync(join(alice.data, first), "utf8");
    const forged = { nonce: randomBytes(12).toString("base64"), sealed: randomBytes(90).toString("base64") };
    for (const bad of [
      { ...JSON.parse(text), sealed: "AAAA" },
      { ...JSON.parse(text), ...forged },
      { ...JSON.parse(text), ...forged, key: "zzzzzzzz" },
      { ...JSON.parse(text), ...forged, key: "f".repeat(32) },
    ]) {
      push(
        Object.fromEntries(seeds().map((name) => [name, `${JSON.stringify({ ...bad, id: idIn(name) })}\n`])),
      );
      const { exitCode, stderr } = await sync(bob);
      expect(stderr).toMatch(/rejected a seed of "(aws-root|netflix)" that can't be opened: yours is kept/);
      expect(exitCode).toBe(0);
      expect(await codeOf(bob, "aws-root")).toBe(right);
      expect(run("git", "-C", bare, "show", `HEAD:${first}`)).toBe(text);
      await good(alice, ["sync"]);
      expect(await codeOf(alice, "aws-root")).toBe(right);
    }
    expect(id).not.toBe("");
  });

  it("where the store doesn't open by itself, ours is kept in damaged/, and doctor puts it back", async () => {
    const { bob, push, seeds } = await scene("locked");
    const right = await codeOf(bob, "aws-root");
    const text = readFileSync(join(bob.data, seeds()[0] ?? ""), "utf8");
    const pushForged = (fields: object) =>
      push(
        Object.fromEntries(
          seeds().map((name) => [name, JSON.stringify({ ...JSON.parse(text), id: idIn(name), ...fields })]),
        ),
      );
    const locked = { TWINSEED_KEY: undefined, TWINSEED_IDENTITY_FILE: undefined };
    const sealed = randomBytes(90).toString("base64");
    // Sealed with a key that is in no list: ours is kept, and goes back.
    pushForged({ sealed, key: "f".repeat(32) });
    expect(await bob.run(["sync"], { env: locked })).toMatchObject({ exitCode: 0 });
    expect(await codeOf(bob, "aws-root")).toBe(right);
    pushForged({ sealed });
    const { exitCode, stderr } = await bob.run(["sync"], { env: locked });
    expect(stderr).toMatch(/2 seeds came sealed again .*damaged\/.*git's history.*doctor --repair/);
    expect(exitCode).toBe(0);
    expect(await codeOf(bob, "aws-root")).toContain("twinseed doctor --repair");
    expect((await bob.run(["doctor", "--repair"])).stderr).toContain('put the seed of "aws-root" back');
    expect(await codeOf(bob, "aws-root")).toBe(right);
  });

  it("names that were exchanged give no code of another account", async () => {
    const { bob, push, mallory } = await scene("names");
    const files = readdirSync(join(mallory, "accounts")).map((file) => `accounts/${file}`);
    const [a, b] = files.map((file) => JSON.parse(readFileSync(join(mallory, file), "utf8")));
    const pick = ({ name, issuer, label }: Record<string, unknown>) => ({ name, issuer, label });
    push({
      [files[0] ?? ""]: JSON.stringify({ ...a, ...pick(b) }),
      [files[1] ?? ""]: JSON.stringify({ ...b, ...pick(a) }),
    });
    await good(bob, ["sync"]);
    for (const command of [
      ["code", "netflix", ...AT],
      ["uri", "netflix"],
      ["qr", "netflix"],
      ["export", "uris", "--accounts", "netflix", "--plaintext"],
    ]) {
      const { exitCode, stdout, stderr } = await bob.run(command);
      expect({ command, exitCode, stdout }).toEqual({ command, exitCode: 1, stdout: "" });
      expect(stderr).toMatch(/"netflix" is "Netflix:me" in the ledger, and "AWS:root" in its seed/);
    }
  });

  it("settings and records that a clone brings don't count, and go from the repository", async () => {
    const { alice, bob, bare, env, push } = await scene("settings");
    push({
      "config.json": JSON.stringify({ version: 1, store: "file", lease: "redis://127.0.0.1:1/planted" }),
      "incoming.json": "{}",
      "steps/aaaa/1": "x",
    });
    const carol = computerIn(join(root, "settings", "carol"), env);
    run("git", "clone", "--quiet", bare, carol.data);
    expect(await codeOf(carol, "netflix")).toContain("twinseed sync");
    const { exitCode, stderr } = await sync(carol);
    expect(stderr).toContain('"config.json" came with the repository');
    expect(exitCode).toBe(9); // nothing is pushed before she was told the words
    await good(carol, ["store", "follow", await wordsOf(alice)]);
    await good(carol, ["sync"]);
    expect(readFileSync(join(carol.data, "config.json"), "utf8")).not.toContain("planted");
    expect(await codeOf(carol, "netflix")).toBe(await codeOf(alice, "netflix"));
    expect(run("git", "-C", bare, "ls-tree", "-r", "--name-only", "HEAD")).not.toMatch(
      /config|incoming|steps/,
    );
    await good(bob, ["sync"]);
    expect(readFileSync(join(bob.data, "config.json"), "utf8")).not.toContain("planted");
  });

  it("what is no text, or far too large, is named and left out, and the rest goes on", async () => {
    const { alice, bob, push, seeds } = await scene("bounds");
    const [first = "", second = ""] = seeds();
    push({
      [first]: Uint8Array.of(0x7b, 0xff, 0x7d),
      [second]: "x".repeat(5 * 2 ** 20),
      "keys/age-00.age": Uint8Array.of(0xc3),
      "accounts/zz.json": Uint8Array.of(0xfe),
    });
    await inside(alice, ["add", "-", "--name", "later"], `${seedUri("Later", "other")}\n`);
    for (const computer of [alice, bob]) {
      const { exitCode, stderr } = await sync(computer);
      if (computer === alice)
        for (const name of [first, second, "keys/age-00.age", "accounts/zz.json"])
          expect(stderr).toContain(`"${name}" of the others is left out`);
      expect(exitCode).toBe(0);
      for (const name of ["aws-root", "netflix", "later"])
        expect(await codeOf(computer, name), `${name} of ${computer.data}: ${stderr}`).toMatch(/^\d{6}$/);
    }
  });
});

describe.skipIf(!installed)("what git is told in the folder (needs git)", { timeout: 120_000 }, () => {
  const PWNED = "PWNED";
  /** Each case has git's configuration as it was before. */
  let common: ReturnType<typeof scene> | undefined;
  const touch = (computer: Computer) => `touch ${join(computer.home, PWNED)};`;

  it.each([
    ["core.sshCommand", "ssh://x@127.0.0.1:1/r"],
    ["core.gitProxy", "git://127.0.0.1:1/r"],
    ["core.askPass", "http://127.0.0.1:1/r"],
    ["credential.helper", "http://127.0.0.1:1/r"],
    ["remote.origin.uploadpack", undefined],
    ["remote.origin.receivepack", undefined],
    ["remote.twinseed.uploadpack", undefined],
    ["remote.twinseed.receivepack", undefined],
    ["remote.twinseed.vcs", undefined],
    ["uploadpack.packObjectsHook", undefined],
    ["filter.x.clean", undefined],
    ["filter.x.process", undefined],
    ["core.fsmonitor", undefined],
    ["core.alternateRefsCommand", undefined],
    ["gpg.program", undefined],
    ["diff.external", undefined],
    ["include.path", undefined],
    ["includeIf.gitdir:/.path", undefined],
    ["url.ext::sh.insteadOf", undefined],
  ])("%s runs nothing", async (key, url) => {
    common ??= scene("git");
    const { bob } = await common;
    const git = (...args: string[]) => run("git", "-C", bob.data, ...args);
    const config = readFileSync(join(bob.data, ".git", "config"));
    onTestFinished(() => writeFileSync(join(bob.data, ".git", "config"), config));
    if (url !== undefined) git("config", "remote.origin.url", url);
    const planted = join(bob.home, "planted.config");
    writeFileSync(planted, `[core]\n\tsshCommand = ${touch(bob)}\n[filter "x"]\n\tclean = ${touch(bob)}\n`);
    const value = key.includes("nclude") ? planted : key.startsWith("url.") ? "x:" : touch(bob);
    git("config", key, value);
    mkdirSync(join(bob.data, ".git", "info"), { recursive: true });
    writeFileSync(join(bob.data, ".git", "info", "attributes"), "* filter=x\n");
    expect(await inside(bob, ["rename", "netflix", `netflix-${key}`])).toMatchObject({ exitCode: 0 });
    for (const args of [["sync"], ["doctor"]]) {
      const { stderr } = await bob.run(args);
      expect(stderr).not.toMatch(/\bbug\b/);
      expect(existsSync(join(bob.home, PWNED)), `${args} ran ${key}`).toBe(false);
    }
  });

  it("a replaced object, a graft and an alternate don't count", async () => {
    const { alice, bob } = await scene("replaced");
    const right = await codeOf(bob, "aws-root");
    const git = (...args: string[]) => run("git", "-C", bob.data, ...args).trim();
    const [seed = ""] = readdirSync(join(bob.data, "seeds"));
    const blob = git("rev-parse", `HEAD:seeds/${seed}`);
    const other = execFileSync("git", ["-C", bob.data, "hash-object", "-w", "--stdin"], { input: "{}" });
    git("replace", blob, other.toString().trim());
    mkdirSync(join(bob.data, ".git", "info"), { recursive: true });
    writeFileSync(join(bob.data, ".git", "info", "grafts"), `${git("rev-parse", "HEAD")}\n`);
    await good(bob, ["sync"]);
    expect(await codeOf(bob, "aws-root")).toBe(right);
    writeFileSync(join(bob.data, ".git", "objects", "info", "alternates"), `${alice.data}/.git/objects\n`);
    const { exitCode, stderr } = await sync(bob);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("lets git read from another repository");
  });
});

function idIn(name: string): string {
  return /\/([a-z0-9]+)\./.exec(name)?.[1] ?? "";
}
