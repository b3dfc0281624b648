/** The user's own AWS CLI. */

import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { OUTPUT_LIMITS } from "../../base/limits.ts";
import type { AwsCall, AwsCli, AwsEnd } from "../../ports/aws-cli.ts";
import { orDiskError } from "../disk/disk-error.ts";
import { takeLock } from "../disk/folder-lock.ts";
import { howToInstall } from "../platform-hints.ts";
import type { Env } from "../tool-environment.ts";
import { handOver, type Way, waysHere, workingWay } from "./aws-handover.ts";
import { isInstalled } from "./find-program.ts";
import { runTool } from "./run-tool.ts";

/** `home` is the data folder. `note` is called if the wait for another process is long. */
export function awsCli(
  given: Env,
  home: string,
  note: (text: string) => void,
  platform: NodeJS.Platform = process.platform,
): AwsCli {
  const env = platform === "darwin" ? withMacFolders(given) : given;
  let way: Way | undefined;
  return {
    async checkHandover(patience) {
      requireInstalled(env);
      way ??= await workingWay(env, patience);
    },
    run: (call) => run(call, way ?? waysHere(env)[0], env),
    async alone(name, patience, work) {
      const folder = join(home, name);
      orDiskError("make", folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
      const lock = await takeLock(folder, note, patience);
      try {
        return await work(lock.assertHeld);
      } finally {
        lock.release();
      }
    },
    configPath: () => pathOf(env.AWS_CONFIG_FILE, "config"),
    credentialsPath: () => pathOf(env.AWS_SHARED_CREDENTIALS_FILE, "credentials"),
  };
}

/** Like the CLI, replaces a "~" that no shell has expanded with the home folder. */
function pathOf(given: string | undefined, fallback: string): string {
  return given ? given.replace(/^~(?=\/)/, homedir()) : join(homedir(), ".aws", fallback);
}

/** Where Homebrew and AWS's own installer put it: what apps and launchd start has no other PATH than the system's own folders. */
function withMacFolders(env: Env): Env {
  return { ...env, PATH: [env.PATH, "/opt/homebrew/bin", "/usr/local/bin"].filter(Boolean).join(":") };
}

function requireInstalled(env: Env): void {
  if (isInstalled("aws", env)) return;
  throw new UserError('the AWS CLI ("aws") is not installed', ExitCode.failed, [
    "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
    `or, ${howToInstall(process.platform, "aws")}`,
  ]);
}

async function run(call: AwsCall, way: Way, env: Env): Promise<AwsEnd> {
  const { command, input, seed = false, patience, unattended = false } = call;
  requireInstalled(env);
  const given = { input: input && JSON.stringify(input), seed };
  const handed = await handOver(given, way, env);
  try {
    const { ok, output, stderr } = await runTool(
      ["aws", ...command, ...handed.options, ...["--output", "json"]],
      {
        env: { ...env, ...SETTINGS, ...call.env },
        patience,
        limit: call.isLong ? OUTPUT_LIMITS.awsReportBytes : OUTPUT_LIMITS.awsBytes,
        unattended,
        withChildren: true,
        ...(handed.cwd === undefined ? {} : { cwd: handed.cwd }),
      },
    );
    const returned = handed.seed(OUTPUT_LIMITS.awsSeedBytes);
    return {
      ok,
      stdout: Buffer.from(output).toString(),
      stderr,
      ...(returned === undefined ? {} : { seed: returned }),
    };
  } finally {
    handed.close();
  }
}

const SETTINGS = {
  AWS_PAGER: "",
  AWS_CLI_AUTO_PROMPT: "off",
  // No retries: AWS refuses a code that is sent a second time, even if the first attempt succeeded.
  AWS_MAX_ATTEMPTS: "1",
};
