/** SLIP-39 shares: the official vectors, any K of N, and what people mistype. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  joinShares,
  readShare,
  type Share,
  splitKey,
  type TypedShare,
  wordFault,
} from "../../src/backup/shares.ts";
import { asUserError, UserError } from "../../src/base/errors.ts";
import { nearestWord, newPassphrase, wordList } from "../../src/base/word-list.ts";

const key = Uint8Array.from(createHash("sha256").update("a recovery key").digest());

const typed = (shares: readonly (Share | undefined)[]): Promise<TypedShare[]> =>
  Promise.all(shares.map((share) => readShare(share?.words.join(" ") ?? "")));

/** What is wrong, as a sentence. */
async function faultIn(work: Promise<unknown>): Promise<string> {
  const outcome = await work.then(() => undefined, asUserError);
  return outcome?.message ?? "nothing is wrong";
}

describe("splitting", () => {
  it("2 of 3: any two give the key back, in any order, one does not", async () => {
    const shares = await splitKey(key, 2, 3);
    expect(shares.map(({ number, count, needed, words }) => [number, count, needed, words.length])).toEqual([
      [1, 3, 2, 33],
      [2, 3, 2, 33],
      [3, 3, 2, 33],
    ]);
    const [a, b, c] = shares;
    for (const pair of [
      [a, b],
      [b, c],
      [c, a],
      [b, a],
    ]) {
      expect(await joinShares(await typed(pair))).toEqual(key);
    }
    expect(await joinShares(await typed([a, b, c]))).toEqual(key);
    expect(await faultIn(joinShares(await typed([b])))).toBe(
      "2 different ones are needed, but there is only 1",
    );
    expect(await faultIn(joinShares(await typed([b, b])))).toBe(
      "2 different ones are needed, but there is only 1",
    );
    expect(await faultIn(joinShares([]))).toBe("there is no share");
  });

  it.each([
    [2, 2],
    [3, 5],
    [16, 16],
    [2, 16],
  ])("%i of %i", async (needed, count) => {
    const shares = await splitKey(key, needed, count);
    expect(shares).toHaveLength(count);
    expect(await joinShares(await typed(shares.slice(-needed)))).toEqual(key);
    expect(await faultIn(joinShares(await typed(shares.slice(0, needed - 1))))).toContain("are needed");
  });

  it("shares of two backups don't mix", async () => {
    const [one] = await splitKey(key, 2, 3);
    const [, other] = await splitKey(key, 2, 3);
    expect(await faultIn(joinShares(await typed([one, other])))).toBe(
      "they do not all belong to the same backup",
    );
  });
});

describe("what is typed", () => {
  it("may be numbered, in capitals, on several lines", async () => {
    const [share] = await splitKey(key, 2, 3);
    const words = share?.words ?? [];
    const text = words.map((word, i) => `${i + 1}. ${word.toUpperCase()}`).join("\n");
    expect(await readShare(text)).toMatchObject({ number: 1, needed: 2, words });
  });

  it("a mistyped word is named with the one that was meant", async () => {
    const [share] = await splitKey(key, 2, 3);
    const words = [...(share?.words ?? [])];
    const right = words[6] ?? "";
    words[6] = `${right}q`;
    expect(await faultIn(readShare(words.join(" ")))).toBe(
      `word 7 is not in the word list: did you mean "${right}"?`,
    );
  });

  it("a mistyped word is found in any place, the first one too, and of several the first", async () => {
    const [share] = await splitKey(key, 2, 3);
    const words = share?.words ?? [];
    expect(await wordFault(words)).toBeUndefined();
    for (const at of [0, 1, 32]) expect(await wordFault(words.with(at, "qqqq"))).toMatchObject({ at });
    expect(await wordFault(words.with(0, "qqqq").with(5, "qqqq"))).toMatchObject({ at: 0 });
  });

  it("another word of the list in any place is caught by the checksum", async () => {
    const [share] = await splitKey(key, 2, 3);
    const list = await wordList();
    for (let at = 0; at < 33; at++) {
      const words = [...(share?.words ?? [])];
      const index = list.indexOf(words[at] ?? "");
      words[at] = list[(index + 1 + ((at * 37) % 1023)) % 1024] ?? "";
      expect(await faultIn(readShare(words.join(" ")))).toContain("checksum is wrong");
    }
  });

  it("a word that is another one of the list was not named: any one is, with the right word, and fast", async () => {
    const [share] = await splitKey(key, 2, 3);
    const words = [...(share?.words ?? [])];
    const list = await wordList();
    for (const at of [0, 1, 2, 3, 4, 17, 29, 30, 32]) {
      const wrong = list.find((word) => word !== words[at] && word.startsWith("s")) ?? "";
      const start = performance.now();
      const fault = await faultIn(readShare(words.with(at, wrong).join(" ")));
      expect(fault).toBe(`its checksum is wrong; word ${at + 1} should probably be "${words[at]}"`);
      expect(performance.now() - start).toBeLessThan(5000);
    }
    const two = words
      .with(5, list[list.indexOf(words[5] ?? "") ^ 1] ?? "")
      .with(9, list[list.indexOf(words[9] ?? "") ^ 2] ?? "");
    expect(await faultIn(readShare(two.join(" ")))).toBe(
      "its checksum is wrong; more than one word is wrong or misplaced",
    );
  });

  it("two adjacent words that are swapped are named; a missing word is counted", async () => {
    const [share] = await splitKey(key, 2, 3);
    const words = [...(share?.words ?? [])];
    for (const at of [0, 4, 20, 31].filter((one) => words[one] !== words[one + 1])) {
      const swapped = words.with(at, words[at + 1] ?? "").with(at + 1, words[at] ?? "");
      expect(await faultIn(readShare(swapped.join(" ")))).toBe(
        `its checksum is wrong; words ${at + 1} and ${at + 2} are probably swapped`,
      );
    }
    expect(await faultIn(readShare(words.slice(1).join(" ")))).toBe("it has 32 words; a share has 33");
    expect(await faultIn(readShare(""))).toBe("it has 0 words; a share has 33");
  });
});

it("a share of another program's SLIP-39 groups is refused, the first group's too", async () => {
  const { default: Slip39 } = await import("slip39");
  const groups = [0, 1].map(() => [2, 3, ""] as [number, number, string]);
  const split = Slip39.fromArray([...key], {
    threshold: 1,
    groups,
    iterationExponent: 0,
    extendableBackupFlag: 0,
  });
  for (const path of ["r/0", "r/1"])
    for (const words of split.fromPath(path).mnemonics)
      expect(await faultIn(readShare(words))).toBe(
        "it is not a share of a twinseed backup: it uses SLIP-39 groups",
      );
});

describe("words", () => {
  it("are 1024, and no two begin with the same four letters", async () => {
    const list = await wordList();
    expect(list).toHaveLength(1024);
    expect(new Set(list.map((word) => word.slice(0, 4))).size).toBe(1024);
    expect(Math.max(...list.map(({ length }) => length))).toBe(8);
  });

  it("a passphrase is ten of them", async () => {
    const list = await wordList();
    const last = await newPassphrase((bytes) => new Uint8Array(bytes).fill(255));
    expect(last.split(" ")).toEqual(Array.from({ length: 10 }, () => list[1023]));
    expect(await nearestWord("acadmic")).toBe("academic");
  });
});

const VECTORS = new URL("../../../shared/corpus/slip39/vectors.json", import.meta.url);

describe.skipIf(!existsSync(VECTORS))("the official vectors (needs the corpus folder)", () => {
  const vectors: [string, string[], string, string][] = existsSync(VECTORS)
    ? JSON.parse(readFileSync(fileURLToPath(VECTORS), "utf8"))
    : [];

  it("there are 45", () => expect(vectors).toHaveLength(45));

  it.each(vectors)("%s", async (_title, mnemonics, secret) => {
    const { default: Slip39 } = await import("slip39");
    // The vectors' own passphrase; our shares have none.
    const recover = () => Slip39.recoverSecret(mnemonics, "TREZOR");
    if (secret === "") expect(recover).toThrow();
    else expect(Buffer.from(recover()).toString("hex")).toBe(secret);
  });

  it.each(vectors.filter(([, , secret]) => secret.length === 64))(
    "what it says of itself: %s",
    async (_, mnemonics) => {
      for (const mnemonic of mnemonics) {
        const read = await readShare(mnemonic).catch(asUserError);
        if (read instanceof UserError) expect(read.message).toContain("groups");
        else expect(read.words).toHaveLength(33);
      }
    },
  );
});
