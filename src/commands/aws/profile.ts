/** Whose keys the AWS CLI will use, as far as we can tell without starting it. */

import { hasProfile } from "../../aws/aws-config-file.ts";
import { UserError } from "../../base/errors.ts";
import { TEXT_LIMITS } from "../../base/limits.ts";
import type { Needs } from "../../world.ts";
import type { AwsCliOptions } from "./call.ts";

/**
 * True if the environment or the CLI's files have the keys, or say how to get them. False is not certain: the CLI knows other
 * ways (a role of the machine, for example), and must be asked.
 */
export async function isDescribed(
  { profile, extra }: AwsCliOptions,
  needs: Needs<"env" | "files" | "aws">,
): Promise<boolean> {
  if (namesAnother(extra)) return false;
  const { AWS_DEFAULT_PROFILE, AWS_PROFILE, AWS_ACCESS_KEY_ID } = needs.env;
  const name = profile ?? AWS_DEFAULT_PROFILE ?? AWS_PROFILE;
  if (name === undefined && AWS_ACCESS_KEY_ID) return true;
  return isInFiles(name ?? "default", needs);
}

export async function isInFiles(profile: string, needs: Needs<"files" | "aws">): Promise<boolean> {
  const { configPath, credentialsPath } = await needs.aws();
  return (
    hasProfile(await textOf(credentialsPath(), needs), profile, "credentials") ||
    hasProfile(await textOf(configPath(), needs), profile, "config")
  );
}

/** Whether the CLI will use keys of a session from the environment. Those apply only if no option names a profile. */
export function hasSessionKeys({ profile, extra }: AwsCliOptions, { env }: Needs<"env">): boolean {
  const isNamed = profile !== undefined || namesAnother(extra);
  return !isNamed && Boolean(env.AWS_ACCESS_KEY_ID && env.AWS_SESSION_TOKEN);
}

/** Whether the options include --profile, which the AWS CLI also accepts shortened. */
function namesAnother(extra: readonly string[]): boolean {
  return extra.some((word) => word.startsWith("--pro"));
}

async function textOf(path: string, needs: Needs<"files">): Promise<string> {
  try {
    return new TextDecoder().decode(await needs.files.read(path, TEXT_LIMITS.bytes));
  } catch (error) {
    if (error instanceof UserError) return "";
    throw error;
  }
}
