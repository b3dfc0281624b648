/** Notes on disk: sealed to their account and key, never replaced by what does not open, merged without a key. */
import { beforeEach, describe, expect, it } from "vitest";
import { ExitCode } from "../../../src/base/errors.ts";
import { newDataKey } from "../../../src/seeds/file/data-key.ts";
import { SEED_STORES } from "../../../src/seeds/index.ts";
import { mergeNoteFiles } from "../../../src/seeds/notes/merge-notes.ts";
import { copyNotes } from "../../../src/seeds/notes/move-notes.ts";
import {
  codesOf,
  NOTHING,
  type Writing,
  withCodes,
  withStrike,
} from "../../../src/seeds/notes/note-content.ts";
import { formatNoteFile, parseNoteFile, sealNote } from "../../../src/seeds/notes/note-file.ts";
import { noteKeeper, openNotes } from "../../../src/seeds/notes/open-notes.ts";
import { resealedNotes } from "../../../src/seeds/notes/reseal-notes.ts";
import { openSeedStore } from "../../../src/seeds/open-store.ts";
import { writeConfig } from "../../../src/settings/config-file.ts";
import { github } from "../../helpers/accounts.ts";
import { atEachLook, effectOf } from "../../helpers/between-looks.ts";
import { fakeKeyring, type TestDeps, testDeps } from "../../helpers/seed-store-deps.ts";

const MARK = "zeta-4711-omega";
const KEY = Buffer.alloc(32, 3).toString("base64");
let made = 0;
const writing: Writing = { by: "desk", at: "2026-01-31T12:00:00.000Z", newId: () => `id${++made}` };
const add =
  (...codes: string[]) =>
  (content: typeof NOTHING) =>
    withCodes(content, codes, writing);

const passwords = new Map<string, string>();
beforeEach(() => passwords.clear());

async function storeOf(kind: "file" | "keyring"): Promise<TestDeps> {
  const keyring = kind === "keyring" ? { keyring: { load: fakeKeyring(passwords) } } : {};
  const deps = testDeps({ env: { TWINSEED_STORE: kind, TWINSEED_KEY: KEY }, platform: "linux", ...keyring });
  await (await openSeedStore(deps, { create: true })).put("abc", github);
  return deps;
}

describe.each(["file", "keyring"] as const)("with the %s store", (kind) => {
  it("gives back what it was given, and keeps it out of every file", async () => {
    const deps = await storeOf(kind);
    await (await openNotes(deps)).change("abc", add(MARK, "other"));
    await (await openNotes(deps)).change("abc", (content) => withStrike(content, MARK, "2026-02-01"));
    const found = await (await openNotes(deps)).read("abc");
    expect(codesOf(found?.content ?? NOTHING)).toEqual([
      { code: MARK, usedAt: "2026-02-01" },
      { code: "other" },
    ]);
    const all = [...deps.folder.files].flat().join("\n") + [...passwords.values()].join("\n");
    expect(all).not.toMatch(new RegExp(`${MARK}|${Buffer.from(MARK).toString("base64").slice(0, 16)}`));
    for (const password of passwords.values()) expect(password.length).toBeLessThan(2560 / 2);
  });

  it("does not open as the note of another account", async () => {
    const deps = await storeOf(kind);
    const notes = await openNotes(deps);
    await notes.change("abc", add(MARK));
    deps.folder.write("notes/xyz.json", (deps.folder.read("notes/abc.json") ?? "").replace('"abc"', '"xyz"'));
    await expect(notes.read("xyz")).rejects.toMatchObject({ exitCode: ExitCode.failed });
    await expect(notes.change("xyz", add("new"))).rejects.toMatchObject({ exitCode: ExitCode.failed });
  });

  it("never replaces what it can't open", async () => {
    const deps = await storeOf(kind);
    const notes = await openNotes(deps);
    const other = newDataKey(deps.random);
    const foreign = sealNote("abc", other, add("theirs")(NOTHING), deps.random);
    deps.folder.write("notes/abc.json", formatNoteFile("abc", [foreign]));
    await expect(notes.change("abc", add("mine"))).rejects.toMatchObject({ exitCode: ExitCode.locked });
    expect(parseNoteFile("notes/abc.json", deps.folder.read("notes/abc.json") ?? "")).toEqual([foreign]);
  });

  it("keeps a version that does not open beside the one that does, and says that it is there", async () => {
    const deps = await storeOf(kind);
    await (await openNotes(deps)).change("abc", add("mine"));
    const file = "notes/abc.json";
    const own = parseNoteFile(file, deps.folder.read(file) ?? "");
    const foreign = sealNote("abc", newDataKey(deps.random), add("theirs")(NOTHING), deps.random);
    deps.folder.write(file, formatNoteFile("abc", [foreign, ...(Array.isArray(own) ? own : [])]));
    await (await openNotes(deps)).change("abc", (content) => withStrike(content, "mine", "2026-02-01"));
    expect(deps.folder.read(file)).toContain(foreign.sealed);
    expect(await (await openNotes(deps)).read("abc")).toMatchObject({ unopened: 1 });
  });
});

it.each([
  ["file", "keyring"],
  ["keyring", "file"],
] as const)(
  "a note that `store move` takes from the %s to the %s store while it is read opens",
  async (from, to) => {
    const deps = testDeps({
      env: { TWINSEED_STORE: from, TWINSEED_KEY: KEY },
      platform: "linux",
      keyring: { load: fakeKeyring(passwords) },
    });
    await (await openSeedStore(deps, { create: true })).put("abc", github);
    await (await SEED_STORES[to].prepare(deps))();
    await (await openNotes(deps)).change("abc", add(MARK));
    const move = await effectOf(async () => {
      const moved = await copyNotes(
        deps.folder,
        await noteKeeper(deps, from),
        () => noteKeeper(deps, to),
        deps.random,
      );
      writeConfig(deps.folder, { store: to, why: "store move" });
      moved.finish();
    }, deps.folder);
    const runs = await atEachLook(move, async () => (await openNotes(deps)).read("abc"), [deps.folder]);
    for (const found of runs) expect(codesOf(found?.content ?? NOTHING)).toEqual([{ code: MARK }]);
  },
);

it("a keyring that does not have the key is no reason to make another one", async () => {
  const deps = await storeOf("keyring");
  await (await openNotes(deps)).change("abc", add(MARK));
  const before = deps.folder.read("notes/abc.json");
  for (const name of passwords.keys()) if (name.startsWith("notes")) passwords.delete(name);
  const notes = await openNotes(deps);
  await expect(notes.read("abc")).rejects.toMatchObject({ exitCode: ExitCode.locked });
  await expect(notes.change("other", add("x"))).rejects.toMatchObject({ exitCode: ExitCode.locked });
  expect(deps.folder.read("notes/abc.json")).toBe(before);
});

it("a new data key seals notes again, and leaves what does not open as it is", async () => {
  const deps = await storeOf("file");
  await (await openNotes(deps)).change("abc", add(MARK));
  const old = await (await noteKeeper(deps, "file")).find(new Set());
  const fresh = newDataKey(deps.random, [...old.values()][0]?.store);
  const { texts, unopened } = resealedNotes(deps.folder, old, fresh, deps.random);
  expect(unopened).toEqual([]);
  expect(texts.get("notes/abc.json")).toContain(fresh.id);
  expect(resealedNotes(deps.folder, new Map(), fresh, deps.random)).toMatchObject({
    unopened: [expect.anything()],
  });
});

it("reads 100 seals of one note, and no more; and seals no more than a mebibyte", () => {
  const random = testDeps().random;
  const key = newDataKey(random);
  const many = (count: number) =>
    formatNoteFile(
      "abc",
      Array.from({ length: count }, () => sealNote("abc", key, NOTHING, random)),
    );
  expect(parseNoteFile("notes/abc.json", many(100))).toHaveLength(100);
  expect(parseNoteFile("notes/abc.json", many(101))).toBe("is too large");
  const huge = { ...NOTHING, texts: [{ id: "a", text: "x".repeat(1024 * 1024), by: "b", at: "2026-01-31" }] };
  expect(() => sealNote("abc", key, huge, random)).toThrow(/too large to be sealed/);
});

describe("two sides", () => {
  const name = "notes/abc.json";
  const random = testDeps().random;
  const key = newDataKey(random);
  const seal = (code: string, by = key) => sealNote("abc", by, add(code)(NOTHING), random);
  const [o, a, b] = [seal("o"), seal("a"), seal("b")];
  const file = (...seals: (typeof o)[]) => formatNoteFile("abc", seals);
  const merged = (
    base?: string,
    ours?: string,
    theirs?: string,
    isGood = (_: string, one: typeof o) => one.key === key.id,
  ) => mergeNoteFiles(name, base, ours, theirs, isGood);

  it("that both changed a note keep both seals, whichever merges, and again", () => {
    expect(merged(file(o), file(a), file(b))).toBe(file(a, b));
    expect(merged(file(o), file(b), file(a))).toBe(file(a, b));
    expect(merged(file(b), file(a, b), file(b))).toBe(file(a, b));
    expect(merged(undefined, file(a), file(b))).toBe(file(a, b));
  });

  it("of which one changed it take that one", () => {
    expect(merged(file(o), file(o), file(b))).toBe(file(b));
    expect(merged(file(o), file(a), file(o))).toBe(file(a));
    expect(merged(file(a, b), file(a, b), file(o))).toBe(file(o));
  });

  it("lose nothing to a file that is missing, damaged, or sealed with a key that no list names", () => {
    const strange = seal("x", newDataKey(random));
    expect(merged(file(o), file(o), undefined)).toBe(file(o));
    expect(merged(file(o), file(a), "{}")).toBe(file(a));
    expect(merged(file(o), file(o), file(strange))).toBe(file(o));
    expect(merged(file(o), file(a), file(strange, b))).toBe(file(a, b));
    expect(merged(undefined, undefined, file(strange))).toBeUndefined();
  });
});
