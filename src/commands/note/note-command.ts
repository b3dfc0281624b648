/** What `note` does: shows what belongs to an account, or changes it. */

import { attempt, ExitCode, UserError, usageError } from "../../base/errors.ts";
import { NOTE_LIMITS } from "../../base/limits.ts";
import type { Account } from "../../ledger/account.ts";
import { findAccount } from "../../ledger/find.ts";
import { codesIn, sameCode } from "../../otp/plain-note.ts";
import { keepInDamaged } from "../../seeds/notes/keep-note.ts";
import {
  codesOf,
  emptied,
  type NoteContent,
  onlyCodes,
  withCodes,
  withStrike,
  withText,
} from "../../seeds/notes/note-content.ts";
import { requireYes } from "../../talk/require-yes.ts";
import { count, note, pasteable, quoted } from "../../talk/say.ts";
import { type ChangeNoteNeeds, changeNote } from "../../vault/change-note.ts";
import type { Needs } from "../../world.ts";
import { showNote } from "./show-note.ts";
import { type TakeNeeds, takeCodes, takeText } from "./take-note.ts";

type NoteNeeds = ChangeNoteNeeds & TakeNeeds & Needs<"stdout" | "folder">;

export interface NoteOptions {
  edit?: boolean;
  hidden?: boolean;
  addCodes?: boolean;
  newCodes?: boolean;
  use?: string;
  remove?: boolean;
  yes?: boolean;
  json?: boolean;
}

export async function noteCommand(query: string, options: NoteOptions, needs: NoteNeeds): Promise<void> {
  const { edit, addCodes, newCodes, use, remove, hidden, yes, json } = options;
  const ways = [edit, addCodes, newCodes, use !== undefined, remove].filter(Boolean).length;
  if (ways > 1) throw usageError("--edit, --add-codes, --new-codes, --use and --remove can't be combined");
  if (hidden && !edit) throw usageError("--hidden is only for --edit; codes are always typed unseen");
  if (yes && !remove) throw usageError("--yes is only for --remove");
  if (json && ways > 0) throw usageError("--json is only for showing a note");
  if (ways === 0) return showNote(await findShown(query, needs), json ?? false, needs);
  const account = await findAccount(needs.ledger.accounts(), query, needs.ledger);
  if (edit) return editNote(account, hidden ?? false, needs);
  if (use !== undefined) return strike(account, use, needs);
  if (remove) return removeNote(account, yes ?? false, needs);
  return addToCodes(account, newCodes ?? false, needs);
}

/** An account that was removed or replaced, too, by its id. */
async function findShown(query: string, needs: Needs<"ledger">): Promise<Account> {
  const removed = needs.ledger.removed().find(({ id }) => id === query);
  return removed ?? findAccount(needs.ledger.accounts(), query, needs.ledger);
}

async function editNote(account: Account, hidden: boolean, needs: NoteNeeds): Promise<void> {
  // First: what can't be read is not edited.
  const found = await (await needs.notes()).read(account.id);
  const text = await takeText(found?.content, hidden, needs);
  const seen = new Set(found?.content.texts.map(({ id }) => id));
  let changed = false;
  await changeNote(
    account,
    (content, writing) => {
      const after = withText(content, text, writing, seen);
      changed = after !== content;
      return after;
    },
    needs,
  );
  note(needs, changed ? `kept the note of ${quoted(account.name)}` : "nothing was changed");
}

async function addToCodes(account: Account, isNew: boolean, needs: NoteNeeds): Promise<void> {
  await needs.notes();
  const codes = codesIn(await takeCodes(needs));
  if (codes.length === 0)
    throw new UserError("there is no recovery code in it: nothing was changed", ExitCode.unreadable, [
      `to take all of it away: twinseed note ${pasteable(account)} --remove`,
    ]);
  let added = 0;
  const content = await changeNote(
    account,
    (before, writing) => {
      const kept = isNew ? onlyCodes(before, codes) : before;
      const after = withCodes(kept, codes, writing);
      if (after.codes.length > NOTE_LIMITS.codes)
        throw new UserError(`an account can have ${NOTE_LIMITS.codes} recovery codes`, ExitCode.failed, [
          "to begin again with these alone: --new-codes; nothing was changed",
        ]);
      added = after.codes.length - kept.codes.length;
      return after;
    },
    needs,
  );
  note(needs, `added ${count(added, "recovery code")} to ${quoted(account.name)}: ${left(content)}`);
}

async function strike(account: Account, typed: string, needs: NoteNeeds): Promise<void> {
  let before: string | undefined;
  const content = await changeNote(
    account,
    (now, { at }) => {
      const code = codeLike(typed, now, account);
      before = codesOf(now).find((one) => one.code === code)?.usedAt;
      return withStrike(now, code, at);
    },
    needs,
  );
  const what =
    before === undefined
      ? "struck out"
      : `it was struck out already, on ${before.slice(0, 10)}; nothing was changed`;
  note(needs, `${what}: ${left(content)}`);
}

/** Throws UserError: exit 3 if there is none, exit 4 if it may be several. Never quotes what was typed. */
function codeLike(typed: string, content: NoteContent, { name }: Account): string {
  const codes = codesOf(content).map(({ code }) => code);
  if (codes.includes(typed)) return typed;
  const [one, ...others] = codes.filter((code) => sameCode(code, typed));
  if (one !== undefined && others.length === 0) return one;
  if (one !== undefined)
    throw new UserError(
      "several recovery codes differ from it only in spaces, dashes or capitals",
      ExitCode.ambiguous,
      ["type it exactly as it is listed"],
    );
  throw new UserError(`that is not one of the recovery codes of ${quoted(name)}`, ExitCode.notFound, [
    "nothing was changed",
  ]);
}

async function removeNote(account: Account, yes: boolean, needs: NoteNeeds): Promise<void> {
  if (!yes) {
    const question = `Remove the recovery codes and the note of ${quoted(account.name)} for good?`;
    await requireYes(question, { what: "--remove", unchanged: "nothing was removed" }, needs);
  }
  const result = await changeNote(account, emptied, needs).catch((error: unknown) => {
    if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
    return error;
  });
  if (!(result instanceof UserError)) {
    note(needs, `removed the recovery codes and the note of ${quoted(account.name)}`);
    return;
  }
  // What can't be opened can't be emptied: it is taken away, and kept.
  const kept = await needs.ledger.edit(async (edit) => {
    const kept = attempt(() => keepInDamaged(account.id, needs.folder));
    if (kept === undefined || kept instanceof UserError) throw result;
    const { note: _, ...rest } = await findAccount(needs.ledger.accounts(), account.id, needs.ledger);
    edit.update(rest);
    return kept;
  });
  note(needs, `the note of ${quoted(account.name)} can't be opened; it was moved to "${kept}"`);
}

function left(content: NoteContent): string {
  const codes = codesOf(content);
  const unused = codes.filter(({ usedAt }) => usedAt === undefined).length;
  return `${unused} of ${codes.length} unused`;
}
