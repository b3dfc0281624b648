/** Seeds and keys of two sides, merged without any key. */
import { describe, expect, it } from "vitest";
import { mergeSealedFiles } from "../../src/seeds/file/merge-sealed.ts";

const seed = (key: string, sealed = "x"): string =>
  JSON.stringify({ version: 1, id: "a", key, nonce: "n", sealed });
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
    const two = (key: string) => ({ "seeds/a.json": seed(key), "seeds/b.json": seed(key) });
    expect(merge(two("k1"), two("k3"), two("k2"))).toEqual(two("k3"));
  });

  it("damaged on one side is the other side's", () => {
    expect(merge(base, { "seeds/a.json": "{" }, base)).toEqual(base);
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
