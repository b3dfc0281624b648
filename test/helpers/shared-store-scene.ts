/**
 * A shared store with two members and someone who can push, for tests with the real program, git and age.
 * Alice's store opens with a raw key; Bob's computer joined with an identity of its own.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { parseEntry } from "../../src/members/entry.ts";
import { sealForRecipient } from "../../src/seeds/file/age-slots.ts";
import { type DataKey, newDataKey } from "../../src/seeds/file/data-key.ts";
import { type Computer, computerIn } from "./binary.ts";
import { temporaryFolder } from "./child.ts";
import { beginSharing, good, join as joinTeam, labeledUri, makeRepository, run } from "./team.ts";

export const AT = ["--at", "1700000000"];

export const random = (bytes: number) => Uint8Array.from(randomBytes(bytes));

export const uri = (label: string): string => labeledUri("Test", label);
export const add = (computer: Computer, name: string) =>
  good(computer, ["add", "-", "--name", name], uri(name));
export const tryAdd = (computer: Computer, name: string) =>
  computer.run(["add", "-", "--name", name], { stdin: { text: uri(name) } });

export interface Scene {
  readonly alice: Computer;
  readonly bob: Computer;
  readonly bare: string;
  readonly folder: string;
  /** Pushes files as someone without any key; undefined removes one. */
  push(files: Readonly<Record<string, string | undefined>>): string;
  /** The files of the repository's newest commit. */
  shared(): Record<string, string>;
}

export async function scene(): Promise<Scene> {
  const folder = temporaryFolder();
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

export function place(folder: string, files: Readonly<Record<string, string | undefined>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    if (text === undefined) rmSync(join(folder, path), { force: true });
    else writeFileSync(join(folder, path), text);
  }
}

export function filesOf(bare: string): Record<string, string> {
  const names = run("git", "-C", bare, "ls-tree", "-r", "--name-only", "main").split("\n").filter(Boolean);
  return Object.fromEntries(names.map((name) => [name, run("git", "-C", bare, "show", `main:${name}`)]));
}

export const listOf = (data: string) =>
  readdirSync(join(data, "members"))
    .map((name) => parseEntry(readFileSync(join(data, "members", name), "utf8")))
    .toSorted((a, b) => a.entry.number - b.entry.number);

/** What someone without a key makes: a data key of their own, with a slot for each recipient that stands in the list. */
export async function attackersKey({ data }: Computer) {
  const newest = listOf(data).at(-1);
  const evil: DataKey = newDataKey(random, newest?.entry.store);
  const slots: Record<string, string> = {};
  for (const [i, { recipient }] of (newest?.entry.members ?? []).entries())
    if (recipient !== undefined)
      slots[`keys/age-${i}fffffffffffffff.age`] = await sealForRecipient(recipient, evil);
  return { evil, slots };
}

/** No seed, here or in the repository, is sealed with a key that members did not agree on. */
export function requireOwnKeys(honest: Computer, others: readonly Computer[], bare: string): void {
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
export async function requireHealed(
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
