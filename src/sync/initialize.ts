/** `sync --init`: turns the data folder into a git work tree, and begins the list of members with this computer. */

import { ExitCode, UserError, usageError } from "../base/errors.ts";
import { isName } from "../members/entry.ts";
import { note, pasteableName } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { beginList, hasNoList } from "./first-member.ts";
import { git } from "./git-command.ts";
import { defaultName, nameError } from "./member-name.ts";
import { adoptBranch, fetchTheirs } from "./remote.ts";
import { contentAt } from "./remote-files.ts";
import { branchOf, commitFiles, commitOf, moveBranch, urlOf } from "./repository.ts";
import { requireShareable } from "./shareable.ts";
import { ATTRIBUTES, IGNORED } from "./shared-files.ts";

export type InitializeNeeds = Needs<
  "stderr" | "env" | "clock" | "computer" | "folder" | "workTree" | "ledger" | "seeds" | "sharedKeys"
>;

const BRANCH = "main";
const INFORMATION = new Map([
  [".gitattributes", ATTRIBUTES],
  [".gitignore", IGNORED],
]);

/** Can be run again after an interruption, or to add the address. Throws UserError. */
export async function initialize(
  url: string | undefined,
  name: string | undefined,
  needs: InitializeNeeds,
): Promise<void> {
  const own = name ?? defaultName(needs);
  if (!isName(own)) throw nameError();
  if (url !== undefined) await requireOurs(url, needs);
  await makeWorkTree(needs);
  // The list comes first: without one, nothing is sealed in a repository.
  if (hasNoList(await needs.sharedKeys.view())) await becomeFirst(own, needs);
  if (url !== undefined) await setRemote(url, needs);
  if ((await commitOf("HEAD", needs)) !== undefined) return;
  if (url !== undefined && (await adoptBranch(url, needs))) return;
  const head = await branchOf(needs);
  const content = { files: new Map(), extra: INFORMATION };
  const author = (await needs.sharedKeys.view())?.author();
  const first = await commitFiles(content, undefined, { parents: [], author }, needs);
  await moveBranch(head, first, undefined, needs);
}

/** Throws UserError. */
export async function makeWorkTree(needs: Needs<"stderr" | "folder" | "ledger" | "workTree">): Promise<void> {
  await needs.ledger.edit(async () => {}); // creates the folder
  if (await needs.workTree.isThere()) return;
  await git(needs, ["init", "--quiet", `--initial-branch=${BRANCH}`, "--template="], { noWorkTree: true });
  note(needs, "initialized a git repository in the data folder");
}

async function becomeFirst(name: string, needs: InitializeNeeds): Promise<void> {
  await needs.seeds("enroll"); // makes the file store, if nothing is stored yet
  requireShareable(needs);
  await beginList(name, needs);
}

/** Two stores are never mixed, and nothing is made here for one that this can't be shared with. Throws UserError. */
async function requireOurs(url: string, needs: Needs<"folder" | "workTree">): Promise<void> {
  requirePlain(url);
  await requireSameRemote(url, needs);
  const { tree, commit } = (await contentAt(url, needs)) ?? { tree: new Map() };
  if (![...tree.keys()].some((name) => /^(members|keys|seeds)\//.test(name))) return;
  if (commit !== undefined && (await isRelated(commit, url, needs))) return;
  throw new UserError("the repository holds a different store", ExitCode.failed, [
    `to join that one, from an empty data folder: twinseed sync --join ${pasteableName(url, "URL")}`,
    "to bring the accounts of this one over: twinseed backup create, and backup restore there",
    "nothing was changed",
  ]);
}

/** Whether it has grown from a commit of ours, or ours from it. */
async function isRelated(theirs: string, url: string, needs: Needs<"folder" | "workTree">): Promise<boolean> {
  const own = (await needs.workTree.isThere()) ? await commitOf("HEAD", needs) : undefined;
  if (own === undefined) return false;
  await fetchTheirs(url, await branchOf(needs), needs);
  return (await needs.workTree.git(["merge-base", own, theirs])).ok;
}

export async function setRemote(url: string, needs: Needs<"folder" | "workTree">): Promise<void> {
  await requireSameRemote(url, needs);
  if ((await urlOf(needs)) === undefined) await git(needs, ["remote", "add", "origin", url]);
}

/** Throws UserError (exit 2) if the data folder is shared with another one. */
export async function requireSameRemote(url: string, needs: Needs<"workTree">): Promise<void> {
  const known = (await needs.workTree.isThere()) ? await urlOf(needs) : undefined;
  if (known === undefined || known === url) return;
  throw usageError(
    "the data folder is already shared with another repository",
    "change the address with: git remote set-url origin",
  );
}

/** Refuses an address with a password, as git's arguments show the address and .git/config keeps it. Throws UserError (exit 2). */
export function requirePlain(url: string): void {
  if (/^[a-z+]+:\/\/[^/@:]*:[^/@]*@/i.test(url)) {
    throw usageError("the URL contains a password", "remove it, and use ssh or a git credential helper");
  }
  const isAddress = /^([a-z][a-z+]*:\/\/|[\w.-]+(@[\w.-]*)?:|\/|[A-Za-z]:[\\/])/.test(url);
  if (!isAddress || /^(ext|fd)::/.test(url))
    throw usageError("--init and --join take the address of a repository, or an absolute path");
}
