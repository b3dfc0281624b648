/** A word that is not one of a group's subcommands: commander would take it for an argument of the default one. */
import type { Command } from "commander";
import { usageError } from "../base/errors.ts";
import { nearest, SYNONYMS } from "./first-word.ts";

/** What the first builds had, and what it is called now. */
const RENAMED: Readonly<Record<string, string>> = { "store recipients": "store members" };

/** Throws UserError (exit 2) with the nearest one. */
export async function requireKnownSubcommand(program: Command, args: readonly string[]): Promise<void> {
  const path: string[] = [];
  let group = program;
  for (const word of args) {
    const next = group.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (next === undefined) {
      if (path.length === 0 || group.commands.length === 0 || word.startsWith("-") || word === "help") return;
      const renamed = RENAMED[[...path, word].join(" ")];
      const names = group.commands.map((one) => one.name());
      const near = names.find((name) => SYNONYMS[word]?.[0] === name) ?? (await nearest(word, names));
      const hint =
        renamed === undefined
          ? near && `did you mean: twinseed ${[...path, near].join(" ")}`
          : `it is now: twinseed ${renamed}`;
      // The word is not repeated: it may be the beginning of a seed.
      throw usageError(
        `"twinseed ${path.join(" ")}" has no such command`,
        ...(hint === undefined ? [] : [hint]),
        `list them with: twinseed help ${path.join(" ")}`,
      );
    }
    group = next;
    path.push(next.name());
  }
}
