/** Whose keys the AWS CLI will use, as far as that can be told without a start of it. */

import { hasProfile } from "../../aws/aws-config-file.ts";
import { UserError } from "../../base/errors.ts";
import { TEXT_LIMITS } from "../../base/limits.ts";
import type { Needs } from "../../world.ts";
import type { AwsUser } from "./call.ts";

/**
 * True: its keys, or a way to them, are described. False says nothing for sure: the CLI knows other ways (a role of the
 * machine, say), and must be asked.
 */
export async function isDescribed(
  { profile, extra }: AwsUser,
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

/** The keys of the environment, which count where no profile is named as an option, are those of a session. */
export function hasSessionKeys({ profile, extra }: AwsUser, { env }: Needs<"env">): boolean {
  const isNamed = profile !== undefined || namesAnother(extra);
  return !isNamed && Boolean(env.AWS_ACCESS_KEY_ID && env.AWS_SESSION_TOKEN);
}

/** Also as the AWS CLI lets it be shortened. */
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
