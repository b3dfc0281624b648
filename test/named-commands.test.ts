/** Every command, option and variable that a document names exists. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { expect, it } from "vitest";
import { commandLine } from "../src/cli/program.ts";
import { VARIABLES } from "../src/settings/environment.ts";
import { commandsOf, noWorld } from "./helpers/every-command.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDERS = [
  "",
  "docs",
  "docs/ja",
  "src/backup",
  "src/leases",
  "src/ledger",
  "src/members",
  "src/seeds",
  "src/spending",
];
const documents = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder)).flatMap((name) => (name.endsWith(".md") ? [join(folder, name)] : [])),
);

const program = await commandLine(noWorld);

/** What is gone, and is named where the changes are listed. */
const GONE = ["store recipients"];

/** Options of Node.js, the AWS CLI and git. */
const FOREIGN = [
  "--require",
  "--inspect",
  "--heapsnapshot-signal",
  "--report-on-signal",
  "--cli-input-json",
  "--outfile",
  "--atomic",
];

/** In code, a line each: what a reader would type. */
function linesIn(text: string): string[] {
  const parts = Array.from(text.matchAll(/```\w*\n([\s\S]*?)```|`([^`\n]+)`/g));
  return parts.flatMap(([, block, words]) =>
    (words ?? block ?? "").split(/\n|&&|\||;|\$\(/).map((line) => line.replace(/\s# .*/, "").trim()),
  );
}

interface Named {
  readonly command: Command;
  readonly path: string;
  readonly rest: readonly string[];
}

/** The command that a line begins with; undefined for a line that begins with none of ours. */
function named(line: string): Named | undefined {
  const [, typed] = /(?:^|\s)twinseed ((?:[a-z]|--).*)/.exec(line) ?? [];
  const words = (typed ?? line).split(/\s+/);
  let command: Command = program;
  const path: string[] = [];
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (next === undefined) break;
    command = next;
    path.push(word);
  }
  // The AWS CLI has the name of a group of ours.
  const isOther = path[0] === "aws" && command.commands.length > 0 && words.length > path.length;
  if (typed === undefined && (command === program || isOther)) return undefined;
  return { command, path: path.join(" "), rest: words.slice(path.length) };
}

const optionsOf = (command: Command) =>
  new Set(
    [command, ...command.commands]
      .flatMap((one) => one.options.flatMap(({ long, short }) => [long, short]))
      .concat("--help", "--version"),
  );

it.each(documents)("%s", (document) => {
  const lines = linesIn(readFileSync(join(ROOT, document), "utf8"));
  const faults = lines.flatMap((line) => {
    const found = named(line);
    if (found === undefined || GONE.some((gone) => line.startsWith(gone))) return [];
    const { command, path, rest } = found;
    const known = optionsOf(command);
    const end = rest.indexOf("--");
    const wrong = (end < 0 ? rest : rest.slice(0, end))
      .map((word) => /^(--[a-z][\w-]*)/.exec(word)?.[1])
      .filter((option) => option !== undefined && !known.has(option));
    const isUnknown =
      command.commands.length > 0 && command !== program && /^[a-z][a-z-]+$/.test(rest[0] ?? "");
    return [
      ...wrong.map((option) => `${line}: ${path} has no ${option}`),
      ...(isUnknown ? [`${line}: ${path} has no ${rest[0]}`] : []),
    ];
  });
  expect(faults).toEqual([]);
});

it("an option that stands alone is one of some command", () => {
  const ours = new Set([
    ...FOREIGN,
    ...commandsOf(program)
      .concat(program)
      .flatMap((one) => [...optionsOf(one)]),
  ]);
  const alone = documents.flatMap((document) =>
    linesIn(readFileSync(join(ROOT, document), "utf8"))
      .flatMap((line) => /^(--[a-z][a-z-]*)/.exec(line)?.[1] ?? [])
      .map((option) => `${document}: ${option}`),
  );
  expect(alone.filter((one) => !ours.has(one.split(": ")[1]))).toEqual([]);
});

it("every variable of ours that is named exists", () => {
  // test/seeds/standalone-decrypt.mjs reads the last one.
  const ours = new Set([...VARIABLES.map(({ name }) => name), "TWINSEED_DATA_KEY"]);
  const used = documents.flatMap((document) =>
    Array.from(
      readFileSync(join(ROOT, document), "utf8").matchAll(/\bTWINSEED_(?!TEST_)[A-Z_]*[A-Z]\b/g),
      ([name]) => `${document}: ${name}`,
    ),
  );
  expect(used.length).toBeGreaterThan(20);
  expect(used.filter((one) => !ours.has(one.split(": ")[1] ?? ""))).toEqual([]);
});
