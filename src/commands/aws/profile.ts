/** Whether the profile is there, found out without a start of the AWS CLI where the files tell. */
import { hasProfile } from "../../aws/config-file.ts";
import type { Context } from "../../context.ts";
import { UserError } from "../../errors.ts";
import type { AwsUser } from "./call.ts";

const LARGEST = 1024 * 1024;

/**
 * True: its keys, or a way to them, are described. False says nothing for sure: the CLI knows other ways (a role of the
 * machine, say), and must be asked.
 */
export async function isDescribed({ profile, extra }: AwsUser, ctx: Context): Promise<boolean> {
  if (extra.some((word) => word.startsWith("--pro"))) return false;
  const { AWS_DEFAULT_PROFILE, AWS_PROFILE, AWS_ACCESS_KEY_ID } = ctx.env;
  const name = profile ?? AWS_DEFAULT_PROFILE ?? AWS_PROFILE;
  if (name === undefined && AWS_ACCESS_KEY_ID) return true;
  const { configPath, credentialsPath } = await ctx.aws();
  const described = name ?? "default";
  return (
    hasProfile(await textOf(credentialsPath(), ctx), described, "credentials") ||
    hasProfile(await textOf(configPath(), ctx), described, "config")
  );
}

async function textOf(path: string, ctx: Context): Promise<string> {
  try {
    return new TextDecoder().decode(await ctx.files.read(path, LARGEST));
  } catch (error) {
    if (error instanceof UserError) return "";
    throw error;
  }
}
