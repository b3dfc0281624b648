/** Which sessions have to be asked for, from what a profile says and what the user says. Pure. */
import { parseDeviceArn } from "./arn.ts";
import { ROLE } from "./duration.ts";
import type { KeySource, ProfileFault, Role } from "./key-source.ts";

/** What the user gave on the command line; it goes before what the profile says. */
export interface Wishes {
  readonly roleArn: string | undefined;
  readonly externalId: string | undefined;
  readonly sessionName: string | undefined;
  readonly seconds: number | undefined;
  readonly serial: string | undefined;
}

export interface SessionPlan {
  readonly source: KeySource;
  /** In order; the first one takes the code. None: a session of the user. */
  readonly roles: readonly Role[];
  readonly seconds: number | undefined;
  /** As the profile or the user says. */
  readonly serial: string | undefined;
}

export const USUAL_SESSION_NAME = "twinseed";
/** AWS allows no more for a role that is assumed with the keys of another role. */
const CHAINED_SECONDS = 3600;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

export function isRoleArn(text: string): boolean {
  return ROLE_ARN.test(text);
}

export function isExternalId(text: string): boolean {
  return EXTERNAL_ID.test(text);
}

export function isSessionName(text: string): boolean {
  return SESSION_NAME.test(text);
}

export function planSession(source: KeySource, wishes: Wishes): SessionPlan | ProfileFault {
  const roles = chosenRoles(source.roles, wishes);
  const profiled = source.roles.at(-1)?.mfaSerial ?? source.roles[0]?.mfaSerial;
  const fault = roles.map((role, i) => roleFault(role, i)).find((one) => one !== undefined);
  if (fault !== undefined) return fault;
  return {
    source,
    roles,
    seconds: wishes.seconds,
    serial: wishes.serial ?? roles[0]?.mfaSerial ?? profiled,
  };
}

/** A role on the command line takes the place of the profile's own, and is not given what the profile says for that one. */
function chosenRoles(roles: readonly Role[], wishes: Wishes): readonly Role[] {
  const own = roles.at(-1);
  if (own === undefined && wishes.roleArn === undefined) return [];
  const isOwn = own !== undefined && (wishes.roleArn ?? own.arn) === own.arn;
  const base: Role = isOwn
    ? own
    : {
        profile: undefined,
        arn: wishes.roleArn ?? "",
        externalId: undefined,
        sessionName: undefined,
        seconds: undefined,
        mfaSerial: roles.length > 1 ? undefined : own?.mfaSerial,
      };
  const last: Role = {
    ...base,
    externalId: wishes.externalId ?? base.externalId,
    sessionName: wishes.sessionName ?? base.sessionName,
    seconds: wishes.seconds ?? base.seconds,
  };
  return [...roles.slice(0, -1), last];
}

function roleFault(role: Role, i: number): ProfileFault | undefined {
  const { profile = "", arn, externalId, sessionName, seconds, mfaSerial } = role;
  const fault = (why: string): ProfileFault => ({ profile, why });
  if (!isRoleArn(arn)) return fault("its role_arn is not the ARN of a role");
  if (externalId !== undefined && !isExternalId(externalId))
    return fault("its external_id is not one that AWS accepts");
  if (sessionName !== undefined && !isSessionName(sessionName))
    return fault("its role_session_name is not one that AWS accepts");
  if (seconds !== undefined && (seconds < ROLE.least || seconds > ROLE.most))
    return fault(`its duration_seconds is not from ${ROLE.least} to ${ROLE.most}`);
  if (i === 0) return undefined;
  if (mfaSerial !== undefined)
    return fault("it asks for an MFA code with the keys of another role, for which AWS accepts none");
  if (seconds !== undefined && seconds > CHAINED_SECONDS)
    return fault(
      `AWS gives a role that is assumed with another role's keys ${CHAINED_SECONDS} seconds at most`,
    );
  return undefined;
}

/** Whether two serials name different devices; a path in one of them does not count. */
export function areDifferentDevices(one: string, other: string): boolean {
  const [a, b] = [parseDeviceArn(one), parseDeviceArn(other)];
  if (a === undefined || b === undefined) return one !== other;
  return a.account !== b.account || a.name !== b.name;
}

const REGIONS: Readonly<Record<string, string>> = {
  aws: "us-east-1",
  "aws-cn": "cn-north-1",
  "aws-us-gov": "us-gov-west-1",
};

/** A region where every account of the ARN's partition can ask STS; undefined for partitions that we don't know. */
export function usualRegion(arn: string | undefined): string | undefined {
  return REGIONS[arn?.split(":")[1] ?? ""];
}
