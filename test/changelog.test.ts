/** CHANGELOG.md: each entry names the tests that hold its claims, in changelog-table.ts, and these tests exist. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CHANGELOG_TABLE } from "./changelog-table.ts";
import { inOneLine, isThere } from "./helpers/named-tests.ts";

const page = readFileSync(new URL("../CHANGELOG.md", import.meta.url), "utf8");
const blocks = page.trim().split(/\n{2,}/);
const isList = (block: string) => block.startsWith("- ");
const entries = blocks
  .filter(isList)
  .flatMap((list) => list.split(/^- /m).slice(1))
  .map((entry) => inOneLine(entry).trim());
const rows = Object.entries(CHANGELOG_TABLE);

it("says something outside of its entries only where a version begins", () => {
  const others = blocks.filter(
    (block, i) => !isList(block) && !/^#/.test(block) && !/^## /.test(blocks[i - 1] ?? ""),
  );
  expect(others).toEqual([]);
});

it("each entry has one row, and each row one entry", () => {
  expect(entries.length).toBeGreaterThan(50);
  const of = (entry: string) => rows.filter(([words]) => entry.startsWith(words));
  expect(entries.filter((entry) => of(entry).length !== 1)).toEqual([]);
  const like = (words: string) => entries.filter((entry) => entry.startsWith(words));
  expect(rows.map(([words]) => words).filter((words) => like(words).length !== 1)).toEqual([]);
});

describe.each(rows)("%s", (_, files) => {
  const named = Object.entries(files).flatMap(([file, titles]) => titles.map((title) => ({ file, title })));

  it("is held by tests that exist", () => {
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((one) => !isThere(one))).toEqual([]);
  });
});
