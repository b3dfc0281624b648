/** The calls that make a session: the first one with a code, and one more for each further role of a chain. */
import { optionValue } from "../../aws/cli-options.ts";
import { type Credentials, parseCredentials } from "../../aws/credentials.ts";
import type { KeySource, Role } from "../../aws/key-source.ts";
import { type SessionPlan, USUAL_SESSION_NAME, usualRegion } from "../../aws/session-plan.ts";
import { ExitCode, UserError } from "../../base/errors.ts";
import type { Account } from "../../ledger/account.ts";
import type { Enrollment } from "../../otp/enrollment.ts";
import { type UnspentNeeds, unspentCode } from "../../spending/unspent.ts";
import { pasteable } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { type AwsCliOptions, type Call, callAws } from "./call.ts";
import { LOOP_MARK } from "./loop.ts";

export type NewSessionNeeds = Needs<"aws"> & UnspentNeeds;

export interface Limits {
  /** Seconds. */
  readonly maxWait: number;
  /** Milliseconds for the call, once there is a code. */
  readonly patience: () => number;
}

/** Seconds: a code must still be valid when the call arrives. */
const CALL_TAKES = 2;
/** Is never a file, so that the CLI does without one. */
const NO_FILE = "/dev/null";
const NO_PROFILE = { AWS_PROFILE: undefined, AWS_DEFAULT_PROFILE: undefined };

/** How to call the CLI with the keys that everything begins with. `arn` tells the partition if nothing tells the region. */
export function baseCli(
  cli: AwsCliOptions,
  { profile, isHidden, fromEnvironment, region, roles }: KeySource,
  arn: string | undefined,
  { env }: Needs<"env">,
): AwsCliOptions {
  const isSet = Boolean(
    env.AWS_REGION || env.AWS_DEFAULT_REGION || optionValue(cli.extra, "--region") !== undefined,
  );
  const isSeen = region !== undefined && roles.length === 0 && !isHidden;
  const chosen = isSet || isSeen ? undefined : (region ?? usualRegion(arn));
  return {
    ...cli,
    profile,
    extra: chosen === undefined ? cli.extra : [...cli.extra, "--region", chosen],
    env: {
      ...LOOP_MARK,
      ...(isHidden ? { AWS_CONFIG_FILE: NO_FILE } : {}),
      ...(fromEnvironment ? NO_PROFILE : {}),
    },
  };
}

/** The CLI checks the user's own options before a code depends on them. Asks no one at AWS. */
export async function checkOwnOptions(
  { roles }: SessionPlan,
  cli: AwsCliOptions,
  needs: Needs<"aws">,
): Promise<void> {
  if (cli.own.length === 0) return;
  const operation = roles.length === 0 ? "get-session-token" : "assume-role";
  const skeleton = ["--generate-cli-skeleton", "input"] as const;
  await callAws({ operation: ["sts", operation, ...skeleton], isMain: true }, cli, {}, needs);
}

export async function firstSession(
  { roles, seconds }: SessionPlan,
  account: Account,
  enrollment: Enrollment,
  serial: string,
  cli: AwsCliOptions,
  { maxWait, patience }: Limits,
  needs: NewSessionNeeds,
): Promise<Credentials> {
  const { code } = await unspentCode(account, enrollment, { maxWait, minRemaining: CALL_TAKES }, needs);
  const mfa = { SerialNumber: serial, TokenCode: code };
  const [role] = roles;
  const call: Call =
    role === undefined
      ? {
          operation: ["sts", "get-session-token"],
          input: { ...(seconds === undefined ? {} : { DurationSeconds: seconds }), ...mfa },
        }
      : { operation: ["sts", "assume-role"], input: { ...inputOf(role), ...mfa } };
  const { answer } = await callAws(
    { ...call, codes: [code], isMain: roles.length < 2 },
    { ...cli, patience: patience() },
    { serial, account: pasteable(account) },
    needs,
  );
  return credentialsIn(answer);
}

/** Assumes a role with the keys of a session. */
export async function nextSession(
  role: Role,
  isLast: boolean,
  keys: Credentials,
  cli: AwsCliOptions,
  needs: Needs<"aws">,
): Promise<Credentials> {
  const env = {
    ...LOOP_MARK,
    ...NO_PROFILE,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: keys.sessionToken,
  };
  const call: Call = { operation: ["sts", "assume-role"], input: inputOf(role), isMain: isLast };
  const { answer } = await callAws(call, { ...cli, profile: undefined, env }, {}, needs);
  return credentialsIn(answer);
}

function inputOf({ arn, externalId, sessionName, seconds }: Role): Record<string, string | number> {
  return {
    RoleArn: arn,
    RoleSessionName: sessionName ?? USUAL_SESSION_NAME,
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
    ...(seconds === undefined ? {} : { DurationSeconds: seconds }),
  };
}

function credentialsIn(answer: unknown): Credentials {
  const credentials = parseCredentials(answer);
  if (credentials !== undefined) return credentials;
  throw new UserError("AWS returned no credentials", ExitCode.unreadable);
}
