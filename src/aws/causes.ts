/** From a fault to what the user can do about it, the most likely first. Pure. */
import type { Fault } from "./fault.ts";

export interface Situation {
  /** The value of `--profile`, if there was one. */
  readonly profile?: string | undefined;
  readonly serial?: string | undefined;
  /** As it can be pasted. */
  readonly account?: string | undefined;
}

const CLOCK = "twinseed doctor --clock https://sts.amazonaws.com";
const LIST = "aws iam list-mfa-devices";

export function hintsFor(
  { kind }: Fault,
  { profile, serial, account = "ACCOUNT" }: Situation = {},
): string[] {
  const withProfile = profile === undefined ? "" : ` --profile ${profile}`;
  switch (kind) {
    case "invalid-code":
      return [
        `this computer's clock may be wrong: ${CLOCK}`,
        "another computer or person may have used the same code: each works once; wait a minute, then run this again",
        `the seed may belong to another device${serial === undefined ? "" : ` than "${serial}"`}: ${LIST}${withProfile}`,
        `AWS may be out of step with the device: twinseed aws resync ${account}${withProfile}`,
      ];
    case "wrong-serial":
      return [
        `the serial must belong to an MFA device of this user; list them with: ${LIST}${withProfile}`,
        "then pass it with: --serial ARN",
      ];
    case "session-keys":
      return [
        "AWS starts sessions with MFA for long-term keys only, and these keys already belong to a session",
        "name the profile with the long-term keys: --profile NAME",
      ];
    case "clock":
      return [`this computer's clock is wrong: ${CLOCK}`];
    case "keys-expired":
      return ["the keys of this profile have expired: renew them, or name another profile with --profile"];
    case "keys-unknown":
      return [
        `AWS does not know these keys, or not in this partition: aws sts get-caller-identity${withProfile}`,
      ];
    case "no-profile":
      return ["list the profiles with: aws configure list-profiles"];
    case "no-keys":
      return ["name a profile with --profile, or create one with: aws configure"];
    case "asks-for-code":
      return [
        "the profile has an mfa_serial, for which the AWS CLI would ask for a code",
        `twinseed reads it from the profile, too: twinseed aws session ${account}${withProfile}`,
      ];
    case "program":
      return [
        "the profile gets its keys from that program (credential_process)",
        "twinseed does not pass its TWINSEED_ variables on to it",
      ];
    case "no-region":
      return [
        `set one: aws configure set region us-east-1${withProfile}`,
        "or pass one at the end of this command: -- --region us-east-1",
      ];
    case "duration":
      return [
        "a shorter one: --duration 1h, or duration_seconds in the profile; the role's administrator sets its MaxSessionDuration",
      ];
    case "sso":
      return [`log in first: aws sso login${withProfile}`];
    case "network":
      return ["it is not known whether AWS got the request; the code counts as used"];
    case "busy":
      return ["wait a minute, then run this again"];
    case "usage":
      return ["everything after -- goes to aws unchanged"];
    default:
      return [];
  }
}
