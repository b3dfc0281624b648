/**
 * The user's own git, with their keys, helpers and settings, in an empty bare repository of its own that is gone
 * afterwards. It asks nobody: what would be asked for is missing. It runs none of the user's hooks, and no repository that
 * we happen to be started in counts.
 */

import { ExitCode, UserError } from "../../base/errors.ts";
import { OUTPUT_LIMITS } from "../../base/limits.ts";
import { printable } from "../../base/printable.ts";
import type { GitEnd, ScratchGit } from "../../ports/user-git.ts";
import { temporaryFolder } from "../disk/temporary-folder.ts";
import { isInstalled } from "./installed.ts";
import { type Env, runTool } from "./run-tool.ts";

/** Milliseconds, for all commands together: reserving is two or three, and a code lives for twice as long. */
const PATIENCE = 15_000;

/** What would send git to another repository. */
const ELSEWHERE =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_.*|NAMESPACE|COMMON_DIR|PREFIX|QUARANTINE_PATH)$/;

const OURS = {
  "core.hooksPath": "/dev/null",
  "push.gpgSign": "false",
  "push.followTags": "false",
  "gc.auto": "0",
};

/** Throws UserError where there is no git. */
export async function scratchGit(env: Env, patience = PATIENCE): Promise<ScratchGit> {
  const since = performance.now();
  if (!isInstalled("git", env)) {
    throw new UserError("git is not installed", ExitCode.failed, ["install git (package git)"]);
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
    return { ok, output: Buffer.from(output).toString("utf8"), complaint: reasonIn(stderr) } satisfies GitEnd;
  };
  try {
    const { ok, complaint } = await run(["init", "--quiet", "--bare", "--template="]);
    if (!ok) throw new UserError(`git can't make a repository: ${complaint}`, ExitCode.failed);
  } catch (error) {
    remove();
    throw error;
  }
  return { run, remove };
}

function environment(env: Env, folder: string, settings: Readonly<Record<string, string>>): Env {
  const kept = Object.entries(env).filter(([name]) => !ELSEWHERE.test(name));
  const before = Number(env.GIT_CONFIG_COUNT) || 0;
  const added = Object.entries(settings).flatMap(([key, value], i) => [
    [`GIT_CONFIG_KEY_${before + i}`, key],
    [`GIT_CONFIG_VALUE_${before + i}`, value],
  ]);
  return {
    ...Object.fromEntries([...kept, ...added]),
    GIT_CONFIG_COUNT: String(before + Object.keys(settings).length),
    GIT_DIR: folder,
    // Of one piece: what a web server answers is kept in one.
    GIT_ALLOC_LIMIT: String(OUTPUT_LIMITS.gitPieceBytes),
    LC_ALL: "C",
    // Neither on the terminal nor in a window; "force" keeps ssh off the terminal.
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    SSH_ASKPASS: "false",
    SSH_ASKPASS_REQUIRE: "force",
  };
}

/** What git says of GIT_ALLOC_LIMIT. */
const TOO_LARGE = /attempting to allocate \d+ over limit (\d+)/;

/** The first line that says what is wrong; the ones after it say what follows from that. */
function reasonIn(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => /^\S/.test(line) && !/^(warning|hint|to )\b/i.test(line));
  const line =
    lines[0]?.replace(TOO_LARGE, "it would have to hold more than $1 bytes in one piece") ??
    "it says nothing";
  // A user's settings may put a password into a URL.
  return printable(line.replace(/^(fatal|error): /, "").replace(/\/\/[^/@\s]*@/g, "//"), 300);
}
