/**
 * Begins a new list of members, where no computer has a signing key of the old one any more. Its first commit takes the place of
 * the repository's newest, which must be one that this computer has.
 */
import { ExitCode, UserError } from "../base/errors.ts";
import { ownSigner } from "../members/signing-key.ts";
import type { PendingChange } from "../seeds/file/shared-keys.ts";
import type { Needs } from "../world.ts";
import { afterChange, type Changed } from "./change-list.ts";
import { knownOf } from "./commit-content.ts";
import { fetchTheirs, pushOurs, rememberTheirs } from "./remote.ts";
import {
  branchOf,
  commitFiles,
  commitOf,
  isAncestor,
  moveBranch,
  refreshIndex,
  type Signing,
  urlOf,
} from "./repository.ts";
import type { ShareNeeds } from "./share.ts";

export type RestartNeeds = ShareNeeds & Needs<"stateFolder">;

/** Throws UserError, and changes nothing, if the repository has what this computer has not, or can't be reached. */
export async function restartList(pending: PendingChange, needs: RestartNeeds): Promise<Changed> {
  const url = (await needs.workTree.isThere()) ? await urlOf(needs) : undefined;
  return needs.ledger.edit(async () => {
    const prepared = await pending.prepare();
    const { entry, report } = prepared;
    if (url === undefined || entry === undefined) {
      await pending.write(prepared);
      return { entry, report, url };
    }
    const [branch, head] = [await branchOf(needs), await commitOf("HEAD", needs)];
    const theirs = await fetchTheirs(url, branch, needs);
    const isTakenIn = theirs === undefined || (head !== undefined && (await isAncestor(theirs, head, needs)));
    if (!isTakenIn) throw behindError();
    const known = head === undefined ? undefined : await knownOf(head, needs);
    const files = afterChange(prepared, known);
    const { store, by } = entry.entry;
    const signer = ownSigner(await needs.stateFolder(), store);
    const author: Signing = { author: { ...signer, name: by }, store, list: 1 };
    const parents = head === undefined ? [] : [head];
    const commit = await commitFiles({ files }, known, { parents, author }, needs);
    if (!(await pushOurs(url, branch, commit, needs, theirs))) throw behindError();
    await pending.write(prepared);
    await moveBranch(branch, commit, head, needs);
    await rememberTheirs(branch, commit, needs);
    await refreshIndex(needs);
    return { entry, report, url };
  });
}

function behindError(): UserError {
  return new UserError("the repository has changes that this computer has not taken in", ExitCode.failed, [
    "take them in first: twinseed store follow, with the words that twinseed store shows here, and twinseed sync",
    "nothing was changed",
  ]);
}
