/** Seeds and keys of two sides, merged without any key. */
import { describe, expect, it } from "vitest";
import { sha256 } from "../../src/base/node-crypto.ts";
import type { Standing } from "../../src/members/accept.ts";
import type { Entry, ReadEntry } from "../../src/members/entry.ts";
import { mergeSealedFiles, type Opens } from "../../src/seeds/file/merge-sealed.ts";

/** Ids of data keys. "low" and "high" sort before and after the others. */
const K = {
  low: "0".repeat(32),
  one: "1".repeat(32),
  two: "2".repeat(32),
  three: "3".repeat(32),
  high: "f".repeat(32),
};
const NONCE = Buffer.alloc(12).toString("base64");
const SEALED = Buffer.alloc(40, 7).toString("base64");
const seed = (key: string, sealed = SEALED, id = "a"): string =>
  JSON.stringify({ version: 1, id, key, nonce: NONCE, sealed });

type Texts = Record<string, string>;

/** Entry `number`, whose data key is `key`; its members have `slots`. */
function entry(number: number, key: string, slots: readonly string[] = []): ReadEntry {
  const members = slots.map((text) => ({ name: text, recipient: "age1", slot: sha256(text) }));
  const list: Entry = {
    store: "s",
    number,
    before: null,
    key,
    by: "alice",
    at: "",
    members,
    slots: [],
    mac: "",
    signature: "",
  };
  const text = JSON.stringify(list);
  return { entry: list, text, hash: sha256(text) };
}

/** Where all entries of this path were checked, up to the one at this place. */
function standing(path: readonly ReadEntry[], checked = path.length - 1): Standing {
  return { path, checked: path[checked], stop: undefined, ignored: [], memory: undefined };
}

const filesOf = (path: readonly ReadEntry[]): Texts =>
  Object.fromEntries(path.map(({ entry, text }) => [`members/${entry.number}.json`, text]));

function merge(base: Texts, ours: Texts, theirs: Texts, list = standing([]), opens?: Opens): Texts {
  const maps = [base, ours, theirs].map((files) => new Map(Object.entries(files)));
  const [b = new Map(), o = new Map(), t = new Map()] = maps;
  const merged = mergeSealedFiles(b, o, t, list, opens);
  expect(mergeSealedFiles(b, t, o, list, opens), "the same whoever merges").toEqual(merged);
  return Object.fromEntries(merged);
}

describe("a seed", () => {
  const base = { "seeds/a.json": seed(K.one) };

  it("never vanishes", () => {
    expect(merge(base, {}, base)).toEqual(base);
    expect(merge(base, {}, {})).toEqual(base);
    expect(merge({}, base, { "seeds/b.json": "B" })).toEqual({ ...base, "seeds/b.json": "B" });
  });

  it("sealed again on one side is that one; on both, the newer key's, however the ids sort", () => {
    for (const [older, newer] of [
      [K.one, K.low],
      [K.one, K.high],
    ] as const) {
      const path = [entry(1, older), entry(2, newer)];
      const rekeyed = { "seeds/a.json": seed(newer) };
      for (const before of [base, {}])
        expect(merge(before, rekeyed, base, standing(path))).toEqual({ ...rekeyed, ...filesOf(path) });
    }
  });

  it("sealed again with a key that is in no list never replaces one that is sealed with a key of the list", () => {
    const path = [entry(1, K.one)];
    for (const other of [K.high, K.low])
      for (const before of [base, {}, { "seeds/a.json": seed(other) }])
        expect(merge(before, { "seeds/a.json": seed(other) }, base, standing(path))).toEqual({
          ...base,
          ...filesOf(path),
        });
  });

  it("sealed again on both sides with two new keys is one of them, for all seeds the same", () => {
    const two = (key: string) => ({
      "seeds/a.json": seed(key),
      "seeds/b.json": seed(key, SEALED, "b"),
    });
    expect(merge(two(K.one), two(K.three), two(K.two))).toEqual(two(K.three));
  });

  it("damaged on one side is the other side's", () => {
    const bad = [
      "{",
      seed(K.one, "AAAA"),
      seed(K.one, "not base64!"),
      seed(K.one, SEALED, "b"),
      JSON.stringify({ version: 1, id: "a", key: K.one, nonce: "AAAA", sealed: SEALED }),
      JSON.stringify({ version: 1, id: "a", nonce: NONCE, sealed: SEALED }),
      seed("0badcafe"),
      "",
    ];
    for (const text of bad) {
      expect(merge(base, { "seeds/a.json": text }, base), text).toEqual(base);
      expect(merge(base, base, { "seeds/a.json": text }), text).toEqual(base);
      expect(merge({}, base, { "seeds/a.json": text }), text).toEqual(base);
      expect(merge({ "seeds/a.json": text }, base, { "seeds/a.json": text }), text).toEqual(base);
    }
  });

  it("that opens is never replaced by one that doesn't, whoever changed it and whatever it claims", () => {
    const forged = [seed(K.one, Buffer.alloc(40, 8).toString("base64")), seed(K.high), seed(K.low)];
    const opens = (_: string, text: string) => text === seed(K.one);
    // Also where the list says that the other key is newer.
    const lists = [[], [entry(1, K.one), entry(2, K.high), entry(3, K.low)]];
    for (const text of forged) {
      const bad = { "seeds/a.json": text };
      for (const before of [base, bad, {}])
        for (const list of lists)
          expect(merge(before, base, bad, standing(list), opens)["seeds/a.json"], text).toBe(seed(K.one));
    }
  });
});

describe("a slot", () => {
  const [bob, carol] = [{ "keys/age-1.age": "bob" }, { "keys/age-2.age": "carol" }];

  it("is there if the newest entry lists it, and gone otherwise, whichever side has it", () => {
    const path = [entry(1, K.one, ["bob"]), entry(2, K.two, ["carol"])];
    const all = { ...carol, ...filesOf(path) };
    expect(merge(bob, {}, { ...bob, ...carol }, standing(path))).toEqual(all);
    // Removed here, while another computer made his slot again.
    expect(merge(bob, carol, { "keys/age-3.age": "bob" }, standing(path))).toEqual(all);
    expect(merge({ ...bob, ...carol }, {}, {}, standing(path))).toEqual(all);
  });

  it("that no entry lists is left out, and so is every file that is no entry of the list", () => {
    const path = [entry(1, K.one, ["bob"])];
    const strange = { "keys/age-9.age": "eve", "members/2.json": "eve", "recipients/1.json": "eve" };
    expect(merge(bob, bob, { ...bob, ...strange }, standing(path))).toEqual({ ...bob, ...filesOf(path) });
  });

  it("of before stays where a newer entry could not be checked yet", () => {
    const path = [entry(1, K.one, ["bob"]), entry(2, K.two, ["carol"])];
    expect(merge(bob, bob, carol, standing(path, 0))).toEqual({ ...bob, ...carol, ...filesOf(path) });
  });
});
