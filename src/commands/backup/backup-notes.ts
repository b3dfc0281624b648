/** Recovery codes and notes on their way into a backup, and back. */

import type { BackupEntry } from "../../backup/backup-content.ts";
import { ExitCode, UserError } from "../../base/errors.ts";
import type { Account } from "../../ledger/account.ts";
import type { KeptNote } from "../../otp/plain-note.ts";
import { isNothing, keptOf, withKept, withStrikes } from "../../seeds/notes/note-content.ts";
import { count, note } from "../../talk/say.ts";
import { type ChangeNoteNeeds, changeNotes } from "../../vault/change-note.ts";
import type { Needs } from "../../world.ts";

export interface ReadNotes {
  readonly kept: ReadonlyMap<string, KeptNote>;
  /** Those whose note can't be read, or not all of it. */
  readonly unread: readonly Account[];
}

export async function notesFor(accounts: readonly Account[], needs: Needs<"notes">): Promise<ReadNotes> {
  const kept = new Map<string, KeptNote>();
  const unread: Account[] = [];
  const notes = await needs.notes();
  const known = new Set(notes.ids());
  for (const account of accounts) {
    // What the ledger knows of must be there.
    if (!known.has(account.id)) {
      if (account.note !== undefined) unread.push(account);
      continue;
    }
    try {
      const found = await notes.read(account.id);
      if (found !== undefined && !isNothing(found.content)) kept.set(account.id, keptOf(found.content));
      if (found !== undefined && found.unopened > 0) unread.push(account);
    } catch (error) {
      if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
      unread.push(account);
    }
  }
  return { kept, unread };
}

/** A note that is here stays as it is, and learns which codes were used. Returns how many came back. */
export async function restoreNotes(
  entries: readonly (Pick<BackupEntry, "kept"> & { readonly account: Account })[],
  needs: ChangeNoteNeeds & Needs<"stderr">,
): Promise<void> {
  const due = entries.flatMap(({ account, kept }) => (kept === undefined ? [] : [{ account, kept }]));
  if (due.length === 0) return;
  const here = new Set((await needs.notes()).ids());
  const missing = due.filter(({ account }) => !here.has(account.id));
  await changeNotes(
    due.map(({ account, kept }) => ({
      account,
      change: (content, writing) =>
        here.has(account.id) ? withStrikes(content, kept.codes) : withKept(content, kept, writing),
    })),
    needs,
  );
  if (missing.length > 0)
    note(needs, `restored recovery codes or a note of ${count(missing.length, "account")}`);
}
