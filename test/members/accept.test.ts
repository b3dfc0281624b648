/** Which entry of the members' list counts: each attack on the list as the rule sees it. */
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { accept, isSure, type Memory, memoryOf } from "../../src/members/accept.ts";
import { parseEntry, type ReadEntry } from "../../src/members/entry.ts";
import type { DataKey } from "../../src/seeds/file/data-key.ts";
import { testComputer, testEntry, testKey } from "../helpers/member-lists.ts";

const [alice, bob, mallory] = ["alice/desk", "bob/laptop", "mallory"].map(testComputer) as [
  ReturnType<typeof testComputer>,
  ReturnType<typeof testComputer>,
  ReturnType<typeof testComputer>,
];
const k1 = testKey();
const k2 = testKey(k1.store);
const evil = testKey(k1.store);

const e1 = testEntry(undefined, undefined, { by: alice, members: [alice], key: k1 });
const e2 = testEntry(e1, k1, { by: alice, members: [alice, bob], key: k1 });
const e3 = testEntry(e2, k1, { by: alice, members: [alice], key: k2 });

const none = { memory: undefined, awaited: [] };
const at = (entry: ReadEntry, seen: ReadEntry = entry): { memory: Memory; awaited: string[] } => ({
  memory: { ...memoryOf(entry), seen: memoryOf(seen).checked },
  awaited: [],
});
const keys =
  (...list: DataKey[]) =>
  (id: string) =>
    list.find((key) => key.id === id)?.bytes;
const all = keys(k1, k2, evil);

describe("the newest entry", () => {
  it("counts once its MACs were checked, and is remembered", () => {
    const standing = accept(at(e1), [e1, e2, e3], all);
    expect(isSure(standing)).toBe(true);
    expect(standing.memory).toMatchObject({ checked: { number: 3, hash: e3.hash }, seen: { number: 3 } });
  });

  it("that can't be checked, as the store is locked, is followed, and only seen", () => {
    const standing = accept(at(e1), [e1, e2, e3], keys());
    expect(isSure(standing)).toBe(false);
    expect(standing.stop).toBeUndefined();
    expect(standing.path.at(-1)).toBe(e3);
    expect(standing.memory).toMatchObject({ checked: { number: 1 }, seen: { number: 3 } });
  });

  it("needs only the key before it: a removed member knows that they were removed", () => {
    expect(accept(at(e2), [e1, e2, e3], keys(k1)).checked).toBe(e3);
  });

  it("is checked over two changes of the key, with the key in between", () => {
    const k3 = testKey(k1.store);
    const e4 = testEntry(e3, k2, { by: alice, members: [alice], key: k3 });
    expect(isSure(accept(at(e2), [e1, e2, e3, e4], keys(k1, k2, k3)))).toBe(true);
    expect(isSure(accept(at(e2), [e1, e2, e3, e4], keys(k1, k3)))).toBe(false);
  });
});

describe("an entry that doesn't count", () => {
  const who = { by: mallory, members: [alice, mallory], key: evil };
  it.each([
    ["by a stranger, with a key of their own", testEntry(e2, k1, { ...who, macKey: evil })],
    ["by a stranger, with the data key", testEntry(e2, k1, who)],
    ["with a copied signing key alone", testEntry(e2, k1, { ...who, by: alice, macKey: evil })],
    ["with a copied data key alone", testEntry(e2, k1, { ...who, changes: { by: "alice/desk" } })],
    ["by a member who removes their own computer", testEntry(e2, k1, { by: bob, members: [alice], key: k1 })],
    ["of another store", testEntry(e2, k1, { by: alice, members: [alice], key: testKey(), macKey: k1 })],
    ["by the member whom the entry before removed", testEntry(e3, k2, { by: bob, members: [bob], key: k2 })],
  ])("%s", (_, forged) => {
    const standing = accept(at(e2), [e1, e2, forged], all);
    expect(standing.path.at(-1)).toBe(e2);
    expect(isSure(standing)).toBe(true);
    const honest = accept(at(e2), [forged, e3, e2, e1], all);
    expect(honest.path.at(-1)).toBe(e3);
    expect(isSure(honest)).toBe(true);
  });

  it("signed with a copied key is followed while locked, and is let go when its MAC is seen to be wrong", () => {
    const forged = testEntry(e2, k1, { by: alice, members: [alice, mallory], key: evil, macKey: evil });
    const locked = accept(at(e2), [e1, e2, forged], keys());
    expect(locked.path.at(-1)).toBe(forged);
    expect(isSure(locked)).toBe(false);
    const open = accept({ memory: locked.memory, awaited: [] }, [e1, e2, forged], all);
    expect(open.ignored).toEqual([forged]);
    expect(isSure(open)).toBe(true);
    expect(open.memory).toMatchObject({ seen: { hash: e2.hash } });
  });
});

describe("a person decides", () => {
  const other = testEntry(e2, k1, { by: bob, members: [bob], key: testKey(k1.store) });

  it("between two entries of one number, whichever is known", () => {
    for (const memory of [at(e2), at(e3), at(other)]) {
      const standing = accept(memory, [e1, e2, e3, other], all);
      expect(standing.stop).toMatchObject({ why: "two-lists" });
      expect(isSure(standing)).toBe(false);
      expect(standing.memory).toEqual(memory.memory);
    }
    expect(accept(at(e3), [e1, e2, other], all).stop).toMatchObject({
      why: "two-lists",
      known: { number: 3 },
    });
  });

  it("and what was decided against counts no more", () => {
    const memory = { ...memoryOf(e3), refused: [other.hash] };
    expect(isSure(accept({ memory, awaited: [] }, [e1, e2, e3, other], all))).toBe(true);
  });

  it.each([
    ["the list went back", [e1, e2], "older"],
    ["the list is gone", [], "older"],
    [
      "another store",
      [testEntry(undefined, undefined, { by: bob, members: [bob], key: testKey() })],
      "other-store",
    ],
  ])("where %s", (_, entries, why) => {
    const standing = accept(at(e3), entries, all);
    expect(standing.stop).toMatchObject({ why });
    expect(standing.memory).toEqual(at(e3).memory);
  });

  it("where an entry that was seen, but not checked, is withheld", () => {
    expect(accept(at(e2, e3), [e1, e2], all).stop).toMatchObject({ why: "older", known: { number: 3 } });
  });

  it("at first contact, unless the words are known, also those of an older entry", () => {
    expect(accept(none, [e1, e2, e3], all).stop).toEqual({ why: "unknown" });
    for (const known of [e1, e2, e3]) {
      const standing = accept({ memory: undefined, awaited: [known.hash.slice(0, 20)] }, [e1, e2, e3], all);
      expect(isSure(standing)).toBe(true);
      expect(standing.path.at(-1)).toBe(e3);
    }
    const wrong = accept({ memory: undefined, awaited: [other.hash.slice(0, 20)] }, [e1, e2, e3], all);
    expect(wrong.stop).toEqual({ why: "awaited" });
  });

  it("until a list with the words that they gave has come", () => {
    const awaiting = { ...at(e2), awaited: [e3.hash.slice(0, 20)] };
    expect(accept(awaiting, [e1, e2], all).stop).toEqual({ why: "awaited" });
    expect(isSure(accept(awaiting, [e1, e2, e3], all))).toBe(true);
  });
});

describe("the text of an entry", () => {
  it("has one form: any other text of the same fields is no entry", () => {
    const { text } = e3;
    const fields = JSON.parse(text);
    const again = [
      JSON.stringify(fields),
      ` ${text}`,
      text.replace('"number": 3', '"number": 3.0'),
      text.replace('"version": 1', '"version": 1,\n  "extra": 1'),
      text.replace(/"signature": "(.+)"/, (_, base64) => `"signature": "${base64.replace(/=+$/, "")}"`),
      text.replace("alice", "\\u0061lice"),
    ];
    for (const one of again) expect(() => parseEntry(one), one).toThrow(UserError);
    expect(parseEntry(text).hash).toBe(e3.hash);
  });

  it.each(["", "a b", "a/b/c", "../x", "-x", "a\u0430", "x".repeat(65), "a\n"])("names no %j", (name) => {
    expect(() =>
      testEntry(e1, k1, { by: alice, members: [alice, { ...bob, member: { name } }], key: k1 }),
    ).toThrow(UserError);
  });
});
