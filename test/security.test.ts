/** SECURITY.md: each row of its tables names the tests that try it, these tests exist, and its figures are the program's. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LARGEST_CLOCK_DIFFERENCE } from "../src/leases/believed.ts";
import { fingerprintOf } from "../src/ledger/fingerprint.ts";
import { COST } from "../src/seeds/file/scrypt.ts";
import { CLEAR_CLIPBOARD_AFTER } from "../src/talk/copied-code.ts";
import { COMMANDS_TABLE } from "./commands-table.ts";
import { aws, github } from "./helpers/accounts.ts";
import { inOneLine, isThere, testsNamedIn } from "./helpers/named-tests.ts";
import { testCli } from "./helpers/test-cli.ts";

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const page = read("SECURITY.md");
const named = ["SECURITY.md", "docs/limits.md"].flatMap((document) => testsNamedIn(read(document)));

it.each(named)("$file has a test $title", ({ file, title }) => {
  expect(isThere({ file, title })).toBe(true);
});

describe("a table's rows", () => {
  const [, ...tables] = page.split(/^\|---\|---\|(?:---\|)?\n/m);

  it("are three tables", () => expect(tables).toHaveLength(3));

  it.each(tables.map((text, i) => [i + 1, text] as const))(
    "of table %i have tests, but for the last of the second",
    (_, text) => {
      const [rows = "", ...rest] = text.split("\n\n");
      const after = rest.join("\n\n");
      const against = rows.split("\n").map((row) => row.split("|")[1]?.trim() ?? "");
      const items = Array.from(
        inOneLine(after.split("\n### ")[0] ?? "").matchAll(/- \*\*([^*]+)\*\*: (.*?)(?= - \*\*|$)/g),
      );
      const tried = items
        .filter(([, , tests = ""]) => testsNamedIn(tests).length > 0)
        .map(([, label = ""]) => label);
      const without = against.filter((row) => !tried.some((label) => row.startsWith(label)));
      expect(without.filter((row) => row !== "runs programs as you, or is root")).toEqual([]);
      expect(tried.filter((label) => !against.some((row) => row.startsWith(label)))).toEqual([]);
    },
  );
});

describe("what may hold a seed", () => {
  const [, section = ""] = /### What may hold a seed\n([\s\S]*?)\n## /.exec(page) ?? [];
  const commands = Array.from(section.matchAll(/`([a-z ]+)`/g), ([, name = ""]) => name);

  it("is the output of no other command", () => {
    const holders = Object.entries(COMMANDS_TABLE)
      .filter(([, { marked = [] }]) =>
        marked.some(({ shows, writes }) => shows !== undefined || writes !== undefined),
      )
      .map(([name]) => name);
    expect(holders.length).toBeGreaterThan(2);
    expect(holders.filter((name) => !commands.includes(name))).toEqual([]);
  });

  it.each([
    ["uri github", "stdout"],
    ["qr github", "stdout"],
    ["qr github --output qr.png", '"qr.png"'],
    ["export uris --plaintext", "stdout"],
    ["export uris --output uris.txt", '"uris.txt"'],
    ["sheet", "stdout"],
    ["sheet --output sheet.html", '"sheet.html"'],
    ["backup create b.age --passphrase-file words", '"b.age"'],
    ["device push yubikey github", '"yubikey"'],
  ])("twinseed %s says on stderr that they went to %s", async (line, place) => {
    const cli = testCli({ accounts: [github, aws], files: { words: "an old song" } });
    const { exitCode, stderr } = await cli.run(line);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(place);
    expect(stderr).toMatch(/\bseeds?\b|it holds "GitHub/);
  });
});

it("its figures are the program's", () => {
  expect(page).toContain(`N=2^${Math.log2(COST.N)}`);
  expect(page).toContain(`twinseed clears the clipboard after ${CLEAR_CLIPBOARD_AFTER} s`);
  const [, hash = ""] = fingerprintOf(github.secret, (bytes) => new Uint8Array(bytes)).split(".");
  expect(page).toContain(`A fingerprint of ${hash.length * 4} salted bits`);
  expect(LARGEST_CLOCK_DIFFERENCE).toBe(5 * 60_000); // "five minutes" in docs/limits.md
});
