/** What each command's --help and the man page show below the options. */
import type { Command } from "commander";

const shown = new WeakMap<Command, readonly string[]>();

/**
 * Gives the subcommand `name` of `parent` its examples: lines for a shell, each with a remark after "  # ". A test reads
 * each of them as a command line. Throws where there is no such command.
 */
export function examples(parent: Command, name: string, ...lines: readonly string[]): void {
  const command = parent.commands.find((one) => one.name() === name);
  if (command === undefined) throw new Error(`examples for "${name}", which is no command`);
  shown.set(command, lines);
  command.addHelpText("after", () => listed(lines));
}

/** Of a command that has others below it: the first example of each. "" for all else. */
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
