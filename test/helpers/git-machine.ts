/** A machine in memory whose data folder is shared with a real git: `sync` writes files only through the data folder. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorkTree } from "../../src/ports/user-git.ts";
import { runGit, workTree } from "../../src/system/programs/run-git.ts";
import type { testCli } from "./test-cli.ts";

export const SHARED_URL = "git@example.com:team/seeds.git";

/** The repository behind SHARED_URL. */
export async function sharedRepository() {
  const root = mkdtempSync(join(tmpdir(), "twinseed-shared-"));
  const bare = join(root, "bare.git");
  const addresses = new Map([[SHARED_URL, bare]]);
  const env = { PATH: process.env.PATH, HOME: root, GIT_CONFIG_NOSYSTEM: "1" };
  await runGit(root, env, ["init", "--quiet", "--bare", "--initial-branch=main", bare], { noWorkTree: true });
  const viaBare = (made: WorkTree): WorkTree => ({
    isThere: made.isThere,
    git: (args, { url, ...options } = {}) =>
      made.git(args, { ...options, ...(url === undefined ? {} : { url: addresses.get(url) ?? "/nowhere" }) }),
    async elsewhere() {
      const other = await made.elsewhere();
      return { ...other, workTree: viaBare(other.workTree) };
    },
  });
  return {
    /** Gives a machine a git; the work tree that git sees is an empty folder. */
    join(cli: ReturnType<typeof testCli>): void {
      Object.assign(cli.workTree, viaBare(workTree(mkdtempSync(join(root, "computer-")), env)));
    },
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}
