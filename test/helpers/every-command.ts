/** The commands of the program, to be looked at: none of them runs. */
import type { Command } from "commander";
import { commandLine } from "../../src/cli/program.ts";
import type { World } from "../../src/world.ts";

/** No command looks at the world before it runs. */
export const noWorld: World = Object.create(null);

/** Of all levels, hidden ones too. */
export function everyCommand(program: Command = commandLine(noWorld)): Command[] {
  return program.commands.flatMap((one) => [one, ...everyCommand(one)]);
}

/** It has commands below it. Typed alone it prints its help, or runs one of them. */
export function isGroup(command: Command): boolean {
  return command.commands.length > 0;
}
