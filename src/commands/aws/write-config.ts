/** `aws config`: lines for the AWS config file that make other tools call twinseed. */

import {
  formatSection,
  isProfileName,
  quotedArgument,
  type Section,
  withSection,
} from "../../aws/aws-config-file.ts";
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { TEXT_LIMITS } from "../../base/limits.ts";
import { printable } from "../../base/printable.ts";
import type { Account } from "../../ledger/account.ts";
import { findAccount } from "../../ledger/find.ts";
import { note, pasteableName, quoted, warn } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { awsCliOptions } from "./call.ts";
import { callerOf } from "./caller.ts";
import { isInFiles } from "./profile.ts";
import { requireAwsCodes, saveSerial, serialOf } from "./serial.ts";
import { requireRole, secondsOf } from "./session.ts";

type WriteConfigNeeds = Needs<"stdout" | "stderr" | "env" | "files" | "aws" | "ledger" | "mac">;

export interface ConfigOptions {
  profile: string;
  as?: string;
  duration?: string;
  roleArn?: string;
  serial?: string;
  mfaProcess?: boolean;
  windows?: boolean;
  write?: boolean;
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
  const { profile, as = `${profile}-mfa`, roleArn, duration, write = false } = options;
  requireRole(roleArn);
  secondsOf(duration, roleArn);
  for (const name of [profile, as])
    if (!isProfileName(name))
      throw usageError(`${quoted(name)} can't be used as a profile name in these lines`);
  if (profile === as) throw usageError("--as must differ from --profile, which keeps the long-term keys");
  const account = await findAccount(needs.ledger.accounts(), query);
  requireAwsCodes(account);

  if (!(await isInFiles(profile, needs)))
    warn(needs, `the AWS CLI has no profile ${quoted(profile)} yet; see: aws configure list-profiles`);
  const sections: Section[] = [];
  const program = await programWords(options, needs);
  if (!options.mfaProcess) sections.push(credentialProcess(account, as, extra, options, program));
  if (options.mfaProcess || !write) {
    const serial = await serialOf(account, options.serial, () => callerOf(cli, needs));
    if (options.serial !== undefined) await saveSerial(account, serial, needs);
    sections.push(mfaProcess(account, serial, options, program));
  } else if (options.serial !== undefined) {
    await saveSerial(account, await serialOf(account, options.serial, () => callerOf(cli, needs)), needs);
  }
  if (write) for (const section of sections) await add(section, needs);
  else needs.stdout.write(sections.map((section) => formatSection(section)).join("\n"));
}

function credentialProcess(
  account: Account,
  as: string,
  extra: readonly string[],
  { profile, duration, roleArn }: ConfigOptions,
  program: readonly string[],
): Section {
  const words = ["aws", "credentials", account.id, "--profile", profile];
  if (duration !== undefined) words.push("--duration", duration);
  if (roleArn !== undefined) words.push("--role-arn", roleArn);
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

async function add(wanted: Section, needs: Needs<"stderr" | "files" | "aws">): Promise<void> {
  const path = (await needs.aws()).configPath();
  const exists = (await needs.files.kind(path)) !== "missing";
  const text = exists ? decoded(await needs.files.read(path, TEXT_LIMITS.bytes), path) : "";
  const change = withSection(text, wanted);
  const where = `profile ${quoted(wanted.profile)} in "${printable(path, 300)}"`;
  if (change.kind === "conflict") {
    throw new UserError(
      `${where} already has its own ${change.key} line; nothing was changed`,
      ExitCode.failed,
      [
        wanted.rivals.length > 0
          ? "choose another name for the new profile: --as NAME"
          : "if that line is wrong, change it by hand",
        "to print the lines instead, run the same command without --write",
      ],
    );
  }
  if (change.kind === "same") return note(needs, `${where} already has these lines`);
  await needs.files.write(path, change.text, { replace: exists });
  note(needs, `added to ${where}: ${wanted.lines.map(([key]) => key).join(", ")}`);
  if (wanted.rivals.length > 0)
    note(needs, `hint: try it with: aws sts get-caller-identity --profile ${pasteableName(wanted.profile)}`);
}

/** Throws UserError for bytes that are not UTF-8: they would not come out as they went in. */
function decoded(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UserError(`"${printable(path, 300)}" is not UTF-8; nothing was changed`, ExitCode.unreadable);
  }
}
