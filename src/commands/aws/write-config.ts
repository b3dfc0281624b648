/** `aws config`: lines for the AWS config file that make other tools call twinseed. */

import {
  formatSection,
  profileNameFault,
  quotedArgument,
  type Section,
  withSection,
} from "../../aws/aws-config-file.ts";
import { usageError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { Account } from "../../ledger/account.ts";
import { findAccount } from "../../ledger/find.ts";
import { note, pasteableName, quoted, warn } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { awsCliOptions } from "./call.ts";
import { callerOf } from "./caller.ts";
import { type ConfigFileNeeds, conflictError, readConfigFile, writeConfigFile } from "./edit-config.ts";
import { keysOf, readProfiles, requireMfaKeys } from "./found-keys.ts";
import { requireAwsCodes, saveSerial, serialOf } from "./serial.ts";
import { requireRoleFor, requireRoleOptions, secondsOf } from "./session.ts";
import { type RoleNeeds, suggestRoles, turnRoles, turnRolesBack } from "./turn-roles.ts";

type WriteConfigNeeds = Needs<"env" | "ledger" | "mac"> & ConfigFileNeeds & RoleNeeds;

export interface ConfigOptions {
  profile: string;
  as?: string;
  duration?: string;
  roleArn?: string;
  externalId?: string;
  roleSessionName?: string;
  serial?: string;
  mfaProcess?: boolean;
  roles?: boolean;
  undoRoles?: boolean;
  windows?: boolean;
  write?: boolean;
  yes?: boolean;
}

/** A profile with one of these already gets its credentials from somewhere else. */
const SOURCES = ["role_arn", "source_profile", "credential_source", "aws_access_key_id"];
const SIGN_ON = [
  "sso_start_url",
  "sso_session",
  "sso_account_id",
  "web_identity_token_file",
  "login_session",
];

export async function config(
  query: string,
  extra: readonly string[],
  options: ConfigOptions,
  needs: WriteConfigNeeds,
): Promise<void> {
  const cli = awsCliOptions(options, extra);
  const { profile, as = `${profile}-mfa`, write = false, serial: given } = options;
  requireSensible(options, as);
  const account = await findAccount(needs.ledger.accounts(), query, needs.ledger);
  requireAwsCodes(account);
  if (options.undoRoles) return turnRolesBack(as, options, needs);

  const isKnown = (await readProfiles(needs))?.has(profile) ?? true;
  if (!isKnown)
    warn(needs, `the AWS CLI has no profile ${quoted(profile)} yet; see: aws configure list-profiles`);
  else requireMfaKeys(await keysOf({ ...cli, profile }, needs), pasteableName(profile, "PROFILE"));
  const askSerial = () => serialOf(account, given, () => callerOf(cli, needs));
  if (given !== undefined) await saveSerial(account, await askSerial(), needs);
  const program = await programWords(options, needs);
  const forTools = credentialProcess(account, as, extra, options, program);
  if (options.roles)
    return turnRoles({ from: profile, to: as, serial: given ?? account.mfaSerial }, forTools, options, needs);
  const sections: Section[] = options.mfaProcess ? [] : [forTools];
  if (options.mfaProcess || !write) sections.push(mfaProcess(account, await askSerial(), options, program));
  if (!write) return needs.stdout.write(sections.map((section) => formatSection(section)).join("\n"));
  for (const section of sections) await add(section, needs);
  if (!options.mfaProcess)
    await suggestRoles({ from: profile, to: as, serial: account.mfaSerial }, query, needs);
}

function requireSensible(options: ConfigOptions, as: string): void {
  const { profile, roleArn, duration, externalId, roleSessionName: sessionName } = options;
  requireRoleOptions(options);
  requireRoleFor({ externalId, sessionName }, roleArn !== undefined);
  secondsOf(duration, roleArn !== undefined);
  for (const name of [profile, as]) {
    const fault = profileNameFault(name);
    if (fault !== undefined)
      throw usageError(`${quoted(name)} can't be used as a profile name in these lines: ${fault}`);
  }
  if (profile === as) throw usageError("--as must differ from --profile, which keeps the long-term keys");
  if (options.roles && (roleArn !== undefined || options.mfaProcess))
    throw usageError(
      "--roles is for role profiles that exist, so it can't be used with --role-arn or --mfa-process",
    );
}

function credentialProcess(
  account: Account,
  as: string,
  extra: readonly string[],
  { profile, duration, roleArn, externalId, roleSessionName }: ConfigOptions,
  program: readonly string[],
): Section {
  const words = ["aws", "credentials", account.id, "--profile", profile];
  const settings = {
    duration,
    "role-arn": roleArn,
    "external-id": externalId,
    "role-session-name": roleSessionName,
  };
  for (const [name, value] of Object.entries(settings))
    if (value !== undefined) words.push(`--${name}`, value);
  if (extra.length > 0) words.push("--", ...extra);
  return {
    profile: as,
    lines: [["credential_process", line(program, words)]],
    rivals: [...SOURCES, ...SIGN_ON],
  };
}

/** aws-vault reads both from the profile with the keys. */
function mfaProcess(
  account: Account,
  serial: string,
  options: ConfigOptions,
  program: readonly string[],
): Section {
  const words = ["code", account.id, "--once"];
  return {
    profile: options.profile,
    lines: [
      ["mfa_serial", serial],
      ["mfa_process", line(program, words)],
    ],
    rivals: [],
  };
}

/**
 * What starts this program. On Windows, npm installs twinseed.cmd, which is not found without its extension. On macOS, apps and
 * launchd have neither Node nor twinseed on their PATH.
 */
async function programWords(
  { windows }: { windows?: boolean },
  needs: Needs<"env" | "mac">,
): Promise<readonly string[]> {
  if (windows ?? needs.env.OS === "Windows_NT") return ["twinseed.cmd"];
  const absolute = (await needs.mac?.startWords()) ?? [];
  const isSafe = absolute.length > 0 && absolute.every((word) => quotedArgument(word) !== undefined);
  return isSafe ? absolute : ["twinseed"];
}

/** Has the account's id, because another account may take over its name. */
function line(program: readonly string[], words: readonly string[]): string {
  const parts = [...program, ...words].map((word) => {
    const part = quotedArgument(word);
    if (part !== undefined) return part;
    throw usageError(`${quoted(word)} can't be written so that sh and Windows read it the same way`);
  });
  return parts.join(" ");
}

async function add(wanted: Section, needs: ConfigFileNeeds): Promise<void> {
  const file = await readConfigFile(needs);
  const change = withSection(file.text, wanted);
  const where = `profile ${quoted(wanted.profile)} in "${printable(file.path, 300)}"`;
  if (change.kind === "conflict") throw conflictError(where, change.key, wanted);
  if (change.kind === "same") return note(needs, `${where} already has these lines`);
  await writeConfigFile(file, change.text, needs);
  note(needs, `added to ${where}: ${wanted.lines.map(([key]) => key).join(", ")}`);
  if (wanted.rivals.length > 0)
    note(needs, `hint: try it with: aws sts get-caller-identity --profile ${pasteableName(wanted.profile)}`);
}
