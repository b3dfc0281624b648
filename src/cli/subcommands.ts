/** A word that is not one of a group's subcommands: commander would take it for an argument of the default one. */
import type { Command } from "commander";
import { usageError } from "../base/errors.ts";
import { nearest } from "./first-word.ts";

/** Throws UserError (exit 2) with the nearest one. */
export async function requireKnownSubcommand(program: Command, args: readonly string[]): Promise<void> {
  const path: string[] = [];
  let group = program;
  for (const word of args) {
    const next = group.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (next === undefined) {
      if (path.length === 0 || group.commands.length === 0 || word.startsWith("-") || word === "help") return;
      const near = await nearest(
        word,
        group.commands.map((one) => one.name()),
      );
      const hints = near === undefined ? [] : [`did you mean: twinseed ${[...path, near].join(" ")}`];
      // The word is not repeated: it may be the beginning of a seed.
      throw usageError(
        `"twinseed ${path.join(" ")}" has no such command`,
        ...hints,
        `list them with: twinseed help ${path.join(" ")}`,
      );
    }
    group = next;
    path.push(next.name());
  }
}
