/**
 * Changes of the members' list are transactions: fetch, check, write, push, in one go, and again from the start if someone else
 * was first. The data folder gets the change only once the remote has it, so one that was never pushed does not exist. A store
 * without a remote needs none; where there is one that can't be reached, nothing changes.
 */
import { asUserError, ExitCode, UserError } from "../base/errors.ts";
import type { LedgerEdit } from "../ledger/edit-ledger.ts";
import type { ReadEntry } from "../members/entry.ts";
import type { ChangeReport, Prepared } from "../seeds/file/prepared-change.ts";
import type { PendingChange } from "../seeds/file/shared-keys.ts";
import { type Files, type Known, knownOf } from "./commit-content.ts";
import { pushOurs, rememberTheirs } from "./remote.ts";
import {
  branchOf,
  commitFiles,
  commitOf,
  moveBranch,
  refreshIndex,
  type Signing,
  urlOf,
} from "./repository.ts";
import { pause, ROUNDS, type ShareNeeds, share, tooBusy } from "./share.ts";

export interface Changed {
  /** undefined for a store without a list of members. */
  readonly entry: ReadEntry | undefined;
  readonly report: ChangeReport;
  /** The address of the repository that has it now; undefined if there is none. */
  readonly url: string | undefined;
}

/**
 * `begin`: opens the store, and returns the change; it may prompt, and is called once. `alongside`: what changes in the ledger with
 * it, once it is shared. Throws UserError: exit 9 if unsure.
 */
export async function changeList(
  begin: () => Promise<PendingChange>,
  needs: ShareNeeds,
  alongside: (edit: LedgerEdit) => void = () => {},
): Promise<Changed> {
  const url = (await needs.workTree.isThere()) ? await urlOf(needs) : undefined;
  if (url === undefined) {
    const pending = await begin();
    return needs.ledger.edit(async (edit) => {
      const prepared = await pending.prepare();
      alongside(edit);
      await pending.write(prepared);
      return { entry: prepared.entry, report: prepared.report, url };
    });
  }
  const branch = await branchOf(needs);
  let pending: PendingChange | undefined;
  for (let round = 1; ; round++) {
    try {
      await shareFirst(needs);
    } catch (error) {
      // Whether what others changed is right can't be seen while the store is locked, and beginning opens it.
      if (pending !== undefined || asUserError(error).exitCode !== ExitCode.locked) throw error;
      pending = await begin();
      await shareFirst(needs);
    }
    pending ??= await begin();
    const { prepared, commit, head } = await prepareCommit(pending, needs);
    if (await pushOurs(url, branch, commit, needs)) {
      await rememberTheirs(branch, commit, needs);
      await finish(pending, prepared, { branch, commit, head }, needs, alongside);
      return { entry: prepared.entry, report: prepared.report, url };
    }
    if (round === ROUNDS) throw tooBusy();
    await pause(round, needs);
  }
}

/** What others changed comes first, and what we have not pushed yet. */
async function shareFirst(needs: ShareNeeds): Promise<void> {
  const { refusal } = await share(needs).catch((error: unknown) => {
    const { message, exitCode, hints } = asUserError(error);
    throw new UserError(message, exitCode, [
      ...hints,
      "the list of members changes only together with the repository",
    ]);
  });
  if (refusal !== undefined) throw refusal;
}

interface Commit {
  readonly branch: string;
  readonly commit: string;
  readonly head: string | undefined;
}

async function prepareCommit(
  pending: PendingChange,
  needs: ShareNeeds,
): Promise<{ prepared: Prepared; commit: string; head: string | undefined }> {
  return needs.ledger.edit(async () => {
    const prepared = await pending.prepare();
    const head = await commitOf("HEAD", needs);
    const known = head === undefined ? undefined : await knownOf(head, needs);
    const files = afterChange(prepared, known);
    const parents = head === undefined ? [] : [head];
    const author = await authorFor(prepared, needs);
    return { prepared, head, commit: await commitFiles({ files }, known, { parents, author }, needs) };
  });
}

/** The shared files with the change in them. */
export function afterChange(prepared: Prepared, known: Known | undefined): Files {
  const files = new Map(known?.files);
  for (const name of prepared.remove) files.delete(name);
  // A seed that was added meanwhile is shared later, with its account.
  for (const [name, text] of prepared.files)
    if (!prepared.before.has(name) || files.has(name)) files.set(name, text);
  return files;
}

/** This computer, as the list before has it; the commit names the new one. */
async function authorFor({ entry }: Prepared, needs: ShareNeeds): Promise<Signing | undefined> {
  const author = (await needs.sharedKeys.view())?.author();
  return author && entry && { ...author, list: entry.entry.number };
}

async function finish(
  pending: PendingChange,
  prepared: Prepared,
  { branch, commit, head }: Commit,
  needs: ShareNeeds,
  alongside: (edit: LedgerEdit) => void,
): Promise<void> {
  await needs.ledger.edit(async (edit) => {
    alongside(edit);
    await pending.write(prepared);
    await moveBranch(branch, commit, head, needs);
  });
  await refreshIndex(needs);
}
