/** The shared files in the remote repository, as they are: no one has looked yet at who wrote them. */
import { pasteableName } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { type Files, type Known, knownOf } from "./commit-content.ts";
import { adoptBranch, fetchTheirs } from "./remote.ts";
import { branchOf, commitOf, urlOf } from "./repository.ts";

/** Empty if there is no remote, or nothing in it. Throws UserError (exit 1) if it can't be reached. */
export async function filesOfRemote(needs: Needs<"folder" | "workTree">): Promise<Files> {
  const url = (await needs.workTree.isThere()) ? await urlOf(needs) : undefined;
  if (url === undefined) return new Map();
  if ((await commitOf("HEAD", needs)) === undefined) await adoptBranch(url, needs);
  const theirs = await fetchTheirs(url, await branchOf(needs), needs);
  return theirs === undefined ? new Map() : (await knownOf(theirs, needs)).files;
}

/**
 * What the repository at this address holds, before anything is made here; undefined if that is nothing yet. Throws UserError
 * (exit 1) if it can't be reached.
 */
export async function contentAt(
  url: string,
  needs: Needs<"folder" | "workTree">,
): Promise<Known | undefined> {
  const advice = [
    `try it yourself, so that git can prompt you: git ls-remote ${pasteableName(url, "URL")}`,
    "nothing was changed",
  ];
  const { workTree, remove } = await needs.workTree.elsewhere();
  try {
    const apart = { ...needs, workTree };
    if (!(await adoptBranch(url, apart, advice))) return undefined;
    const theirs = await fetchTheirs(url, await branchOf(apart), apart, advice);
    return theirs === undefined ? undefined : await knownOf(theirs, apart);
  } finally {
    remove();
  }
}
