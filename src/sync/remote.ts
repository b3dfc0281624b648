/** Talks to the remote repository. Moves no local reference, so that nothing stays locked after a kill. */

import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { pasteableName } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { git } from "./git-command.ts";
import { commitOf } from "./repository.ts";

/**
 * If we have no commit yet, our branch gets the name of the remote's: the one that its HEAD names, else main, else the only
 * one. Returns whether there is such a branch.
 */
export async function adoptBranch(
  url: string,
  needs: Needs<"folder" | "workTree">,
  advice = keptHere(needs),
): Promise<boolean> {
  const listed = await needs.workTree.git(["ls-remote", "--symref", "twinseed"], { remote: true, url });
  if (!listed.ok) throw unreachable(listed.complaint, advice);
  const branches = Array.from(
    listed.output.matchAll(/^[0-9a-f]+\trefs\/heads\/(\S+)$/gm),
    ([, name]) => name,
  );
  const [, head] = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(listed.output) ?? [];
  const [only, ...more] = branches;
  const choice = [head, "main", more.length === 0 ? only : undefined].find(
    (name) => name !== undefined && branches.includes(name),
  );
  if (choice !== undefined && (await commitOf("HEAD", needs)) === undefined)
    await git(needs, ["symbolic-ref", "HEAD", `refs/heads/${choice}`]);
  return choice !== undefined;
}

/**
 * The remote's commit; undefined if the branch is not there yet. Throws UserError (exit 1), with this advice, if the remote can't be
 * reached.
 */
export async function fetchTheirs(
  url: string,
  branch: string,
  needs: Needs<"folder" | "workTree">,
  advice = keptHere(needs),
): Promise<string | undefined> {
  const ref = `refs/heads/${branch}`;
  const remote = { remote: true, url };
  const listed = await needs.workTree.git(["ls-remote", "twinseed", ref], remote);
  if (!listed.ok) throw unreachable(listed.complaint, advice);
  const [commit = ""] = listed.output.split("\t");
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return undefined;
  if ((await needs.workTree.git(["cat-file", "-e", `${commit}^{commit}`])).ok) return commit;
  const args = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--refmap=", "twinseed", ref];
  const { ok, complaint } = await needs.workTree.git(args, remote);
  if (!ok) throw unreachable(complaint, advice);
  // What was fetched is at least as new as what was listed.
  await git(needs, ["cat-file", "-e", `${commit}^{commit}`]);
  return commit;
}

/** `lease`: the commit that ours takes the place of, and no other. Returns false if another push came first. Throws UserError (exit 1) if the push is refused, or the remote can't be reached. */
export async function pushOurs(
  url: string,
  branch: string,
  commit: string,
  needs: Needs<"workTree">,
  lease?: string,
): Promise<boolean> {
  const ref = `refs/heads/${branch}`;
  const force = lease === undefined ? [] : [`--force-with-lease=${ref}:${lease}`];
  const args = ["push", "--quiet", "--porcelain", ...force, "twinseed", `${commit}:${ref}`];
  const { ok, output, complaint } = await needs.workTree.git(args, { remote: true, url });
  if (ok) return true;
  const refusal = output.split("\n").find((line) => line.startsWith("!")) ?? "";
  const isRace =
    /fetch first|non-fast-forward|stale info|cannot lock ref|failed to (update|lock)|\[remote rejected\][^[]*(lock|exists)/i;
  if (isRace.test(`${refusal} ${complaint}`)) return false;
  throw new UserError(
    `the push was refused: ${printable(refusal.split("\t").at(-1) || complaint, 200)}`,
    ExitCode.failed,
    ["everything is merged here and nothing is lost; fix the cause and run this again"],
  );
}

function unreachable(complaint: string, advice: readonly string[]): UserError {
  const why = complaint || "git does not say why";
  return new UserError(`can't reach the repository: ${why}`, ExitCode.failed, advice);
}

/** What this computer has to share may have been written already. */
function keptHere({ folder }: Needs<"folder">): readonly string[] {
  return [
    `try it yourself, so that git can prompt you: git -C ${pasteableName(folder.path, "FOLDER")} fetch`,
    "nothing here is lost; run this again when it can be reached",
  ];
}

/** Records what the remote has, for `git status` and `doctor`. It does not matter if that fails. */
export async function rememberTheirs(
  branch: string,
  commit: string | undefined,
  needs: Needs<"workTree">,
): Promise<void> {
  if (commit !== undefined) await needs.workTree.git(["update-ref", `refs/remotes/origin/${branch}`, commit]);
}
