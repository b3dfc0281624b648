/**
 * The user's own git, with the user's keys, helpers and settings, in an empty bare repository that is deleted afterwards. It never
 * prompts: a password that it would have to ask for counts as missing. It runs none of the user's hooks, and ignores any
 * repository that we happen to be started in.
 */

import { ExitCode, UserError } from "../../base/errors.ts";
import { OUTPUT_LIMITS } from "../../base/limits.ts";
import { printable } from "../../base/printable.ts";
import type { GitEnd, ScratchGit } from "../../ports/user-git.ts";
import { temporaryFolder } from "../disk/temporary-folder.ts";
import { howToInstall } from "../platform-hints.ts";
import type { Env } from "../tool-environment.ts";
import { isInstalled } from "./find-program.ts";
import { runTool } from "./run-tool.ts";

/** Milliseconds, for all commands together: reserving takes two or three commands, and a code is valid for twice as long. */
const PATIENCE = 15_000;

/** Variables that would point git to another repository. */
const REDIRECTING_VARIABLES =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_.*|NAMESPACE|COMMON_DIR|PREFIX|QUARANTINE_PATH)$/;

const OURS = {
  "core.hooksPath": "/dev/null",
  "push.gpgSign": "false",
  "push.followTags": "false",
  "gc.auto": "0",
};

/** Throws UserError if git is not installed. */
export async function scratchGit(env: Env, patience = PATIENCE): Promise<ScratchGit> {
  const since = performance.now();
  if (!isInstalled("git", env)) {
    throw new UserError("git is not installed", ExitCode.failed, [howToInstall(process.platform, "git")]);
  }
  const { folder, remove } = temporaryFolder(env, "git");
  const run: ScratchGit["run"] = async (args, input = "", settings = {}) => {
    const { ok, output, stderr } = await runTool(["git", ...args], {
      env: environment(env, folder, { ...OURS, ...settings }),
      patience,
      since,
      limit: OUTPUT_LIMITS.leaseBytes,
      memory: OUTPUT_LIMITS.gitMemoryBytes,
      cwd: folder,
      input: Buffer.from(input),
      unattended: true,
    });
    const text = Buffer.from(output).toString("utf8");
    return { ok, output: text, bytes: output, complaint: reasonIn(stderr) } satisfies GitEnd;
  };
  try {
    const { ok, complaint } = await run(["init", "--quiet", "--bare", "--template="]);
    if (!ok) throw new UserError(`git can't create a repository: ${complaint}`, ExitCode.failed);
  } catch (error) {
    remove();
    throw error;
  }
  return { run, remove };
}

function environment(env: Env, folder: string, settings: Readonly<Record<string, string>>): Env {
  const kept = Object.entries(env).filter(([name]) => !REDIRECTING_VARIABLES.test(name));
  const before = Number(env.GIT_CONFIG_COUNT) || 0;
  const added = Object.entries(settings).flatMap(([key, value], i) => [
    [`GIT_CONFIG_KEY_${before + i}`, key],
    [`GIT_CONFIG_VALUE_${before + i}`, value],
  ]);
  return {
    ...Object.fromEntries([...kept, ...added]),
    GIT_CONFIG_COUNT: String(before + Object.keys(settings).length),
    GIT_DIR: folder,
    // Per allocation: git keeps the answer of a web server in a single one.
    GIT_ALLOC_LIMIT: String(OUTPUT_LIMITS.gitPieceBytes),
    LC_ALL: "C",
    // No prompts, neither on the terminal nor in a window; "force" keeps ssh off the terminal.
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    SSH_ASKPASS: "false",
    SSH_ASKPASS_REQUIRE: "force",
  };
}

/** How git reports that it would exceed GIT_ALLOC_LIMIT. */
const TOO_LARGE = /attempting to allocate \d+ over limit (\d+)/;

/** The first line that reports an error; later lines report its consequences. */
function reasonIn(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => /^\S/.test(line) && !/^(warning|hint|to )\b/i.test(line));
  const line =
    lines[0]?.replace(TOO_LARGE, "it would need more than $1 bytes of memory at once") ??
    "git did not say why";
  // The user's settings may put a password into a URL.
  return printable(line.replace(/^(fatal|error): /, "").replace(/\/\/[^/@\s]*@/g, "//"), 300);
}
