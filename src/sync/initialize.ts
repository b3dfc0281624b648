/** `sync --init`: turns the data folder into a git work tree. */

import { usageError } from "../base/errors.ts";
import { note } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { adoptBranch } from "./remote.ts";
import { branchOf, commitFiles, commitOf, git, moveBranch, urlOf } from "./repository.ts";
import { ATTRIBUTES, IGNORED } from "./shared-files.ts";

export type InitializeNeeds = Needs<"stderr" | "computer" | "folder" | "workTree" | "ledger">;

const BRANCH = "main";
const INFORMATION = new Map([
  [".gitattributes", ATTRIBUTES],
  [".gitignore", IGNORED],
]);

/** Can be run again after an interruption, or to add the address. Throws UserError. */
export async function initialize(url: string | undefined, needs: InitializeNeeds): Promise<void> {
  if (url !== undefined) requirePlain(url);
  await needs.ledger.edit(async () => {}); // creates the folder
  if (!(await needs.workTree.isThere())) {
    await git(needs, ["init", "--quiet", `--initial-branch=${BRANCH}`, "--template="], { noWorkTree: true });
    note(needs, "initialized a git repository in the data folder");
  }
  const isEmpty = url === undefined || !(await adoptBranch(url, needs));
  if (url !== undefined) await setRemote(url, needs);
  if (!isEmpty || (await commitOf("HEAD", needs)) !== undefined) return;
  const head = await branchOf(needs);
  const first = await commitFiles({ files: new Map(), extra: INFORMATION }, undefined, [], needs);
  await moveBranch(head, first, undefined, needs);
}

async function setRemote(url: string, needs: Needs<"folder" | "workTree">): Promise<void> {
  const known = await urlOf(needs);
  if (known === url) return;
  if (known !== undefined) {
    throw usageError(
      "the data folder is already shared with another repository",
      "change the address with: git remote set-url origin",
    );
  }
  await git(needs, ["remote", "add", "origin", url]);
}

/** Refuses an address with a password, as git's arguments show the address and .git/config keeps it. Throws UserError (exit 2). */
function requirePlain(url: string): void {
  if (/^[a-z+]+:\/\/[^/@:]*:[^/@]*@/i.test(url)) {
    throw usageError("the URL contains a password", "remove it, and use ssh or a git credential helper");
  }
  const isAddress = /^([a-z][a-z+]*:\/\/|[\w.-]+(@[\w.-]*)?:|\/|[A-Za-z]:[\\/])/.test(url);
  if (!isAddress || /^(ext|fd)::/.test(url))
    throw usageError("--init takes the address of a repository, or an absolute path");
}
