/** The documents say what the program does. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../src/base/errors.ts";
import { commandsPage } from "../src/cli/commands-page.ts";
import { commandLine } from "../src/cli/program.ts";
import { pathOf, shownCommands } from "../src/cli/shown-commands.ts";
import { FORMATS } from "../src/formats/index.ts";
import { commandsOf, isGroup, noWorld } from "./helpers/every-command.ts";
import { words } from "./helpers/test-cli.ts";

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const program = await commandLine(noWorld);
const commands = shownCommands(program).flatMap((one) => (one.parent === program ? [one.name()] : []));

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ROOMS = readdirSync(join(ROOT, "src")).filter((name) => !name.includes("."));
const documents = ["", "bench", "docs", "docs/ja", ...ROOMS.map((room) => `src/${room}`)].flatMap((folder) =>
  readdirSync(join(ROOT, folder)).flatMap((name) => (name.endsWith(".md") ? [join(folder, name)] : [])),
);

it.each(documents)("every file that %s names is there", (document) => {
  const text = read(document);
  const linked = text.matchAll(/(?:\]\(|\bsrc(?:set)?=")(?!https?:)([^)"#\s]+)/g);
  const links = Array.from(linked, ([, path = ""]) => path);
  expect(links.filter((path) => !existsSync(join(ROOT, dirname(document), path)))).toEqual([]);
  // Paths relative to the root, to src, or to the document; not files that dist/ will have.
  const OURS = new RegExp(
    `^((\\.\\.|\\.ci|src|test|bench|docs|examples|bin|packaging)/|(${ROOMS.join("|")})/[\\w/-]+\\.ts$)`,
  );
  const named = Array.from(text.matchAll(/`((?:[\w.-]+\/)+[\w.-]*)`/g), ([, path = ""]) => path);
  const places = ["", "src", dirname(document)].map((place) => join(ROOT, place));
  const ours = named.filter((path) => OURS.test(path) && !path.startsWith("../shared/"));
  expect(ours.filter((path) => !places.some((place) => existsSync(join(place, path))))).toEqual([]);
});

it("every script and test that a document runs is there", () => {
  const { scripts } = JSON.parse(read("package.json"));
  const text = documents.map(read).join("\n");
  const runs = Array.from(text.matchAll(/\bnpm run ([\w:-]+)/g), ([, name = ""]) => name);
  expect(runs.length).toBeGreaterThan(5);
  expect(runs.filter((name) => !(name in scripts))).toEqual([]);
  const tests = Array.from(text.matchAll(/\bnpx vitest run ([^#`\n]+)/g), ([, paths = ""]) =>
    paths.trim().split(" "),
  );
  const paths = tests.flat().filter((word) => !word.startsWith("--"));
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

it("every command has a transcript", () => {
  expect(commands).toContain("code");
  const folder = new URL("transcripts/", import.meta.url);
  const transcripts = readdirSync(folder)
    .map((name) => readFileSync(new URL(name, folder), "utf8"))
    .join("\n");
  expect(commands.filter((name) => !transcripts.includes(`$ twinseed ${name}`))).toEqual([]);
});

it("the first page is short", () => {
  for (const name of ["README.md", "README.ja.md"]) expect(read(name).split("\n").length).toBeLessThan(150);
});

it("docs/README.md lists every page", () => {
  const index = read("docs/README.md");
  const pages = documents.filter((name) => name.startsWith("docs/") && name !== "docs/README.md");
  expect(pages.filter((name) => !index.includes(`](${name.slice("docs/".length)})`))).toEqual([]);
});

/** A page that a reader types from; and the same in Japanese. */
const TYPED = [
  ["README.md", "README.ja.md"],
  ["docs/locked-out.md", "docs/ja/locked-out.md"],
] as const;

/** What a page has the reader type, in order: lines of its blocks without their comments, and words in code. */
function typedIn(page: string): string[] {
  const parts = Array.from(read(page).matchAll(/```\w*\n([\s\S]*?)```|`([^`\n]+)`/g));
  return parts.flatMap(([, block, words]) =>
    (words ?? block ?? "")
      .split("\n")
      .map((line) => line.replace(/\s+# .*/, "").trim())
      .filter((line) => line !== ""),
  );
}

describe.each(TYPED)("%s", (page, japanese) => {
  it(`${japanese} has the same commands, in the same order`, () => {
    const runs = (name: string) =>
      typedIn(name).filter((line) => /^(\w+=\$\()?(twinseed|npm|node|aws|export|eval|TWINSEED)\b/.test(line));
    expect(runs(page).length).toBeGreaterThan(10);
    expect(runs(japanese)).toEqual(runs(page));
  });

  it.each(
    [...new Set([page, japanese].flatMap(typedIn))].flatMap((line) => {
      const found = /\btwinseed ([a-z][^|<>()#;&]*)/.exec(line);
      return found === null ? [] : [found[1]?.trim() ?? ""];
    }),
  )("twinseed %s is a command line that the program takes", async (typed) => {
    const own = await commandLine(noWorld);
    const every = commandsOf(own);
    const done: string[] = [];
    const named = every.find((one) => pathOf(one) === typed);
    if (named !== undefined && isGroup(named)) return; // names the group
    if (typed === "help") return;
    for (const one of every) if (!isGroup(one)) one.action(() => void done.push(one.name()));
    await own.parseAsync(words(typed.replaceAll('"', "'")), { from: "user" });
    expect(done).toHaveLength(1);
  });
});

it("docs/commands.md is what `npm run docs` makes of the commands", () => {
  const made = commandsPage(program);
  expect(read("docs/commands.md"), "out of date; run: npm run docs").toBe(made);
});

it("docs/commands.md has every exit code of the program, and what it means", () => {
  const rows = Array.from(read("docs/commands.md").matchAll(/^\| (\d+) \| \w/gm), ([, code]) => Number(code));
  expect(rows).toEqual(Object.values(ExitCode));
});

describe("docs/importing.md", () => {
  const [, from = "", to = ""] = read("docs/importing.md").split(/^## .*$/m);
  const rows = (text: string) => text.split("\n").filter((line) => /^\| (?!app |format )/.test(line));
  const idsIn = (cell = "") => Array.from(cell.matchAll(/`([\w-]+)`/g), ([, id = ""]) => id);
  // It only recognizes files that twinseed can't read.
  const formats = FORMATS.filter(({ id }) => id !== "unreadable");

  it("has every format to import from, by its --format", () => {
    const ids = rows(from).flatMap((row) => idsIn(row.split("|").at(-2)));
    expect([...new Set(ids)].toSorted()).toEqual(formats.map(({ id }) => id).toSorted());
  });

  it("has every format to export to", () => {
    const ids = rows(to).flatMap((row) => idsIn(row.split("|")[1]));
    const writers = formats.filter(({ writer }) => writer !== undefined);
    // It is a folder of encrypted files, which no Format writes.
    expect(ids.toSorted()).toEqual([...writers.map(({ id }) => id), "pass"].toSorted());
  });
});
