/** `sync --init`: turns the data folder into a git work tree, and begins the list of members with this computer. */

import { ExitCode, UserError, usageError } from "../base/errors.ts";
import { isName } from "../members/entry.ts";
import { note, pasteableName } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { knownOf } from "./commit-content.ts";
import { beginList, hasNoList } from "./first-member.ts";
import { git } from "./git-command.ts";
import { defaultName, nameError } from "./member-name.ts";
import { adoptBranch, fetchTheirs } from "./remote.ts";
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
  await makeWorkTree(url, needs);
  // The list comes first: without one, nothing is sealed in a repository.
  if (hasNoList(await needs.sharedKeys.view())) await becomeFirst(name ?? defaultName(needs), needs);
  if (url !== undefined) await requireNoStore(url, needs);
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
export async function makeWorkTree(
  url: string | undefined,
  needs: Needs<"stderr" | "folder" | "ledger" | "workTree">,
): Promise<void> {
  if (url !== undefined) requirePlain(url);
  await needs.ledger.edit(async () => {}); // creates the folder
  if (await needs.workTree.isThere()) return;
  await git(needs, ["init", "--quiet", `--initial-branch=${BRANCH}`, "--template="], { noWorkTree: true });
  note(needs, "initialized a git repository in the data folder");
}

async function becomeFirst(name: string, needs: InitializeNeeds): Promise<void> {
  if (!isName(name)) throw nameError();
  await needs.seeds("enroll"); // makes the file store, if nothing is stored yet
  requireShareable(needs);
  await beginList(name, needs);
}

/** Two stores are never mixed. */
async function requireNoStore(url: string, needs: InitializeNeeds): Promise<void> {
  if (!(await adoptBranch(url, needs))) return;
  const theirs = await fetchTheirs(url, await branchOf(needs), needs);
  const own = await commitOf("HEAD", needs);
  if (theirs === undefined || theirs === own) return;
  const { tree } = await knownOf(theirs, needs);
  if (![...tree.keys()].some((name) => /^(members|keys|seeds)\//.test(name))) return;
  if (own !== undefined && (await needs.workTree.git(["merge-base", own, theirs])).ok) return;
  throw new UserError("the repository holds a different store", ExitCode.failed, [
    `to join that one, from an empty data folder: twinseed sync --join ${pasteableName(url, "URL")}`,
    "to bring the accounts of this one over: twinseed backup create, and backup restore there",
    "nothing was shared",
  ]);
}

export async function setRemote(url: string, needs: Needs<"folder" | "workTree">): Promise<void> {
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
    throw usageError("--init and --join take the address of a repository, or an absolute path");
}
