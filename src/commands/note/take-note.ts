/** Takes a note or recovery codes from stdin, unseen from the terminal, or from the user's editor. */
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { NOTE_LIMITS } from "../../base/limits.ts";
import { noteTextOf } from "../../otp/plain-note.ts";
import { joinedText, NOTHING, type NoteContent } from "../../seeds/notes/note-content.ts";
import type { Needs } from "../../world.ts";

export type TakeNeeds = Needs<"stdin" | "stderr" | "terminal" | "editor">;

/** Throws UserError: exit 5 for what is no note, and for an empty one, which would look like a mistake. */
export async function takeText(
  now: NoteContent | undefined,
  hidden: boolean,
  needs: TakeNeeds,
): Promise<string> {
  const text = noteTextOf(await textBytes(joinedText(now ?? NOTHING), hidden, needs));
  if (text !== "") return text;
  throw new UserError("the note is empty: nothing was changed", ExitCode.unreadable, [
    "to remove what is there: twinseed note NAME --remove",
  ]);
}

async function textBytes(now: string, hidden: boolean, needs: TakeNeeds): Promise<Uint8Array> {
  if (hidden) return Buffer.from(await typedLines("Note, a line at a time; Enter alone ends it: ", needs));
  if (!needs.stdin.isTTY) return needs.stdin.readAll(NOTE_LIMITS.bytes);
  if (needs.terminal() === undefined) throw noTerminal();
  return needs.editor.edit(now, NOTE_LIMITS.bytes);
}

export async function takeCodes(needs: TakeNeeds): Promise<string> {
  if (needs.stdin.isTTY) return typedLines("Recovery codes, one per line; Enter alone ends them: ", needs);
  return noteTextOf(await needs.stdin.readAll(NOTE_LIMITS.bytes));
}

async function typedLines(question: string, needs: Needs<"terminal">): Promise<string> {
  const terminal = needs.terminal();
  if (terminal === undefined) throw noTerminal();
  const lines: string[] = [];
  for (;;) {
    const line = await terminal.askHidden(lines.length === 0 ? question : "more: ");
    if (line === "") return lines.join("\n");
    lines.push(line);
  }
}

function noTerminal(): UserError {
  return usageError("no terminal to type on", "pipe it in: twinseed note NAME --edit < FILE");
}
