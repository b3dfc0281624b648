/** Recovery codes and notes on their way to another app: only where the user asks for it, and the file has a place for them. */
import { type UserError, usageError } from "../../base/errors.ts";
import type { Entry } from "../../formats/format.ts";
import { noteAsText } from "../../otp/plain-note.ts";
import { isNothing, noteOf } from "../../seeds/notes/note-content.ts";
import { count, note, quoted, warn } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import type { Outgoing } from "./chosen-accounts.ts";

export async function noPlaceError(id: string): Promise<UserError> {
  const { FORMATS } = await import("../../formats/index.ts");
  const able = FORMATS.filter(({ writer }) => writer?.holdsNotes).map((one) => one.id);
  return usageError(
    `an export to ${id} has no place for recovery codes and notes`,
    `formats that have: ${able.join(", ")}`,
  );
}

/** Throws UserError (exit 6 or 1) if one can't be read: without it, the export would not be what was asked for. */
export async function withNotes(
  outgoing: readonly Outgoing[],
  wanted: boolean,
  needs: Needs<"stderr" | "notes">,
): Promise<readonly Outgoing[]> {
  const known = outgoing.filter(({ account }) => account.note !== undefined);
  if (!wanted && known.length > 0) {
    note(
      needs,
      `recovery codes and notes of ${count(known.length, "account")} stay here; to take them along: --notes`,
    );
  }
  if (!wanted || known.length === 0) return outgoing;
  const notes = await needs.notes();
  const all: Outgoing[] = [];
  for (const one of outgoing) {
    const found = await notes.read(one.account.id);
    all.push(found === undefined || isNothing(found.content) ? one : { ...one, note: noteOf(found.content) });
  }
  return all;
}

/** `back`: the entry as the written file has it. */
export function sayChangedNote(
  one: Outgoing | undefined,
  back: Entry | undefined,
  needs: Needs<"stderr">,
): void {
  if (one?.note === undefined) return;
  const text = back?.note === undefined ? "" : noteAsText(back.note);
  if (text !== noteAsText(one.note))
    warn(needs, `the note of ${quoted(one.account.name)} is not the same there`);
}

export function sayNotesGone(kept: readonly Outgoing[], where: string, needs: Needs<"stderr">): void {
  const number = kept.filter(({ note: one }) => one !== undefined).length;
  if (number > 0) note(needs, `recovery codes or notes of ${count(number, "account")} went to ${where}, too`);
}
