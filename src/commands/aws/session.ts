/** `aws session` and `aws credentials`: temporary credentials on stdout. */

import { formatCredentials, timeOf } from "../../aws/credentials.ts";
import { parseDuration, type Range, ROLE, SESSION, USUAL_SESSION } from "../../aws/duration.ts";
import { isExternalId, isRoleArn, isSessionName, planSession } from "../../aws/session-plan.ts";
import { usageError } from "../../base/errors.ts";
import { findAccount } from "../../ledger/find.ts";
import { note, pasteableName, quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { awsCliOptions } from "./call.ts";
import { faultError, keysOf, requireMfaKeys } from "./found-keys.ts";
import { requireNoLoop } from "./loop.ts";
import { type ObtainNeeds, obtainSession, type SessionRequest } from "./obtain.ts";
import { requireAwsCodes } from "./serial.ts";

type SessionNeeds = Needs<"stdout"> & ObtainNeeds;

export interface CredentialsOptions {
  profile?: string;
  duration?: string;
  roleArn?: string;
  externalId?: string;
  roleSessionName?: string;
  serial?: string;
}

export interface SessionOptions extends CredentialsOptions {
  renew?: boolean;
  format: string;
}

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
  needs: Needs<"env" | "files" | "aws" | "ledger">,
): Promise<SessionRequest> {
  requireNoLoop(needs);
  const { roleArn, duration, serial, externalId, roleSessionName: sessionName } = options;
  const cli = awsCliOptions(options, extra);
  requireRoleOptions(options);
  secondsOf(duration, roleArn !== undefined);
  const account = await findAccount(needs.ledger.accounts(), query, needs.ledger);
  requireAwsCodes(account);
  const keys = await keysOf(cli, needs);
  const isRole = roleArn !== undefined || keys.roles.length > 0;
  requireRoleFor({ externalId, sessionName }, isRole);
  const seconds = secondsOf(duration, isRole);
  const plan = planSession(keys, { roleArn, externalId, sessionName, seconds, serial });
  if ("why" in plan) throw faultError(plan);
  requireMfaKeys(
    { ...keys, roles: plan.roles },
    cli.profile === undefined ? undefined : pasteableName(cli.profile, "PROFILE"),
  );
  return { account, cli, keys, plan, serial, renew: false };
}

/** Throws UserError unless AWS would accept the options. */
export function requireRoleOptions({ roleArn, externalId, roleSessionName }: CredentialsOptions): void {
  if (roleArn !== undefined && !isRoleArn(roleArn))
    throw usageError("--role-arn needs the ARN of a role, such as arn:aws:iam::123456789012:role/NAME");
  if (externalId !== undefined && !isExternalId(externalId))
    throw usageError("--external-id must have 2 to 1224 letters, digits and _+=,.@:/-");
  if (roleSessionName !== undefined && !isSessionName(roleSessionName))
    throw usageError("--role-session-name must have 2 to 64 letters, digits and _+=,.@-");
}

export function requireRoleFor(
  { externalId, sessionName }: { externalId: string | undefined; sessionName: string | undefined },
  isRole: boolean,
): void {
  if (isRole || (externalId ?? sessionName) === undefined) return;
  const option = externalId === undefined ? "--role-session-name" : "--external-id";
  throw usageError(`${option} is for a role`, "name the role with --role-arn, or its profile with --profile");
}

export function secondsOf(duration: string | undefined, isRole: boolean): number | undefined {
  if (duration === undefined) return isRole ? undefined : USUAL_SESSION;
  const { least, most }: Range = isRole ? ROLE : SESSION;
  const seconds = parseDuration(duration);
  if (seconds !== undefined && seconds >= least && seconds <= most) return seconds;
  const what = isRole ? "a role" : "a session";
  throw usageError(
    `--duration for ${what} must be from ${least / 60}m to ${most / 3600}h, such as 8h, 90m or 900s`,
  );
}
