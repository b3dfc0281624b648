/** The papers in Japanese: every text is there, nothing is left in English, and what only the program knows is the same. */
import { expect, it } from "vitest";
import { formatSheet } from "../../src/sheet/account-page.ts";
import { formatSharePages } from "../../src/sheet/share-page.ts";
import { ENGLISH } from "../../src/sheet/sheet-words.ts";
import { JAPANESE } from "../../src/sheet/sheet-words-ja.ts";
import { aws, counting, everyAccount, github } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";
import { hostile, SHARES, shownAs } from "./pages.ts";

const holders = [
  { name: "phone", kind: "phone", confirmed: "2026-01-02" },
  { name: "old", kind: "tablet", confirmed: undefined },
];
const sheet = (words: typeof ENGLISH) =>
  formatSheet({
    accounts: [
      ...everyAccount.map((one) => shownAs(one, { holders })),
      shownAs(hostile, { note: "reset at\nexample.org" }),
      shownAs(github, { qr: undefined }),
    ],
    missing: ["lost one"],
    date: "2026-01-31",
    hostname: "laptop",
    device: "safe",
    viewer: "0".repeat(64),
    words,
  });

/** What a reader types or compares, in order. */
const facts = (page: string) =>
  Array.from(
    page.matchAll(/<dd class="key">.*|<code>.*?<\/code>|<samp>.*?<\/samp>|<path .*?>|<bdi>.*?<\/bdi>/g),
    String,
  );

it("has the same keys, commands, QR codes and names", () => {
  const [english, japanese] = [sheet(ENGLISH), sheet(JAPANESE)];
  expect(facts(japanese).length).toBeGreaterThan(30);
  expect(facts(japanese).toSorted()).toEqual(facts(english).toSorted());
  expect(japanese).toContain('<html lang="ja">');
});

it("leaves nothing in English but names of things", () => {
  const bare = sheet(JAPANESE)
    .replace(/<style>[\s\S]*?<\/style>/, "")
    .replace(/<(code|samp|bdi|dd class="key")>.*?<\/(code|samp|bdi|dd)>|<[^>]*>|&#?\w+;/g, " ");
  const words = new Set(bare.match(/[A-Za-z][A-Za-z-]+/g));
  const names = ["twinseed", "QR", "TOTP", "HOTP", "HTML", "SHA", "Steam", "key"];
  expect([...words].filter((word) => !names.includes(word))).toEqual([]);
});

it("the shares, too", () => {
  const shares = SHARES.map((line, i) => ({
    ...{ backup: "b.age", createdAt: "2026-01-30", number: i + 1, count: SHARES.length, needed: 2 },
    words: line.split(" "),
  }));
  const pages = formatSharePages(shares, "2026-01-31", "a4", undefined, JAPANESE);
  expect(pages.match(/<h1>シェア \d/g)).toHaveLength(SHARES.length);
  expect(pages).toContain("<code>twinseed backup restore FILE</code>");
  for (const { words } of shares) for (const word of words) expect(pages).toContain(`<span>${word}</span>`);
});

it.each([
  [{}, [], "en"],
  [{ LANG: "ja_JP.UTF-8" }, [], "ja"],
  [{ LANG: "ja_JP.UTF-8", LC_ALL: "C.UTF-8" }, [], "en"],
  [{ LANG: "en_US.UTF-8", LC_MESSAGES: "ja_JP.UTF-8" }, [], "ja"],
  [{ LANG: "jam_JM.UTF-8" }, [], "en"],
  [{ LANG: "ja_JP.UTF-8" }, ["--language", "en"], "en"],
  [{}, ["--language", "JA"], "ja"],
])("with %j and %j it is %s", async (env, args, lang) => {
  const cli = testCli({ accounts: [aws, counting], instead: () => ({ env }) });
  const { exitCode, stdout } = await cli.run(["sheet", ...args]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`<html lang="${lang}">`);
});

it("another language is refused, before a seed is opened", async () => {
  const { exitCode, stdout, stderr } = await testCli({ accounts: [aws] }).run("sheet --language fr");
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toContain("--language must be en or ja");
});
