/** Recovery codes and notes of an import: taken in only where the user asks for them, and counted where not. */
import { ExitCode, UserError } from "../../base/errors.ts";
import type { Entry } from "../../formats/format.ts";
import type { Note } from "../../otp/plain-note.ts";
import { withNote } from "../../seeds/notes/note-content.ts";
import { count, note, quoted, warn } from "../../talk/say.ts";
import { type ChangeNoteNeeds, changeNote } from "../../vault/change-note.ts";
import type { Enrolled } from "../../vault/enrolled.ts";
import type { Needs } from "../../world.ts";

export type EntryNote = Pick<Entry, "note" | "noteFault">;

/** `notes`: of each account, in the same order. One that can't be kept does not hold back the others. */
export async function importNotes(
  enrolled: readonly Enrolled[],
  notes: readonly EntryNote[],
  needs: ChangeNoteNeeds & Needs<"stderr">,
): Promise<void> {
  let kept = 0;
  for (const [i, { status, account }] of enrolled.entries()) {
    const { note: found, noteFault } = notes[i] ?? {};
    if (status === "dead") continue;
    if (noteFault !== undefined) left(account.name, noteFault, needs);
    else if (found !== undefined && (await keep(account, found, needs))) kept += 1;
  }
  note(needs, `took in recovery codes or a note of ${count(kept, "account")}`);
}

async function keep(
  account: Enrolled["account"],
  found: Note,
  needs: ChangeNoteNeeds & Needs<"stderr">,
): Promise<boolean> {
  try {
    await changeNote(account, (content, writing) => withNote(content, found, writing), needs);
    return true;
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
    left(account.name, error.message, needs);
    return false;
  }
}

function left(name: string, why: string, needs: Needs<"stderr">): void {
  warn(needs, `left out the note of ${quoted(name)}: ${why}`);
}

/** How many entries have some. */
export function countNotes(notes: readonly EntryNote[]): number {
  return notes.filter(({ note: one, noteFault }) => one !== undefined || noteFault !== undefined).length;
}

export function sayNotes(notes: readonly EntryNote[], wanted: boolean, needs: Needs<"stderr">): void {
  const number = countNotes(notes);
  if (number === 0) return;
  const have = `${count(number, "account")} in it ${number === 1 ? "has" : "have"} recovery codes or a note`;
  note(needs, wanted ? have : `${have}, which stay there; to take them in, too: --notes`);
}
