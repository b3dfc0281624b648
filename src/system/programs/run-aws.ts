/**
 * The user's own AWS CLI. It gets MFA codes through --cli-input-json and returns a seed through --outfile, both as unlinked files:
 * the CLI has an argument for codes, but every user of the computer can read arguments.
 */

import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { OUTPUT_LIMITS } from "../../base/limits.ts";
import { howToInstall } from "../../base/platform-hints.ts";
import type { AwsCall, AwsCli, AwsEnd } from "../../ports/aws-cli.ts";
import { orDiskError } from "../disk/disk-error.ts";
import { takeLock } from "../disk/folder-lock.ts";
import { temporaryFolder } from "../disk/temporary-folder.ts";
import { type PassedFile, passFile } from "../disk/unlinked-file.ts";
import { isInstalled } from "./find-program.ts";
import { runTool } from "./run-tool.ts";
import type { Env } from "./tool-environment.ts";

/** The first descriptor after stdin, stdout and stderr. */
const FIRST_FREE = 3;

/** `home` is the data folder. `note` is called if the wait for another process is long. */
export function awsCli(env: Env, home: string, note: (text: string) => void): AwsCli {
  return {
    run: (call) => run(call, env),
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

async function run(call: AwsCall, env: Env): Promise<AwsEnd> {
  const { command, input, seed = false, patience, unattended = false } = call;
  if (!isInstalled("aws", env)) {
    throw new UserError('the AWS CLI ("aws") is not installed', ExitCode.failed, [
      "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
      `or, ${howToInstall(process.platform, "aws")}`,
    ]);
  }
  const { folder, remove } = temporaryFolder(env, "aws");
  const passed: PassedFile[] = [];
  const pass = (name: string, content?: string): PassedFile => {
    const file = orDiskError("write", join(folder, name), () =>
      passFile(folder, name, FIRST_FREE + passed.length, content),
    );
    passed.push(file);
    return file;
  };
  try {
    const json = input && pass("input.json", JSON.stringify(input));
    const outfile = seed ? pass("seed") : undefined;
    const end = await runTool(
      [
        "aws",
        ...command,
        ...(json === undefined ? [] : ["--cli-input-json", `file://${json.path}`]),
        ...(outfile === undefined ? [] : ["--outfile", outfile.path]),
        ...["--output", "json"],
      ],
      {
        env: { ...env, ...SETTINGS, ...call.env },
        patience,
        limit: OUTPUT_LIMITS.awsBytes,
        unattended,
        descriptors: passed.flatMap(({ descriptor }) => descriptor ?? []),
      },
    );
    const { ok, output, stderr } = end;
    return {
      ok,
      stdout: Buffer.from(output).toString(),
      stderr,
      ...(outfile === undefined ? {} : { seed: outfile.read(OUTPUT_LIMITS.awsSeedBytes) }),
    };
  } finally {
    for (const file of passed) file.close();
    remove();
  }
}

const SETTINGS = {
  AWS_PAGER: "",
  AWS_CLI_AUTO_PROMPT: "off",
  // No retries: AWS refuses a code that is sent a second time, even if the first attempt succeeded.
  AWS_MAX_ATTEMPTS: "1",
};
