/** `aws session` and `aws credentials`: temporary credentials on stdout. */

import { formatCredentials, timeOf } from "../../aws/credentials.ts";
import { parseDuration, type Range, ROLE, SESSION, USUAL_SESSION } from "../../aws/duration.ts";
import { usageError } from "../../base/errors.ts";
import { findAccount } from "../../ledger/find.ts";
import { note, quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { awsCliOptions } from "./call.ts";
import { requireNoLoop } from "./loop.ts";
import { type ObtainNeeds, obtainSession, type SessionRequest } from "./obtain.ts";
import { requireAwsCodes } from "./serial.ts";

type SessionNeeds = Needs<"stdout"> & ObtainNeeds;

export interface CredentialsOptions {
  profile?: string;
  duration?: string;
  roleArn?: string;
  serial?: string;
}

export interface SessionOptions extends CredentialsOptions {
  renew?: boolean;
  format: string;
}

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;

export async function session(
  query: string,
  extra: readonly string[],
  options: SessionOptions,
  needs: SessionNeeds,
): Promise<void> {
  const { format } = options;
  if (format !== "export" && format !== "powershell" && format !== "json")
    throw usageError("--format must be export, powershell or json");
  const request = await requestFor(query, extra, options, needs);
  const credentials = await obtainSession({ ...request, renew: options.renew ?? false }, needs);
  needs.stdout.write(formatCredentials(credentials, format));
  note(needs, `session of ${quoted(request.account.name)} until ${timeOf(credentials)}`);
}

/** Prints nothing on stderr but errors: the program that calls it may log stderr. */
export async function credentials(
  query: string,
  extra: readonly string[],
  options: CredentialsOptions,
  needs: SessionNeeds,
): Promise<void> {
  const request = await requestFor(query, extra, options, needs);
  const cli = { ...request.cli, unattended: true };
  needs.stdout.write(formatCredentials(await obtainSession({ ...request, cli }, needs), "process"));
}

async function requestFor(
  query: string,
  extra: readonly string[],
  options: CredentialsOptions,
  needs: Needs<"env" | "ledger">,
): Promise<SessionRequest> {
  requireNoLoop(needs);
  const { roleArn, duration, serial } = options;
  const cli = awsCliOptions(options, extra);
  requireRole(roleArn);
  const seconds = secondsOf(duration, roleArn);
  const account = await findAccount(needs.ledger.accounts(), query);
  requireAwsCodes(account);
  return { account, cli, roleArn, seconds, serial, renew: false };
}

export function requireRole(roleArn: string | undefined): void {
  if (roleArn === undefined || ROLE_ARN.test(roleArn)) return;
  throw usageError("--role-arn needs the ARN of a role, such as arn:aws:iam::123456789012:role/NAME");
}

export function secondsOf(duration: string | undefined, roleArn: string | undefined): number | undefined {
  if (duration === undefined) return roleArn === undefined ? USUAL_SESSION : undefined;
  const { least, most }: Range = roleArn === undefined ? SESSION : ROLE;
  const seconds = parseDuration(duration);
  if (seconds !== undefined && seconds >= least && seconds <= most) return seconds;
  const what = roleArn === undefined ? "a session" : "a role";
  throw usageError(
    `--duration for ${what} must be from ${least / 60}m to ${most / 3600}h, such as 8h, 90m or 900s`,
  );
}
