/**
 * The user's own git on the data folder. It runs nothing that a repository can make git run: no hooks, no filters, no file system
 * monitor. It never prompts, because there may be no user to answer.
 */

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { OUTPUT_LIMITS } from "../../base/limits.ts";
import { printable } from "../../base/printable.ts";
import type { GitEnd, GitOptions, WorkTree } from "../../ports/user-git.ts";
import { quotable } from "../disk/disk-error.ts";
import { foreignFolder } from "../disk/own-folder.ts";
import { foreignGit } from "../disk/own-git.ts";
import { temporaryFolder } from "../disk/temporary-folder.ts";
import { howToInstall } from "../platform-hints.ts";
import type { Env } from "../tool-environment.ts";
import { isInstalled } from "./find-program.ts";
import { judgeConfig, type Setting } from "./git-config.ts";
import { runTool } from "./run-tool.ts";

const PATIENCE = 60_000;
const REMOTE_PATIENCE = 120_000;
const INIT = ["init", "--quiet", "--template="];

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
  ["core.attributesFile", "/dev/null"],
  ["core.commitGraph", "false"],
  ["core.sharedRepository", "false"],
  ["fetch.fsckObjects", "true"],
] as const;

/** Objects are what their names say: not replaced, not grafted, and not fetched from elsewhere when one is missing. */
const ENVIRONMENT = {
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_GRAFT_FILE: "/dev/null",
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh",
  GIT_TERMINAL_PROMPT: "0",
  LC_ALL: "C.UTF-8",
} as const;

/** Variables set by a git hook that runs us, or by a shell in another repository. */
const FOREIGN_VARIABLES =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|COMMON_DIR|NAMESPACE|PREFIX|CONFIG.*|ALTERNATE.*|REPLACE.*|SHALLOW.*|ATTR_.*)$/;

export function workTree(folder: string, env: Env): WorkTree {
  return {
    isThere: async () => existsSync(join(folder, ".git")),
    git: (args, options) => runGit(folder, env, args, options),
    async elsewhere() {
      const { folder: other, remove } = temporaryFolder(env, "git");
      try {
        const { ok, complaint } = await runGit(other, env, INIT, { noWorkTree: true });
        if (!ok) throw new UserError(`git can't create a repository: ${complaint}`, ExitCode.failed);
      } catch (error) {
        remove();
        throw error;
      }
      return { workTree: workTree(other, env), remove };
    },
  };
}

/** Throws UserError: no git, too slow, or a folder with which git is not started (own-folder.ts, git-config.ts). */
export async function runGit(
  folder: string,
  env: Env,
  args: readonly string[],
  { input = "", remote = false, url, noWorkTree = false }: GitOptions = {},
): Promise<GitEnd> {
  if (!isInstalled("git", env)) {
    throw new UserError("git is not installed", ExitCode.failed, [howToInstall(process.platform, "git")]);
  }
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN_VARIABLES.test(name)));
  const foreign = foreignFolder(folder) ?? (noWorkTree ? undefined : foreignGit(folder));
  if (foreign !== undefined) throw foreign;
  const place = noWorkTree ? {} : { GIT_DIR: join(folder, ".git"), GIT_WORK_TREE: folder };
  const settings = [
    ...SETTINGS,
    ...(noWorkTree ? [] : await overridesOf(folder, own)),
    ...(url === undefined ? [] : [["remote.twinseed.url", url] as const]),
  ];
  const { ok, output, complaint, stderr } = await runTool(["git", ...args], {
    env: { ...own, ...place, ...ENVIRONMENT, ...configuration(settings) },
    patience: remote ? REMOTE_PATIENCE : PATIENCE,
    limit: OUTPUT_LIMITS.repositoryBytes,
    cwd: folder,
    input: Buffer.from(input),
    graceful: true,
  });
  const text = Buffer.from(output).toString("utf8");
  return { ok, output: text, bytes: output, complaint: aboveAdvice(stderr) ?? complaint };
}

/** Where a repository can't be read, git ends with two lines of advice, and often with one that says only that: why is above. */
function aboveAdvice(stderr: string): string | undefined {
  const lines = stderr.split("\n").filter((line) => /^\S/.test(line));
  const advice = lines.indexOf("Please make sure you have the correct access rights");
  const above = advice < 0 ? [] : lines.slice(0, advice);
  const why =
    above.findLast((line) => line !== "fatal: Could not read from remote repository.") ?? above.at(-1);
  return why === undefined ? undefined : printable(why, 200);
}

/** What is judged stays judged until the file is another one. */
const judged = new Map<string, { readonly stamp: string; readonly overrides: readonly Setting[] }>();

/** Throws UserError where .git/config has a setting with which git is not started. */
async function overridesOf(folder: string, env: Env): Promise<readonly Setting[]> {
  const file = join(folder, ".git", "config");
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) return [];
  const stamp = `${stat.ino}.${stat.size}.${stat.mtimeNs}.${stat.ctimeNs}`;
  const before = judged.get(file);
  if (before?.stamp === stamp) return before.overrides;
  const keys = await listed(["--file", file, "--no-includes", "--name-only"], env);
  const { overrides, refused } = judgeConfig(keys, keys.length === 0 ? [] : await ownSettings(env));
  if (refused.length > 0) {
    throw new UserError(
      `git is not started with ${refused.map((key) => `"${printable(key, 100)}"`).join(", ")} in "${quotable(file)}"`,
      ExitCode.failed,
      [
        "a setting there can choose a program, a server or another file; if it is yours, move it to your own: git config --global",
        "nothing was changed",
      ],
    );
  }
  judged.set(file, { stamp, overrides });
  return overrides;
}

/** The user's and the system's: this folder has no part in it. */
async function ownSettings(env: Env): Promise<Setting[]> {
  const global = await listed(["--global", "--includes"], env).catch(() => []);
  const system = await listed(["--system", "--includes"], env).catch(() => []);
  return [...system, ...global].map((entry): Setting => {
    const [key = "", ...value] = entry.split("\n");
    return [key, value.join("\n")];
  });
}

async function listed(args: readonly string[], env: Env): Promise<string[]> {
  const { ok, output, complaint } = await runTool(["git", "config", "--list", "-z", ...args], {
    env: { ...env, ...ENVIRONMENT },
    patience: PATIENCE,
    limit: OUTPUT_LIMITS.awsBytes,
    cwd: "/",
  });
  if (!ok && output.length === 0 && complaint !== "")
    throw new UserError(`git can't read its configuration: ${complaint}`, ExitCode.failed);
  return Buffer.from(output).toString("utf8").split("\0").filter(Boolean);
}

function configuration(settings: readonly Setting[]): Record<string, string> {
  const pairs = settings.flatMap(([key, value], i) => [
    [`GIT_CONFIG_KEY_${i}`, key],
    [`GIT_CONFIG_VALUE_${i}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(pairs) };
}
