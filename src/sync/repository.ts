/**
 * The git side of `sync`, with plumbing commands only: commits are built from what the data folder holds, without the index,
 * and twinseed does the merging. The work tree never gets a conflict marker, and what a user staged is never committed.
 */

import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { isPrivate } from "../base/private-files.ts";
import { pasteableName } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import type { Files, Known, Tree } from "./commit-content.ts";
import { git } from "./git-command.ts";
import { type Author, formatCommit, sumOf } from "./signed-commit.ts";

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

export async function isAncestor(commit: string, of: string, needs: Needs<"workTree">): Promise<boolean> {
  return (await needs.workTree.git(["merge-base", "--is-ancestor", commit, of])).ok;
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

export interface Content {
  /** All shared files. */
  readonly files: Files;
  readonly extra?: Files;
  /** Objects at other paths. */
  readonly rest?: Tree;
}

export interface Commit {
  readonly parents: readonly string[];
  /** Who signs it; undefined if this computer can't. */
  readonly author: Signing | undefined;
  /** Makes a commit even if nothing has changed. */
  readonly always?: boolean;
}

/** Everything that a signature of this computer needs. */
export interface Signing {
  readonly author: Author;
  readonly store: string;
  /** The number of the newest entry of the members' list. */
  readonly list: number;
}

/** Returns the commit's id: that of `like` if it holds the same. */
export async function commitFiles(
  { files, extra = new Map(), rest = new Map() }: Content,
  like: Known | undefined,
  { parents, author, always = false }: Commit,
  needs: Needs<"clock" | "computer" | "folder" | "workTree">,
): Promise<string> {
  const known: Files = like?.files ?? new Map();
  const changed = [...files, ...extra].filter(([name, text]) => known.get(name) !== text);
  const gone = [...known.keys()].filter((name) => !files.has(name));
  const stray = [...(like?.tree.keys() ?? [])].filter(
    (name) => isPrivate(name) || like?.odd.includes(name) || like?.unusable.has(name),
  );
  const isSame = changed.length + gone.length + stray.length === 0;
  if (isSame && !always && like !== undefined && parents.length < 2) return like.commit;
  const objects = await writeObjects(
    changed.map(([, text]) => text),
    needs,
  );
  const tree = new Map(like?.tree);
  for (const name of [...gone, ...stray]) tree.delete(name);
  for (const [name, entry] of rest) tree.set(name, entry);
  for (const [i, [name]] of changed.entries()) tree.set(name, { mode: "100644", object: objects[i] ?? "" });
  const root = await writeTree(tree, needs);
  if (author === undefined) return commitTree(root, parents, needs);
  const statement = { store: author.store, list: author.list, sum: sumOf(files) };
  const time = Math.floor(needs.clock.now() / 1000);
  const input = formatCommit(root, parents, statement, author.author, time);
  return (await git(needs, ["hash-object", "-t", "commit", "-w", "--stdin"], { input })).trim();
}

/** Writes a tree object of these paths, from the leaves up: one process for all folders of a depth, and one for the root. */
async function writeTree(tree: Tree, needs: Needs<"folder" | "workTree">): Promise<string> {
  const folders = new Map<string, string[]>([["", []]]);
  const add = (path: string, entry: string): void => {
    const [, folder = "", name = ""] = /^(?:(.*)\/)?(.*)$/s.exec(path) ?? [];
    const text = `${entry}\t${name}\0`;
    if (folders.get(folder)?.push(text) === undefined) folders.set(folder, [text]);
  };
  for (const [path, { mode, object }] of tree)
    add(path, `${mode} ${mode === "160000" ? "commit" : "blob"} ${object}`);
  const depthOf = (folder: string): number => (folder === "" ? 0 : folder.split("/").length);
  for (let depth = Math.max(...[...folders.keys()].map(depthOf)); depth > 0; depth--) {
    const level = [...folders].filter(([folder]) => depthOf(folder) === depth);
    const input = level.map(([, entries]) => `${entries.join("")}\0`).join("");
    const objects = (await git(needs, ["mktree", "-z", "--batch"], { input })).split("\n");
    for (const [i, [folder]] of level.entries()) add(folder, `040000 tree ${objects[i]}`);
  }
  return (await git(needs, ["mktree", "-z"], { input: folders.get("")?.join("") ?? "" })).trim();
}

/** Writes all objects with one process: git fast-import reads them as a stream. */
async function writeObjects(
  texts: readonly string[],
  needs: Needs<"folder" | "workTree">,
): Promise<string[]> {
  if (texts.length === 0) return [];
  const blobs = texts.map((text, i) => `blob\nmark :${i + 1}\ndata ${Buffer.byteLength(text)}\n${text}\n`);
  const asks = texts.map((_, i) => `get-mark :${i + 1}\n`);
  const input = `feature done\n${blobs.join("")}${asks.join("")}done\n`;
  const output = await git(needs, ["fast-import", "--quiet"], { input });
  return output.split("\n").filter(Boolean);
}

/** Unsigned, so only for this computer. In the user's name if git knows it, or else in twinseed's. */
async function commitTree(
  tree: string,
  parents: readonly string[],
  needs: Needs<"computer" | "folder" | "workTree">,
): Promise<string> {
  const args = ["commit-tree", tree, ...parents.flatMap((one) => ["-p", one])];
  const message = { input: `twinseed sync on ${hostOf(needs)}\n` };
  const { ok, output } = await needs.workTree.git(args, message);
  if (ok) return output.trim();
  const who = ["-c", "user.name=twinseed", "-c", `user.email=twinseed@${hostOf(needs)}`];
  return (await git(needs, [...who, ...args], message)).trim();
}

function hostOf({ computer }: Needs<"computer">): string {
  return computer.hostname.replace(/[^\w.-]/g, "") || "localhost";
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
