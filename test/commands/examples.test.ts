/** Every command has examples, each of which is a command line; --help and the man page show them. */
import { execFileSync } from "node:child_process";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { manPage } from "../../src/cli/man-page.ts";
import { commandLine } from "../../src/cli/program.ts";
import { pathOf } from "../../src/cli/shown-commands.ts";
import { COMMANDS } from "../../src/commands/index.ts";
import { VARIABLES } from "../../src/settings/environment.ts";
import { examplesOf } from "../../src/talk/examples.ts";
import { commandsOf, everyCommand, isGroup, noWorld } from "../helpers/every-command.ts";
import { needs } from "../helpers/system-packages.ts";
import { testCli, words } from "../helpers/test-cli.ts";

const leaves = (command: Command): Command[] => commandsOf(command).filter((one) => !isGroup(one));
const shown = leaves(await commandLine(noWorld)).filter((one) => !one.name().startsWith("__"));

describe.each(shown.map((one) => [pathOf(one), one] as const))("%s", (path, command) => {
  const lines = examplesOf(command);

  it("has examples, and --help shows them", async () => {
    expect(lines.length).toBeGreaterThan(0);
    const { stdout } = await testCli().run(`${path} --help`);
    expect(stdout).toContain("\nExamples:\n");
    for (const line of lines) expect(stdout).toContain(`  $ ${line}\n`);
  });

  it.each(lines)("%s", async (line) => {
    const [, typed = ""] = /twinseed ([^|<>()#;&]*)/.exec(line) ?? [];
    const program = await commandLine(noWorld);
    const done: string[] = [];
    for (const one of leaves(program)) {
      one.action(() => {
        done.push(pathOf(one));
      });
    }
    await program.parseAsync(words(typed.replaceAll('"', "'")), { from: "user" });
    expect(done).toEqual([path]);
  });
});

describe("a command that is made alone", async () => {
  const all = await commandLine(noWorld);
  const helpsOf = (command: Command): string[] => [
    command.helpInformation(),
    ...command.commands.flatMap(helpsOf),
  ];

  it.each(Object.keys(COMMANDS))("%s is the same as among all", async (name) => {
    const [alone, whole] = [await commandLine(noWorld, name), all].map(({ commands }) =>
      commands.filter((one) => one.name() === name),
    );
    expect(alone).toHaveLength(1);
    // The others are left out: no more than a hidden one comes with it.
    const { commands } = await commandLine(noWorld, name);
    expect(commands.filter((one) => !one.name().startsWith("__"))).toHaveLength(1);
    expect(alone?.flatMap(helpsOf)).toEqual(whole?.flatMap(helpsOf));
  });

  it.each(["", "nobody", "help", "--help", "constructor"])("%s is none: then all are there", async (name) => {
    expect((await commandLine(noWorld, name)).helpInformation()).toBe(all.helpInformation());
  });
});

const groups = (await everyCommand()).filter(isGroup);
it.each(groups.map((group) => [pathOf(group), group] as const))(
  "%s has an example of each of its commands in its --help, once",
  async (path, group) => {
    const { stdout } = await testCli().run(`${path} --help`);
    expect(stdout.match(/^Examples:$/gm)).toHaveLength(1);
    for (const one of leaves(group)) expect(stdout).toContain(`  $ ${examplesOf(one)[0] ?? "none"}\n`);
  },
);

describe("the man page", async () => {
  const page = manPage(await commandLine(noWorld), "1.2.3");

  it("has every command with every option, the exit codes and the environment", () => {
    const plain = page.replaceAll("\\-", "-");
    for (const command of shown) {
      const path = pathOf(command);
      expect(plain).toMatch(new RegExp(`^\\.SS "twinseed ${path}[ |"]`, "m"));
      for (const { long } of command.options) expect(plain).toContain(`${long}`);
    }
    for (const { name } of VARIABLES) expect(plain).toContain(`.B "${name}"`);
    expect(plain).toContain('.B "130"');
    expect(page).not.toContain("__complete");
  });

  it("is ASCII, and no line of text begins with a dot", () => {
    expect(page).toMatch(/^[\n -~]*$/);
    expect(
      page.split("\n").filter((line) => /^[.'](?!TH|SH|SS|TP|B |I |PP|RS|RE|nf|fi|\\")/.test(line)),
    ).toEqual([]);
  });

  it.skipIf(!needs("groff", "man"))("groff and man take it without a warning (needs groff, man)", () => {
    const options = { input: page, encoding: "utf8" } as const;
    const groff = (...args: string[]) =>
      execFileSync("sh", ["-c", `groff ${args.join(" ")} 2>&1 >/dev/null`], options);
    expect(groff("-man", "-ww", "-Tutf8")).toBe("");
    const text = execFileSync("man", ["-l", "-"], {
      ...options,
      env: { ...process.env, MANPAGER: "cat", MANWIDTH: "100" },
    });
    const bare = text.replace(/.\u0008/g, "").replace(/\u001b\[[\d;]*m/g, "");
    expect(bare).toContain("twinseed backup create [options] <file>");
    expect(bare).toContain("twinseed list --json | jq -r '.[].name'");
  });
});
