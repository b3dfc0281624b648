/** A machine in memory whose data folder is shared with a real git: `sync` writes files only through the data folder. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runGit } from "../../src/system/programs/run-git.ts";
import type { testCli } from "./test-cli.ts";

export const SHARED_URL = "git@example.com:team/seeds.git";

/** The repository behind SHARED_URL. */
export async function sharedRepository() {
  const root = mkdtempSync(join(tmpdir(), "twinseed-shared-"));
  const bare = join(root, "bare.git");
  const env = { PATH: process.env.PATH, HOME: root, GIT_CONFIG_NOSYSTEM: "1" };
  await runGit(root, env, ["init", "--quiet", "--bare", "--initial-branch=main", bare], { noWorkTree: true });
  return {
    /** Gives a machine a git; the work tree that git sees is an empty folder. */
    join(cli: ReturnType<typeof testCli>): void {
      const folder = mkdtempSync(join(root, "computer-"));
      cli.workTree.isThere = async () => existsSync(join(folder, ".git"));
      cli.workTree.git = (args, { url, ...options } = {}) =>
        runGit(folder, env, args, { ...options, ...(url === undefined ? {} : { url: bare }) });
    },
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}
