/** Seeds and keys of two sides, merged without any key. */
import { describe, expect, it } from "vitest";
import { mergeSealedFiles } from "../../src/seeds/file/merge-sealed.ts";

const NONCE = Buffer.alloc(12).toString("base64");
const SEALED = Buffer.alloc(40, 7).toString("base64");
const seed = (key: string, sealed = SEALED, id = "a"): string =>
  JSON.stringify({ version: 1, id, key, nonce: NONCE, sealed });
const oldKey = (key: string, by: string): string =>
  JSON.stringify({ version: 1, kind: "old-key", key, by, nonce: "n", sealed: "s" });

function merge(base: Record<string, string>, ours: Record<string, string>, theirs: Record<string, string>) {
  const maps = [base, ours, theirs].map((files) => new Map(Object.entries(files)));
  const [b = new Map(), o = new Map(), t = new Map()] = maps;
  const merged = mergeSealedFiles(b, o, t);
  expect(mergeSealedFiles(b, t, o), "the same whoever merges").toEqual(merged);
  return Object.fromEntries(merged);
}

describe("a seed", () => {
  const base = { "seeds/a.json": seed("k1") };

  it("never vanishes", () => {
    expect(merge(base, {}, base)).toEqual(base);
    expect(merge(base, {}, {})).toEqual(base);
    expect(merge({}, base, { "seeds/b.json": "B" })).toEqual({ ...base, "seeds/b.json": "B" });
  });

  it("sealed anew on one side is that one; on both, the newer key's, however the ids sort", () => {
    for (const [older, newer] of [
      ["k1", "a2"],
      ["k1", "z2"],
    ] as const) {
      const rekeyed = { "seeds/a.json": seed(newer), "keys/old-1.json": oldKey(older, newer) };
      expect(merge(base, rekeyed, base)).toEqual(rekeyed);
      expect(merge({}, rekeyed, base)).toEqual(rekeyed);
    }
  });

  it("sealed anew on both sides with two new keys is one of them, for all seeds the same", () => {
    const two = (key: string) => ({
      "seeds/a.json": seed(key),
      "seeds/b.json": seed(key, SEALED, "b"),
    });
    expect(merge(two("k1"), two("k3"), two("k2"))).toEqual(two("k3"));
  });

  it("damaged on one side is the other side's", () => {
    const bad = [
      "{",
      seed("k1", "AAAA"),
      seed("k1", "not base64!"),
      seed("k1", SEALED, "b"),
      JSON.stringify({ version: 1, id: "a", key: "k1", nonce: "AAAA", sealed: SEALED }),
      JSON.stringify({ version: 1, id: "a", nonce: NONCE, sealed: SEALED }),
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
    const good = new Map([["seeds/a.json", seed("k1")]]);
    const forged = [seed("k1", Buffer.alloc(40, 8).toString("base64")), seed("zzzz"), seed("0000")];
    const opens = (_: string, text: string) => text === seed("k1");
    for (const text of forged) {
      const bad = new Map([
        ["seeds/a.json", text],
        ["keys/old-1.json", oldKey("k1", "zzzz")],
      ]);
      for (const base of [good, bad, new Map<string, string>()])
        for (const sides of [[good, bad] as const, [bad, good] as const])
          expect(mergeSealedFiles(base, ...sides, opens).get("seeds/a.json"), text).toBe(seed("k1"));
    }
  });
});

it("slots and recipients: what one side took away is gone, what one side added is there", () => {
  const [bob, carol] = [
    { "keys/age-1.age": "bob", "recipients/1.json": "bob" },
    { "keys/age-2.age": "carol" },
  ];
  expect(merge(bob, {}, { ...bob, ...carol })).toEqual(carol);
  // Shut out here, while somebody else made his slot anew.
  expect(merge(bob, {}, { "keys/age-3.age": "bob again", "recipients/1.json": "bob again" })).toEqual({
    "keys/age-3.age": "bob again",
  });
});
