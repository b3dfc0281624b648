/**
 * Prints every line that the program prints in the transcripts, each once, grouped by command, to be read from top to bottom.
 * `1|` is stdout, `2|` stderr, `T|` the terminal. Run it with: node test/helpers/print-messages.mjs
 */
import { readdirSync, readFileSync } from "node:fs";
import { pathOf } from "../../src/cli/shown-commands.ts";
import { everyCommand } from "./every-command.ts";
import { replay } from "./replay.ts";

const FOLDER = new URL("../transcripts/", import.meta.url);
/** The longest first, so that `aws session` does not count as `aws`. */
const PATHS = (await everyCommand()).map(pathOf).toSorted((a, b) => b.length - a.length);

function commandOf(typed: string): string {
  return PATHS.find((path) => `${typed} `.startsWith(`${path} `)) ?? "(no command)";
}

/** Each line, with the commands that print it. Every help text belongs to `help`, whatever was typed. */
const printers = new Map<string, Set<string>>();
for (const name of readdirSync(FOLDER).toSorted()) {
  let command = "";
  for (const line of (await replay(readFileSync(new URL(name, FOLDER), "utf8"))).split("\n")) {
    if (line.startsWith("$ twinseed")) {
      const typed = line.slice("$ twinseed ".length);
      command = /(^| )--help\b/.test(typed) ? "help" : commandOf(typed);
    }
    if (line === "" || command === "" || /^[#@$<>?]/.test(line)) continue;
    const shown = /^[2T]\| /.test(line) ? line : `1| ${line}`;
    printers.set(shown, (printers.get(shown) ?? new Set()).add(command));
  }
}

const groups = new Map<string, string[]>();
for (const [line, commands] of printers) {
  const group = commands.size > 1 ? "(several commands)" : [...commands].join("");
  groups.set(group, [...(groups.get(group) ?? []), line]);
}
for (const [group, lines] of [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  console.log(`## ${group}\n${lines.join("\n")}\n`);
