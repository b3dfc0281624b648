/** The program's commands, for inspection only: none of them is run. */
import type { Command } from "commander";
import { commandLine } from "../../src/cli/program.ts";
import type { World } from "../../src/world.ts";

/** No command reads the world before it runs. */
export const noWorld: World = Object.create(null);

/** Commands of all levels, including hidden ones. */
export async function everyCommand(): Promise<Command[]> {
  return commandsOf(await commandLine(noWorld));
}

/** What `program`, or a group, has of them. */
export function commandsOf(program: Command): Command[] {
  return program.commands.flatMap((one) => [one, ...commandsOf(one)]);
}

/** Whether it has subcommands. Without one, it prints its help or runs a default. */
export function isGroup(command: Command): boolean {
  return command.commands.length > 0;
}
