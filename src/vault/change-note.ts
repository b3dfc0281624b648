/** A change of an account's note, with what the ledger knows of it. The note is written first: a kill in between loses nothing. */

import type { Account, NoteSummary } from "../ledger/account.ts";
import type { LedgerEdit } from "../ledger/edit-ledger.ts";
import { newId } from "../ledger/id.ts";
import { deviceHere } from "../ledger/this-computer.ts";
import { requireShort } from "../otp/plain-note.ts";
import {
  codesOf,
  joinedText,
  type NoteContent,
  summaryOf,
  type Writing,
} from "../seeds/notes/note-content.ts";
import type { Notes } from "../seeds/notes/notes.ts";
import type { Needs } from "../world.ts";

export type ChangeNoteNeeds = Needs<"clock" | "computer" | "random" | "stateFolder" | "ledger" | "notes">;

export type EditNote = (content: NoteContent, writing: Writing) => NoteContent;

/** Throws UserError: exit 6 if the store can't be opened, exit 5 if the note gets too long. */
export async function changeNote(
  account: Account,
  change: EditNote,
  needs: ChangeNoteNeeds,
): Promise<NoteContent> {
  // Before the lock is taken: it may ask for a passphrase.
  const notes = await needs.notes();
  const writing = await writingHere(needs);
  return needs.ledger.edit((edit) => changeUnderLock(account, change, writing, notes, edit, needs));
}

/** The same for many, which ends at the first that fails. */
export async function changeNotes(
  changes: readonly { readonly account: Account; readonly change: EditNote }[],
  needs: ChangeNoteNeeds,
): Promise<void> {
  if (changes.length === 0) return;
  const notes = await needs.notes();
  const writing = await writingHere(needs);
  await needs.ledger.edit(async (edit) => {
    for (const { account, change } of changes)
      await changeUnderLock(account, change, writing, notes, edit, needs);
  });
}

async function changeUnderLock(
  account: Account,
  change: EditNote,
  writing: Writing,
  notes: Notes,
  edit: LedgerEdit,
  needs: Needs<"ledger">,
): Promise<NoteContent> {
  const content = await notes.change(account.id, (before) => {
    const after = change(before, writing);
    if (sizeOf(after) > sizeOf(before)) requireShort(partsOf(after));
    return after;
  });
  recordSummary(account.id, content, edit, needs);
  return content;
}

function partsOf(content: NoteContent): string[] {
  return [joinedText(content), ...codesOf(content).map(({ code }) => code)];
}

function sizeOf(content: NoteContent): number {
  return partsOf(content).reduce((sum, part) => sum + part.length + 1, 0);
}

/** What the ledger says is put right by whatever opens the note. */
export async function noteSummary(
  account: Account,
  content: NoteContent,
  needs: Needs<"ledger">,
): Promise<void> {
  if (isSameSummary(account.note, summaryOf(content))) return;
  await needs.ledger.edit(async (edit) => recordSummary(account.id, content, edit, needs));
}

function recordSummary(id: string, content: NoteContent, edit: LedgerEdit, needs: Needs<"ledger">): void {
  const now = [...needs.ledger.accounts(), ...needs.ledger.removed()].find((one) => one.id === id);
  const summary = summaryOf(content);
  if (now === undefined || isSameSummary(now.note, summary)) return;
  const { note: _, ...rest } = now;
  edit.update(summary === undefined ? rest : { ...rest, note: summary });
}

function isSameSummary(a: NoteSummary | undefined, b: NoteSummary | undefined): boolean {
  return a?.since === b?.since && a?.unused === b?.unused;
}

async function writingHere(
  needs: Needs<"clock" | "computer" | "random" | "stateFolder" | "ledger">,
): Promise<Writing> {
  const here = await deviceHere(needs.ledger.devices(), needs);
  return {
    by: here?.name ?? needs.computer.hostname,
    at: new Date(needs.clock.now()).toISOString(),
    newId: () => newId(needs.random),
  };
}
