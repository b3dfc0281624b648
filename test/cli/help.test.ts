/** `twinseed help`: commands of every level, and topics. What it prints: test/transcripts/help.txt. */
import { expect, it } from "vitest";
import { TOPICS } from "../../src/cli/help-topics.ts";
import { pageText } from "../../src/cli/page-text.ts";
import { pathOf } from "../../src/cli/shown-commands.ts";
import { everyCommand } from "../helpers/every-command.ts";
import { testCli } from "../helpers/test-cli.ts";

const topics = Object.keys(TOPICS);

it.each(topics)("%s is a topic with a text, and no command has its name", async (topic) => {
  const names = (await everyCommand()).flatMap((one) => [one.name(), ...one.aliases()]);
  expect(names).not.toContain(topic);
  const { exitCode, stdout, stderr } = await testCli().run(`help ${topic}`);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/^.+\n[\s\S]+\S\n$/);
  // Tables, code and addresses keep their length.
  const isText = (line: string) => !/^\s*\||^ {4}|https?:|^[ \w./-]*\$|`[^`]{60,}`/.test(line);
  const prose = stdout
    .replace(/```[\s\S]*?```/g, "")
    .split("\n")
    .filter(isText);
  for (const line of prose) expect(line.length).toBeLessThanOrEqual(80);
});

it("no topic at all is the same as --help, which names the topics", async () => {
  const { stdout } = await testCli().run("--help");
  expect(await testCli().run("help")).toMatchObject({ exitCode: 0, stdout });
  for (const topic of topics)
    expect(stdout).toMatch(new RegExp(`^ {2}help .*(\\n {4}.*)*\\b${topic}\\b`, "m"));
});

it("of every command is what its --help prints", async () => {
  for (const path of (await everyCommand()).map(pathOf)) {
    const { stdout } = await testCli().run(`${path} --help`);
    expect(stdout).not.toBe("");
    expect(await testCli().run(`help ${path}`)).toMatchObject({ exitCode: 0, stdout, stderr: "" });
  }
});

it.each(["", ...(await everyCommand()).map(pathOf)])(
  "%s --help fits 80 columns, and breaks between words",
  async (path) => {
    const { stdout } = await testCli().run(`${path} --help`.trim());
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    const text = stdout.replace(/\s+/g, " ");
    const command = (await everyCommand()).find((one) => pathOf(one) === path);
    const help = command?.createHelp();
    const below = command === undefined || help === undefined ? [] : help.visibleCommands(command);
    for (const { description } of command?.options ?? []) expect(text).toContain(description);
    for (const one of below) expect(text).toContain(one.description());
  },
);

it("takes aliases, and is completed", async () => {
  const { stdout } = await testCli().run("list --help");
  expect(await testCli().run("help ls")).toMatchObject({ exitCode: 0, stdout });
  const offered = await testCli().run("__complete fish", { stdin: "help\0" });
  for (const word of ["store", ...topics]) expect(offered.stdout).toContain(`\n${word}\t`);
  expect(offered.stdout).not.toContain("__complete");
});

it("a page's paragraphs and lists are filled to the window, its tables and code are not", () => {
  const page = [
    "# A heading that is longer than the window",
    "",
    "One paragraph in",
    "two lines, with 日本語日本語 in it.",
    "- an item that",
    "  goes on for a while",
    "1. another",
    "",
    "| a table | is | not | broken |",
    "```sh",
    "a command --with many --options",
    "```",
    "",
  ].join("\n");
  expect(pageText(page, 20).split("\n")).toEqual([
    "# A heading that is longer than the window",
    "",
    "One paragraph in two",
    "lines, with",
    "日本語日本語 in it.",
    "- an item that goes",
    "  on for a while",
    "1. another",
    "",
    "| a table | is | not | broken |",
    "```sh",
    "a command --with many --options",
    "```",
    "",
  ]);
});
