/** The documents say what the program does. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ExitCode } from "../src/errors.ts";
import { testCli } from "./helpers/test-cli.ts";

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const help = (await testCli().run("--help")).stdout;
const commands = Array.from(help.matchAll(/^ {2}([a-z]+)(?:\|[a-z]+)? /gm), ([, name = ""]) => name).filter(
  (name) => name !== "help",
);

it("every command has a line in the README and a transcript", () => {
  expect(commands).toContain("code");
  const readme = read("README.md");
  const folder = new URL("transcripts/", import.meta.url);
  const transcripts = readdirSync(folder)
    .map((name) => readFileSync(new URL(name, folder), "utf8"))
    .join("\n");
  expect(commands.filter((name) => !new RegExp(`^\\| \`${name}\\b`, "m").test(readme))).toEqual([]);
  expect(commands.filter((name) => !transcripts.includes(`$ twinseed ${name}`))).toEqual([]);
});

it("every option stands in the README", async () => {
  const readme = read("README.md");
  for (const name of commands) {
    const { stdout } = await testCli().run(`${name} --help`);
    const options = Array.from(stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm), ([, option = ""]) => option);
    const row = readme.split("\n").find((line) => line.startsWith(`| \`${name}`)) ?? "";
    const missing = options.filter((option) => option !== "--help" && !row.includes(option));
    expect({ name, missing }).toEqual({ name, missing: [] });
  }
});

it("the exit codes in the README are those of the program", () => {
  const rows = Array.from(read("README.md").matchAll(/^\| (\d+) \| /gm), ([, code]) => Number(code));
  expect(rows).toEqual(Object.values(ExitCode));
});
