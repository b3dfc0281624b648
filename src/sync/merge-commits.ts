/** A commit of ours and one of theirs become one, in memory: the merge commit is written to git, and no file of the store. */
import { ExitCode, UserError } from "../base/errors.ts";
import { isPrivate } from "../base/private-files.ts";
import type { View } from "../seeds/file/list-view.ts";
import type { Needs } from "../world.ts";
import { type Files, type Known, knownOf, type Tree } from "./commit-content.ts";
import { requireIntact } from "./judge-head.ts";
import { type MergedSeeds, mergeWithSeedsOpen } from "./merge-seeds.ts";
import { commitFiles, type Signing } from "./repository.ts";
import { isShared, mergeShared } from "./shared-files.ts";

/** Throws UserError (exit 1) if the two have no common state. */
export async function mergeCommits(
  ours: string,
  there: Known | undefined,
  author: Signing | undefined,
  view: View,
  needs: Needs<"clock" | "computer" | "folder" | "ledger" | "workTree">,
): Promise<MergedSeeds & { commit: string }> {
  const theirs = there?.commit ?? "";
  const { ok, output } = await needs.workTree.git(["merge-base", ours, theirs]);
  if (!ok || there === undefined) throw strangers();
  const base = output.trim();
  const none = { files: new Map<string, string>(), notes: [] };
  if (base === theirs) return { ...none, commit: ours };
  const [before, here] = [await knownOf(base, needs), await knownOf(ours, needs)];
  await requireIntact(before, needs);
  const merged = await mergeWithSeedsOpen(
    here.files,
    there.files,
    (opener) => mergeShared(before.files, here.files, there.files, view.standing, opener),
    view,
    needs,
  );
  const { files } = merged;
  const isTheirs = isEqual(files, there.files) && ![...there.tree.keys()].some(isPrivate);
  if (base === ours && isTheirs) return { ...merged, commit: theirs };
  const rest = restOf(before.tree, here.tree, there.tree);
  const parents = [ours, theirs];
  return { ...merged, commit: await commitFiles({ files, rest }, here, { parents, author }, needs) };
}

function isEqual(a: Files, b: Files): boolean {
  return a.size === b.size && [...a].every(([name, text]) => b.get(name) === text);
}

/** The other files in the repository, such as a README: what they have changed, and we have not, stays changed. */
function restOf(base: Tree, ours: Tree, theirs: Tree): Tree {
  const others = [...theirs].filter(([name]) => !isShared(name) && !isPrivate(name));
  return new Map(others.filter(([name]) => ours.get(name)?.object === base.get(name)?.object));
}

function strangers(): UserError {
  return new UserError(
    "the repository holds a different store, not an earlier state of this one",
    ExitCode.failed,
    [
      "two stores have two keys and can't be merged; nothing was changed",
      "bring the accounts of this one over with: twinseed backup create, and backup restore there",
    ],
  );
}
