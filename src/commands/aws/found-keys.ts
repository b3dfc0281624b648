/** Whose keys the AWS CLI will use, as far as its files and the environment tell: read before anything is spent. */
import { hintsFor } from "../../aws/causes.ts";
import { optionValue } from "../../aws/cli-options.ts";
import { type KeySource, keySourceOf, type ProfileFault, plainSource } from "../../aws/key-source.ts";
import { type Profiles, profilesIn } from "../../aws/profiles.ts";
import { ExitCode, UserError } from "../../base/errors.ts";
import { TEXT_LIMITS } from "../../base/limits.ts";
import { printable } from "../../base/printable.ts";
import { pasteableName, quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import type { AwsCliOptions } from "./call.ts";

type KeysNeeds = Needs<"env" | "files" | "aws">;

/** `isDescribed`: the CLI will find keys. Otherwise it may know other ways (a role of the machine), and must be asked. */
export interface FoundKeys extends KeySource {
  readonly isDescribed: boolean;
}

/** Throws UserError if the CLI or AWS would refuse the profile. */
export async function keysOf({ profile, extra }: AwsCliOptions, needs: KeysNeeds): Promise<FoundKeys> {
  const { AWS_DEFAULT_PROFILE, AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN } = needs.env;
  const given = optionValue(extra, "--profile") ?? profile;
  if (given === undefined && AWS_ACCESS_KEY_ID)
    return { ...plainSource(undefined, AWS_SESSION_TOKEN ? "session" : "long-term"), isDescribed: true };
  const name = given ?? AWS_DEFAULT_PROFILE ?? AWS_PROFILE ?? "default";
  const profiles = await readProfiles(needs);
  if (profiles?.get(name) === undefined) return { ...plainSource(given, "unknown"), isDescribed: false };
  const source = keySourceOf(name, profiles);
  if ("why" in source) throw faultError(source);
  const keys = source.fromEnvironment && AWS_SESSION_TOKEN ? "session" : source.keys;
  // Without roles, the CLI is called as the user would call it.
  const profileOfKeys = source.roles.length === 0 && !source.isHidden ? given : source.profile;
  return { ...source, keys, profile: profileOfKeys, isDescribed: true };
}

export async function readProfiles(needs: KeysNeeds): Promise<Profiles | undefined> {
  const { configPath, credentialsPath } = await needs.aws();
  return profilesIn(await textOf(configPath(), needs), await textOf(credentialsPath(), needs));
}

export function faultError({ profile, why }: ProfileFault): UserError {
  const where = profile === "" ? "that" : `profile ${quoted(profile)}`;
  return new UserError(`${where} can't work: ${printable(why, 300)}`, ExitCode.failed, [
    "nothing was sent to AWS, and no code was used",
  ]);
}

/** Throws UserError if AWS takes no MFA code for these keys. */
export function requireMfaKeys({ keys, profile, roles }: FoundKeys, shown: string | undefined): void {
  const named = profile === undefined ? "these keys" : `the keys of profile ${quoted(profile)}`;
  if (keys === "sign-on")
    throw refusal(`${named} come from a sign-in (SSO, aws login or a web identity) and belong to a role`);
  if (keys === "machine") throw refusal("the keys of this machine belong to a role");
  if (keys === "twinseed") throw refusal(`${named} come from twinseed itself, and belong to a session`);
  if (keys !== "session" || roles.length > 0) return;
  const where =
    profile === undefined ? "in the environment (AWS_ACCESS_KEY_ID)" : `of profile ${quoted(profile)}`;
  const fault = { kind: "session-keys", code: "", message: "" } as const;
  throw new UserError(
    `the keys ${where} belong to a session`,
    ExitCode.failed,
    hintsFor(fault, { profile: shown }),
  );
}

function refusal(why: string): UserError {
  return new UserError(why, ExitCode.failed, [
    "AWS accepts MFA codes only with the long-term keys of an IAM user: name their profile with --profile",
    "no code was used",
  ]);
}

/** Throws UserError if the CLI would ask for an MFA code, which it does on the terminal, in the middle of our own work. */
export function requireNoPrompt({ roles }: FoundKeys, account: string): void {
  const asking = roles.find(({ mfaSerial }) => mfaSerial !== undefined);
  if (asking === undefined) return;
  const { profile = "" } = asking;
  throw new UserError(`profile ${quoted(profile)} asks for an MFA code (mfa_serial)`, ExitCode.failed, [
    "name a profile without that line: --profile NAME",
    `or get keys first: eval "$(twinseed aws session ${account} --profile ${pasteableName(profile, "PROFILE")})", then run this without --profile`,
  ]);
}

async function textOf(path: string, needs: Needs<"files">): Promise<string> {
  try {
    return new TextDecoder().decode(await needs.files.read(path, TEXT_LIMITS.bytes));
  } catch (error) {
    if (error instanceof UserError) return "";
    throw error;
  }
}
