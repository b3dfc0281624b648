/**
 * What somebody who can push to a shared repository, but has no key, tries: each with the real program, the real git, a bare
 * repository and two homes. docs/sync.md has the table of who can do what.
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
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
import { type Computer, computerIn } from "../helpers/binary.ts";
import { inside } from "../helpers/inside.ts";
import { needs } from "../helpers/system-packages.ts";
import {
  beginSharing,
  good,
  join as joinTeam,
  labeledUri,
  makeRepository,
  run,
  wordsOf,
} from "../helpers/team.ts";

const AT = ["--at", "1700000000"];
const root = mkdtempSync(join(tmpdir(), "twinseed-attacks-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Alice and Bob share a store that opens by itself with a raw key; the attacker has a clone of the same repository. */
async function scene(name: string) {
  const folder = join(root, name);
  const bare = join(folder, "remote.git");
  makeRepository(bare);
  const env = { TWINSEED_STORE: "file", TWINSEED_KEY: randomBytes(32).toString("base64") };
  const alice = computerIn(join(folder, "alice"), env);
  await inside(alice, ["add", "-", "--name", "aws-root"], labeledUri("AWS", "root"));
  await inside(alice, ["add", "-", "--name", "netflix"], labeledUri("Netflix", "me"));
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

const refused = (commit = "was signed by no member") => ({
  exitCode: 9,
  stderr: expect.stringContaining(commit),
});

describe.skipIf(!installed)("pushed by somebody without a key (needs git)", { timeout: 120_000 }, () => {
  it("seeds that can't be opened are not taken in, and --replace removes them", async () => {
    const { alice, bob, bare, push, seeds } = await scene("worse-seeds");
    const right = await codeOf(alice, "aws-root");
    const [first = ""] = seeds();
    const text = readFileSync(join(alice.data, first), "utf8");
    for (const sealed of ["AAAA", randomBytes(90).toString("base64")]) {
      const bad = { ...JSON.parse(text), sealed };
      push(Object.fromEntries(seeds().map((name) => [name, JSON.stringify({ ...bad, id: idIn(name) })])));
      expect(await sync(bob)).toMatchObject(refused());
      expect(await codeOf(bob, "aws-root")).toBe(right);
      await good(bob, ["sync", "--replace"]);
      expect(run("git", "-C", bare, "show", `main:${first}`)).toBe(text);
      await good(alice, ["sync"]);
      expect(await codeOf(alice, "aws-root")).toBe(right);
    }
  });

  it("settings and records that a clone brings don't count", async () => {
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
    expect(exitCode).toBe(9); // nothing is taken in before she was told the words
    await good(carol, ["store", "follow", await wordsOf(alice)]);
    await good(carol, ["sync"]);
    expect(readFileSync(join(carol.data, "config.json"), "utf8")).not.toContain("planted");
    expect(await codeOf(carol, "netflix")).toBe(await codeOf(alice, "netflix"));
    await inside(bob, ["rename", "netflix", "films"]);
    await good(bob, ["sync"]);
    expect(readFileSync(join(bob.data, "config.json"), "utf8")).not.toContain("planted");
    expect(run("git", "-C", bare, "ls-tree", "-r", "--name-only", "HEAD")).not.toMatch(
      /config|incoming|steps/,
    );
  });

  it("what is no text, far too large, a link, or a name in capitals is named, and not taken in", async () => {
    const { alice, bob, push, seeds } = await scene("bounds");
    const [first = ""] = seeds();
    for (const [name, content] of [
      [first, Uint8Array.of(0x7b, 0xff, 0x7d)],
      [first, "x".repeat(5 * 2 ** 20)],
      ["keys/age-00.age", Uint8Array.of(0xc3)],
      ["accounts/zz.json", Uint8Array.of(0xfe)],
      ["Members/1.json", "{}"],
    ] as const) {
      push({ [name]: content });
      expect(await sync(bob)).toMatchObject(refused(`has a file that no store has: "${name}"`));
      await good(alice, ["sync", "--replace"]);
    }
    await inside(alice, ["add", "-", "--name", "later"], labeledUri("Later", "other"));
    for (const computer of [alice, bob]) await good(computer, ["sync"]);
    for (const name of ["aws-root", "netflix", "later"]) expect(await codeOf(bob, name)).toMatch(/^\d{6}$/);
  });
});

/** A member whose own computer, or whose own hand, damages the files before they are signed. */
describe.skipIf(!installed)("pushed by a member (needs git)", { timeout: 120_000 }, () => {
  const locked = { TWINSEED_KEY: undefined, TWINSEED_IDENTITY_FILE: undefined };

  it("a seed that can't be opened replaces none that can, and goes with the next sync", async () => {
    const { alice, bob, bare, seeds } = await scene("member-seeds");
    const right = await codeOf(bob, "aws-root");
    const [first = ""] = seeds();
    const text = readFileSync(join(bob.data, first), "utf8");
    const sealed = randomBytes(90).toString("base64");
    for (const bad of [{ sealed }, { sealed, key: "f".repeat(32) }]) {
      for (const name of seeds())
        writeFileSync(
          join(alice.data, name),
          JSON.stringify({ ...JSON.parse(text), id: idIn(name), ...bad }),
        );
      await alice.run(["sync"], { env: locked });
      const { exitCode, stderr } = await sync(bob);
      expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(await codeOf(bob, "aws-root")).toBe(right);
      expect(run("git", "-C", bare, "show", `main:${first}`)).toBe(text);
      await good(alice, ["sync"]);
      expect(await codeOf(alice, "aws-root")).toBe(right);
    }
  });

  it("where the store doesn't open by itself, ours is kept in damaged/, and doctor puts it back", async () => {
    const { alice, bob, seeds } = await scene("locked");
    const right = await codeOf(bob, "aws-root");
    const text = readFileSync(join(bob.data, seeds()[0] ?? ""), "utf8");
    const sealed = randomBytes(90).toString("base64");
    for (const name of seeds())
      writeFileSync(join(alice.data, name), JSON.stringify({ ...JSON.parse(text), id: idIn(name), sealed }));
    expect(await alice.run(["sync"], { env: locked })).toMatchObject({ exitCode: 0 });
    const { exitCode, stderr } = await bob.run(["sync"], { env: locked });
    expect(stderr).toMatch(/2 seeds came sealed again .*damaged\/.*git's history.*doctor --repair/);
    expect(exitCode).toBe(0);
    expect(await codeOf(bob, "aws-root")).toContain("twinseed doctor --repair");
    expect((await bob.run(["doctor", "--repair"])).stderr).toContain('put the seed of "aws-root" back');
    expect(await codeOf(bob, "aws-root")).toBe(right);
  });

  it("names that were exchanged give no code of another account", async () => {
    const { alice, bob } = await scene("names");
    const files = readdirSync(join(alice.data, "accounts")).map((file) => join(alice.data, "accounts", file));
    const [a, b] = files.map((file) => JSON.parse(readFileSync(file, "utf8")));
    const pick = ({ name, issuer, label }: Record<string, unknown>) => ({ name, issuer, label });
    writeFileSync(files[0] ?? "", JSON.stringify({ ...a, ...pick(b) }));
    writeFileSync(files[1] ?? "", JSON.stringify({ ...b, ...pick(a) }));
    await good(alice, ["sync"]);
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
