/** The examples of each command, which --help and the man page show below the options. */
import type { Command } from "commander";

const shown = new WeakMap<Command, readonly string[]>();

/**
 * Sets the examples of the subcommand `name` of `parent`: lines for a shell, each with a remark after "  # " if need be. A test
 * parses each of them as a command line. Throws if there is no such command.
 */
export function examples(parent: Command, name: string, ...lines: readonly string[]): void {
  const command = parent.commands.find((one) => one.name() === name);
  if (command === undefined) throw new Error(`examples for "${name}", which is not a command`);
  shown.set(command, lines);
  command.addHelpText("after", () => listed(lines));
}

/** For a command with subcommands: the first example of each. "" for any other command. */
export function groupExamples(command: Command): string {
  const isGroup = command.parent !== null && command.commands.length > 0;
  return isGroup ? listed(command.commands.flatMap(firstExamples)) : "";
}

function firstExamples(command: Command): readonly string[] {
  const [own] = examplesOf(command);
  return own === undefined ? command.commands.flatMap(firstExamples) : [own];
}

function listed(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}\n`).join("")}`.trimEnd();
}

export function examplesOf(command: Command): readonly string[] {
  return shown.get(command) ?? [];
}
