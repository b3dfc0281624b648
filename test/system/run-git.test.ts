/** What a real git says of a repository that can't be reached. */
import { expect, it } from "vitest";
import { runGit } from "../../src/system/programs/run-git.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { needs } from "../helpers/system-packages.ts";

const complaintOf = async (url: string, env: Record<string, string> = {}) => {
  const folder = temporaryFolder();
  const own = { PATH: process.env.PATH ?? "", HOME: folder, ...env };
  await runGit(folder, own, ["init", "--quiet"]);
  return (await runGit(folder, own, ["ls-remote", url], { remote: true, url })).complaint;
};

it.skipIf(!needs("git"))(
  'names the fault, and not the last line of git\'s advice: "and the repository exists."',
  async () => {
    expect(await complaintOf("/nowhere/seeds.git")).toBe(
      "fatal: '/nowhere/seeds.git' does not appear to be a git repository",
    );
    const ssh = "sh -c 'echo \"git@example.com: Permission denied (publickey).\" >&2; exit 255'";
    expect(await complaintOf("git@example.com:seeds.git", { GIT_SSH_COMMAND: ssh })).toBe(
      "git@example.com: Permission denied (publickey).",
    );
  },
);
