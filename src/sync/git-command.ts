/** Runs git in the data folder. */
import { ExitCode, UserError } from "../base/errors.ts";
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
