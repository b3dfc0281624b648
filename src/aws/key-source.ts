/** What the AWS CLI does for a profile to get its keys: whose keys it begins with, and the roles that it assumes. Pure. */
import type { Profile, Profiles } from "./profiles.ts";

/** A role that a profile assumes, with the profile's settings for it. */
export interface Role {
  /** undefined if the role was named on the command line. */
  readonly profile: string | undefined;
  readonly arn: string;
  readonly externalId: string | undefined;
  readonly sessionName: string | undefined;
  readonly seconds: number | undefined;
  readonly mfaSerial: string | undefined;
}

export type KeyKind =
  /** Of a user, as far as the files tell. */
  | "long-term"
  /** Of a session of a user. */
  | "session"
  /** From a program, which is not twinseed. */
  | "program"
  /** From `twinseed aws credentials`. */
  | "twinseed"
  /** Of a role: AWS has no MFA devices for those. */
  | "sign-on"
  | "machine"
  | "unknown";

export interface KeySource {
  /** The profile that the CLI begins with; undefined: none, as it was called without one, or the keys are in the environment. */
  readonly profile: string | undefined;
  readonly keys: KeyKind;
  /** The keys are in the credentials file, and the profile has a role in the config file, which the CLI must not see. */
  readonly isHidden: boolean;
  /** credential_source = Environment: the CLI must not see the profile that says so. */
  readonly fromEnvironment: boolean;
  /** In the order in which they are assumed. */
  readonly roles: readonly Role[];
  /** Of the profile that was asked for. */
  readonly region: string | undefined;
}

/** Why the CLI, or AWS, would refuse the profile. */
export interface ProfileFault {
  readonly profile: string;
  readonly why: string;
}

const MACHINES = ["Ec2InstanceMetadata", "EcsContainer"];

export function keySourceOf(name: string, profiles: Profiles): KeySource | ProfileFault {
  const source = follow(name, profiles, []);
  return "why" in source ? source : { ...source, region: profiles.get(name)?.settings.get("region") };
}

/** For a profile that is not described, and for keys in the environment. */
export function plainSource(profile: string | undefined, keys: KeyKind): KeySource {
  return { profile, keys, isHidden: false, fromEnvironment: false, roles: [], region: undefined };
}

/** The kinds of keys that the CLI looks for, in its order. */
function follow(name: string, profiles: Profiles, visited: readonly string[]): KeySource | ProfileFault {
  const profile = profiles.get(name);
  if (profile === undefined)
    return { profile: visited.at(-1) ?? name, why: `its source_profile "${name}" does not exist` };
  const { settings } = profile;
  const isTop = visited.length === 0;
  const assumes = settings.has("role_arn") && !settings.has("web_identity_token_file");
  // The CLI takes the keys of a source profile, even if it has a role, too.
  if (!assumes || (!isTop && hasKeys(profile)))
    return { ...plainSource(name, kindOf(profile)), isHidden: assumes };
  const inherited = inclusions(name, profiles);
  const roleOrFault = roleOf(name, inherited);
  if ("why" in roleOrFault) return roleOrFault;
  const source = sourceOf(name, inherited, profiles, visited);
  return "why" in source ? source : { ...source, roles: [...source.roles, roleOrFault] };
}

function sourceOf(
  name: string,
  settings: ReadonlyMap<string, string>,
  profiles: Profiles,
  visited: readonly string[],
): KeySource | ProfileFault {
  const from = settings.get("source_profile");
  const machine = settings.get("credential_source");
  if (from !== undefined && machine !== undefined)
    return { profile: name, why: "it has both source_profile and credential_source" };
  if (machine === "Environment") return { ...plainSource(undefined, "long-term"), fromEnvironment: true };
  if (machine !== undefined)
    return MACHINES.includes(machine)
      ? plainSource(undefined, "machine")
      : { profile: name, why: `AWS has no credential_source "${machine}"` };
  if (from === undefined)
    return { profile: name, why: "it has a role_arn, and neither source_profile nor credential_source" };
  const profile = profiles.get(name);
  if (from === name && profile !== undefined && hasKeys(profile)) {
    if (profile.inCredentials.has("role_arn") || !profile.inCredentials.has("aws_access_key_id"))
      return {
        profile: name,
        why: "its role_arn is in the same file as its keys; move the keys to another profile",
      };
    return { ...plainSource(name, kindOf(profile)), isHidden: true };
  }
  if (from === name || visited.includes(from))
    return { profile: name, why: `its source_profile leads back to "${from}"` };
  return follow(from, profiles, [...visited, name]);
}

function roleOf(profile: string, settings: ReadonlyMap<string, string>): Role | ProfileFault {
  const arn = settings.get("role_arn") ?? "";
  const duration = settings.get("duration_seconds");
  return {
    profile,
    arn,
    externalId: settings.get("external_id"),
    sessionName: settings.get("role_session_name"),
    // The CLI ignores one that is not a number.
    seconds: duration !== undefined && /^\d{1,6}$/.test(duration) ? Number(duration) : undefined,
    mfaSerial: settings.get("mfa_serial"),
  };
}

/** aws-vault's include_profile: settings of other profiles, where the profile has none of its own. The AWS CLI ignores it. */
function inclusions(name: string, profiles: Profiles): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  const seen = new Set<string>();
  for (let next: string | undefined = name; next !== undefined && !seen.has(next); ) {
    seen.add(next);
    const found: ReadonlyMap<string, string> = profiles.get(next)?.settings ?? new Map();
    for (const [key, value] of found)
      if (key !== "include_profile" && !settings.has(key)) settings.set(key, value);
    next = found.get("include_profile");
  }
  return settings;
}

function hasKeys({ settings }: Profile): boolean {
  return settings.has("aws_access_key_id") || settings.has("aws_secret_access_key");
}

/** Asks in the order of the CLI's providers. */
function kindOf(profile: Profile): KeyKind {
  const { settings, inCredentials } = profile;
  const has = (...keys: string[]): boolean => keys.some((key) => settings.has(key));
  if (has("web_identity_token_file", "sso_account_id", "sso_role_name")) return "sign-on";
  if (inCredentials.has("aws_access_key_id")) return ownKeys(profile);
  if (has("login_session")) return "sign-on";
  const program = settings.get("credential_process");
  if (program !== undefined) return TWINSEED.test(program) ? "twinseed" : "program";
  return has("aws_access_key_id") ? ownKeys(profile) : "unknown";
}

const TWINSEED = /twinseed(?:\.cmd|\.exe|\.c?js)?["']?\s+aws\s+credentials\s/;

function ownKeys({ settings }: Profile): KeyKind {
  const isSession =
    settings.has("aws_session_token") ||
    settings.has("aws_security_token") ||
    settings.get("aws_access_key_id")?.startsWith("ASIA");
  return isSession ? "session" : "long-term";
}
