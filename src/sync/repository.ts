/**
 * The git side of `sync`, with plumbing commands only: commits are built from what the data folder holds, without the index,
 * and twinseed does the merging. The work tree never gets a conflict marker, and what a user staged is never committed.
 */

import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { isPrivate } from "../base/private-files.ts";
import type { GitEnd, GitOptions } from "../ports/user-git.ts";
import { pasteableName } from "../talk/say.ts";
import type { Needs } from "../world.ts";

/** Throws UserError (exit 1) with git's own last line. */
export async function git(
  needs: Needs<"folder" | "workTree">,
  args: readonly string[],
  options?: GitOptions,
): Promise<string> {
  return (await successOf(needs, args, options)).output;
}

export async function successOf(
  needs: Needs<"folder" | "workTree">,
  args: readonly string[],
  options?: GitOptions,
): Promise<GitEnd> {
  const end = await needs.workTree.git(args, options);
  const { ok, complaint } = end;
  if (ok) return end;
  throw new UserError(`git ${args[0] ?? ""} failed: ${complaint || "it does not say why"}`, ExitCode.failed, [
    `see what git says: git -C ${pasteableName(needs.folder.path, "FOLDER")} status`,
  ]);
}

/** The branch that is checked out. Throws UserError if there is none. */
export async function branchOf(needs: Needs<"folder" | "workTree">): Promise<string> {
  const { ok, output } = await needs.workTree.git(["symbolic-ref", "--quiet", "HEAD"]);
  const name = output.trim().replace(/^refs\/heads\//, "");
  if (ok && name !== "") return name;
  throw new UserError("the data folder's repository has no branch checked out", ExitCode.failed, [
    `check one out: git -C ${pasteableName(needs.folder.path, "FOLDER")} switch main`,
  ]);
}

/** The commit that a name stands for; undefined if there is none. */
export async function commitOf(name: string, needs: Needs<"workTree">): Promise<string | undefined> {
  const { ok, output } = await needs.workTree.git(["rev-parse", "--verify", "--quiet", `${name}^{commit}`]);
  return ok ? output.trim() : undefined;
}

export async function urlOf(needs: Needs<"workTree">): Promise<string | undefined> {
  const { ok, output } = await needs.workTree.git(["config", "--get", "remote.origin.url"]);
  return ok && output.trim() !== "" ? output.trim() : undefined;
}

/** Whether the history of a commit has each of these files exactly as it is on the disk. */
export async function areCommitted(
  names: readonly string[],
  commit: string,
  needs: Needs<"folder" | "workTree">,
): Promise<boolean> {
  const known = await git(needs, ["rev-list", "--objects", "--no-object-names", commit]);
  const objects = new Set(known.split("\n"));
  const input = names.map((name) => `${name}\n`).join("");
  const here = await git(needs, ["hash-object", "--no-filters", "--stdin-paths"], { input });
  return here
    .split("\n")
    .filter(Boolean)
    .every((object) => objects.has(object));
}

/** Files of one computer alone that git tracks, as it does if someone else has pushed them. */
export async function trackedPrivate(needs: Needs<"folder" | "workTree">): Promise<string[]> {
  return (await git(needs, ["ls-files", "-z"])).split("\0").filter(isPrivate);
}

/** Moves the branch. Returns false if another process has moved it in the meantime. */
export async function moveBranch(
  branch: string,
  to: string,
  from: string | undefined,
  needs: Needs<"workTree">,
): Promise<boolean> {
  const args = ["update-ref", "-m", "twinseed sync", `refs/heads/${branch}`, to, from ?? ""];
  const { ok, complaint } = await needs.workTree.git(args);
  if (ok) return true;
  if ((await commitOf(`refs/heads/${branch}`, needs)) !== from) return false;
  throw new UserError(`git can't move the branch: ${printable(complaint)}`, ExitCode.failed, [
    "if a git process was killed here, remove the .lock file that is named above",
  ]);
}

/** Updates the index, so that `git status` shows no changes. That is cosmetic: it does not matter if it fails. */
export async function refreshIndex(needs: Needs<"workTree">): Promise<void> {
  await needs.workTree.git(["read-tree", "HEAD"]);
  await needs.workTree.git(["checkout-index", "--quiet", "--", ".gitignore", ".gitattributes"]); // if they are missing
  await needs.workTree.git(["update-index", "-q", "--refresh"]);
}
