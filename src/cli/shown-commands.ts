/** The commands that the generated pages list. */
import type { Command } from "commander";

/** All commands below it, each before its own subcommands, except hidden ones and the "help" that commander adds to each. */
export function shownCommands(command: Command): Command[] {
  const own = new Set(command.commands);
  const shown = command.createHelp().visibleCommands(command);
  return shown.filter((one) => own.has(one)).flatMap((one) => [one, ...shownCommands(one)]);
}

/** The command as it is typed: "store recipients add". "" for the program itself. */
export function pathOf(command: Command): string {
  if (command.parent === null) return "";
  return `${pathOf(command.parent)} ${command.name()}`.trimStart();
}
