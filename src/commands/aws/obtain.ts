/**
 * A session with MFA: the cached one, or a new one from AWS for one code. One process at a time asks for an account's
 * sessions; all others wait for the result. Finishes within 55 seconds, because credential_process allows one minute.
 */

import type { Caller } from "../../aws/arn.ts";
import { hintsFor } from "../../aws/causes.ts";
import { answerOf, type Credentials, parseCredentials } from "../../aws/credentials.ts";
import { ExitCode, UserError } from "../../base/errors.ts";
import { parseJson } from "../../base/untrusted-json.ts";
import type { Account } from "../../ledger/account.ts";
import type { Enrollment } from "../../otp/enrollment.ts";
import { cacheFolder, sessionCache } from "../../seeds/session-cache.ts";
import { type UnspentNeeds, unspentCode } from "../../spending/unspent.ts";
import { note, pasteable } from "../../talk/say.ts";
import { seedOf } from "../../vault/open-account.ts";
import type { Needs } from "../../world.ts";
import { type AwsCliOptions, AwsFailure, callAws } from "./call.ts";
import { callerOf } from "./caller.ts";
import { LOOP_MARK } from "./loop.ts";
import { hasSessionKeys, isDescribed } from "./profile.ts";
import { saveSerial, serialOf } from "./serial.ts";

export type ObtainNeeds = Needs<"stateFolder" | "files" | "aws" | "seeds"> & UnspentNeeds;

export interface SessionRequest {
  readonly account: Account;
  readonly cli: AwsCliOptions;
  readonly roleArn: string | undefined;
  /** undefined: the default of the role. */
  readonly seconds: number | undefined;
  readonly serial: string | undefined;
  readonly renew: boolean;
}

/** Milliseconds for everything. */
const TOTAL = 50_000;
/** Milliseconds reserved for the call itself. */
const CALL = 8000;
const SHORTEST_CALL = 3000;
const GRACE = 4000;
/** Seconds: a code must still be valid when the call arrives. */
const CALL_TAKES = 2;
/** Milliseconds that a cached session must still be valid. */
const LEAST_VALIDITY = 5 * 60_000;
/** Variables that decide whose keys the AWS CLI uses, and where it sends them. */
const ENVIRONMENT =
  /^AWS_(PROFILE|DEFAULT_PROFILE|ACCESS_KEY_ID|CONFIG_FILE|SHARED_CREDENTIALS_FILE|ENDPOINT_URL\w*)$/;

export async function obtainSession(request: SessionRequest, needs: ObtainNeeds): Promise<Credentials> {
  const { account, cli, roleArn, seconds, renew } = request;
  const deadline = needs.clock.now() + TOTAL;
  await needs.seeds(cli.unattended ? "unattended" : undefined);
  const enrollment = await seedOf(account, needs);
  const cache = sessionCache(needs.folder, account.id, enrollment.secret, needs.random);
  const environment = Object.entries(needs.env).filter(([name]) => ENVIRONMENT.test(name));
  const cacheKey = JSON.stringify([
    cli.profile,
    cli.extra,
    roleArn,
    seconds,
    request.serial,
    environment.sort(),
  ]);

  function cached(): Credentials | undefined {
    if (renew) return undefined;
    const text = cache.read(cacheKey, needs.clock.now() + LEAST_VALIDITY);
    return text === undefined ? undefined : parseCredentials(parseJson(text));
  }

  const early = cached();
  if (early !== undefined) return early;
  const { alone } = await needs.aws();
  return alone(cacheFolder(account.id), deadline - needs.clock.now(), async () => {
    const late = cached();
    if (late !== undefined) return late;
    const credentials = await fromAws(request, enrollment, deadline, needs);
    cache.write(cacheKey, JSON.stringify(answerOf(credentials)), credentials.expiration, needs.clock.now());
    return credentials;
  });
}

async function fromAws(
  request: SessionRequest,
  enrollment: Enrollment,
  deadline: number,
  needs: ObtainNeeds,
): Promise<Credentials> {
  const { account } = request;
  if (request.roleArn === undefined && hasSessionKeys(request.cli, needs))
    throw sessionKeysError(request.cli);
  const cli = { ...request.cli, env: LOOP_MARK };
  let caller: Promise<Caller> | undefined;
  const askOnce = (): Promise<Caller> => {
    caller ??= callerOf({ ...cli, patience: timeUntil(deadline - CALL, needs) }, needs);
    return caller;
  };
  const serial = await serialOf(account, request.serial, askOnce);
  // Neither a mistyped profile nor a script called "aws" that can't take a code may cost one.
  if (!(await isDescribed(cli, needs))) await askOnce();
  await (await needs.aws()).checkHandover(timeUntil(deadline - CALL, needs));
  const credentials = await withSecondTry(
    () => attempt({ ...request, cli }, serial, enrollment, deadline, needs),
    needs,
  );
  await saveSerial(account, serial, needs);
  return credentials;
}

/**
 * If AWS rejects a code, someone else may have used it; the next code will tell. More tries would not lock anyone out at AWS,
 * but would not help either. Errors of any other kind say nothing about the code, so they are not retried.
 */
async function withSecondTry<T>(attempt: () => Promise<T>, needs: Needs<"stderr">): Promise<T> {
  try {
    return await attempt();
  } catch (first) {
    if (!(first instanceof AwsFailure) || first.fault.kind !== "invalid-code") throw first;
    note(needs, "AWS rejected the code; trying the next one");
    return await attempt().catch((second) => {
      // There is no time for another code, so the first error stands.
      throw second instanceof UserError && second.exitCode === ExitCode.noUnspentCode ? first : second;
    });
  }
}

async function attempt(
  { account, cli, roleArn, seconds }: SessionRequest,
  serial: string,
  enrollment: Enrollment,
  deadline: number,
  needs: ObtainNeeds,
): Promise<Credentials> {
  const maxWait = Math.max(0, Math.floor((deadline - CALL - needs.clock.now()) / 1000));
  const { code } = await unspentCode(account, enrollment, { maxWait, minRemaining: CALL_TAKES }, needs);
  const mfa = { SerialNumber: serial, TokenCode: code };
  const duration = seconds === undefined ? {} : { DurationSeconds: seconds };
  const role = roleArn === undefined ? {} : { RoleArn: roleArn, RoleSessionName: "twinseed" };
  const { answer } = await callAws(
    {
      operation: ["sts", roleArn === undefined ? "get-session-token" : "assume-role"],
      input: { ...role, ...duration, ...mfa },
      codes: [code],
    },
    { ...cli, patience: timeUntil(deadline + GRACE, needs) },
    { serial, account: pasteable(account) },
    needs,
  );
  const credentials = parseCredentials(answer);
  if (credentials !== undefined) return credentials;
  throw new UserError("AWS returned no credentials", ExitCode.unreadable);
}

/** AWS would refuse these keys too, but only after a code is spent. */
function sessionKeysError({ profile }: AwsCliOptions): UserError {
  const fault = { kind: "session-keys", code: "", message: "" } as const;
  return new UserError(
    "the keys in the environment (AWS_ACCESS_KEY_ID) belong to a session",
    ExitCode.failed,
    hintsFor(fault, { profile }),
  );
}

/** Milliseconds, in whole seconds; always enough for a call. */
function timeUntil(time: number, needs: Needs<"clock">): number {
  return Math.max(SHORTEST_CALL, Math.floor((time - needs.clock.now()) / 1000) * 1000);
}
