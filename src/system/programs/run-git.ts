/**
 * The user's own git on the data folder. It runs nothing that a repository can make git run: no hooks, no filters, no file system
 * monitor. It never prompts, because there may be no user to answer.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { OUTPUT_LIMITS } from "../../base/limits.ts";
import type { GitEnd, GitOptions, WorkTree } from "../../ports/user-git.ts";
import { isInstalled } from "./installed.ts";
import { type Env, runTool } from "./run-tool.ts";

const PATIENCE = 60_000;
const REMOTE_PATIENCE = 120_000;

const SETTINGS = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.autocrlf", "false"],
  ["core.quotePath", "false"],
  ["core.safecrlf", "false"],
  ["gc.autoDetach", "false"],
  ["maintenance.autoDetach", "false"],
  ["push.followTags", "false"],
  ["push.gpgSign", "false"],
  ["submodule.recurse", "false"],
  ["fetch.recurseSubmodules", "false"],
  ["protocol.ext.allow", "never"],
] as const;

/** Variables set by a git hook that runs us, or by a shell in another repository. */
const FOREIGN_VARIABLES =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|COMMON_DIR|NAMESPACE|PREFIX|CONFIG.*|ALTERNATE.*)$/;

export function workTree(folder: string, env: Env): WorkTree {
  return {
    isThere: async () => existsSync(join(folder, ".git")),
    git: (args, options) => runGit(folder, env, args, options),
  };
}

export async function runGit(
  folder: string,
  env: Env,
  args: readonly string[],
  { input = "", remote = false, url, noWorkTree = false }: GitOptions = {},
): Promise<GitEnd> {
  if (!isInstalled("git", env)) {
    throw new UserError("git is not installed", ExitCode.failed, ['install the package "git"']);
  }
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN_VARIABLES.test(name)));
  const place = noWorkTree ? {} : { GIT_DIR: join(folder, ".git"), GIT_WORK_TREE: folder };
  const settings = [...SETTINGS, ...(url === undefined ? [] : [["remote.twinseed.url", url] as const])];
  const { ok, output, complaint } = await runTool(["git", ...args], {
    env: {
      ...own,
      ...place,
      ...configuration(settings),
      GIT_TERMINAL_PROMPT: "0",
      LC_ALL: "C.UTF-8",
    },
    patience: remote ? REMOTE_PATIENCE : PATIENCE,
    limit: OUTPUT_LIMITS.repositoryBytes,
    cwd: folder,
    input: Buffer.from(input),
    graceful: true,
  });
  return { ok, output: Buffer.from(output).toString("utf8"), complaint };
}

function configuration(settings: readonly (readonly [string, string])[]): Record<string, string> {
  const pairs = settings.flatMap(([key, value], i) => [
    [`GIT_CONFIG_KEY_${i}`, key],
    [`GIT_CONFIG_VALUE_${i}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(pairs) };
}
