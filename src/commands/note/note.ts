/** `note`: recovery codes and a note of an account. The work is in separate files, because few runs need it. */
import type { Command } from "commander";
import { examples } from "../../talk/examples.ts";
import type { World } from "../../world.ts";
import type { NoteOptions } from "./note-command.ts";

export function registerNote(program: Command, world: World): void {
  program
    .command("note")
    .description("show or keep the recovery codes and the note of an account")
    .argument("<account>", "name, id, or part of a name, issuer or label")
    .option("--edit", "write the note in $EDITOR, or take it from stdin")
    .option("--add-codes", "add recovery codes, one per line: typed unseen, or from stdin")
    .option("--new-codes", "the same, in place of all that are there")
    .option("--hidden", "with --edit: type the note unseen, without an editor")
    .option("--use <code>", "strike out a recovery code that was used")
    .option("--remove", "remove the note and all recovery codes, for good")
    .option("--yes", "skip the confirmation prompt")
    .option("--json", "print as JSON")
    .action(async (query: string, options: NoteOptions) => {
      const { noteCommand } = await import("./note-command.ts");
      return noteCommand(query, options, world);
    });
  examples(
    program,
    "note",
    "twinseed note github",
    "twinseed note github --add-codes < codes.txt",
    "twinseed note github --use 1a2b3-c4d5e",
  );
}
