/** Whether recovery codes and notes open: each one that the ledger knows of, and each one that has a file. */
import { ExitCode, UserError } from "../../base/errors.ts";
import { noteIds } from "../../seeds/notes/note-file.ts";
import { count, pasteable, quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { type Line, ok, unknown, wrong, wrongBy } from "./lines.ts";

/** No line where there never was a note. `isOpen`: whether the seed store opened. */
export async function checkNotes(
  isOpen: boolean,
  needs: Needs<"folder" | "ledger" | "notes">,
): Promise<Line[]> {
  const accounts = [...needs.ledger.accounts(), ...needs.ledger.removed()];
  const files = new Set(noteIds(needs.folder));
  const due = accounts.filter(({ id, note }) => note !== undefined || files.has(id));
  if (due.length === 0) return [];
  if (!isOpen) return [unknown("notes", "not checked")];
  const lines: Line[] = [];
  try {
    const notes = await needs.notes();
    for (const account of due) {
      const problem = files.has(account.id)
        ? await faultOf(() => notes.read(account.id))
        : wrong(
            "notes",
            `the recovery codes and the note of ${quoted(account.name)} are gone`,
            restoreStep(pasteable(account)),
          );
      if (problem !== undefined) lines.push(problem);
    }
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
    return [wrongBy("notes", error)];
  }
  return lines.length > 0 ? lines : [ok("notes", `${count(due.length, "note")} opened`)];
}

async function faultOf(
  read: () => Promise<{ readonly unopened: number } | undefined>,
): Promise<Line | undefined> {
  try {
    const found = await read();
    if (found === undefined || found.unopened === 0) return undefined;
    return wrong(
      "notes",
      "a version of a note, written on another computer, does not open here",
      "twinseed sync",
    );
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
    return wrongBy("notes", error);
  }
}

function restoreStep(name: string): string {
  return `put notes/ back from a copy of the data folder; if there is none: twinseed note ${name} --remove`;
}
