/**
 * A session with MFA: the kept one, or a new one from AWS for one code. One process at a time asks for an account's
 * sessions, all others wait for what it gets. Over within 55 seconds, as credential_process allows one minute.
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
import { AwsFailure, type AwsUser, callAws } from "./call.ts";
import { callerOf } from "./caller.ts";
import { LOOP_MARK } from "./loop.ts";
import { hasSessionKeys, isDescribed } from "./profile.ts";
import { keepSerial, serialOf } from "./serial.ts";

export type ObtainNeeds = Needs<"computer" | "files" | "aws" | "seeds"> & UnspentNeeds;

export interface Wish {
  readonly account: Account;
  readonly who: AwsUser;
  readonly roleArn: string | undefined;
  /** undefined: as long as the role usually gives. */
  readonly seconds: number | undefined;
  readonly serial: string | undefined;
  readonly renew: boolean;
}

/** Milliseconds. */
const ALL = 50_000;
/** Kept back for the call itself. */
const CALL = 8000;
const SHORTEST_CALL = 3000;
const GRACE = 4000;
/** Seconds. */
const CALL_TAKES = 2;
const LEFT_AT_LEAST = 5 * 60_000;
/** What decides whose keys the AWS CLI uses, and where it sends them. */
const ENVIRONMENT =
  /^AWS_(PROFILE|DEFAULT_PROFILE|ACCESS_KEY_ID|CONFIG_FILE|SHARED_CREDENTIALS_FILE|ENDPOINT_URL\w*)$/;

export async function obtainSession(wish: Wish, needs: ObtainNeeds): Promise<Credentials> {
  const { account, who, roleArn, seconds, renew } = wish;
  const deadline = needs.clock.now() + ALL;
  await needs.seeds(who.unattended ? "unattended" : undefined);
  const enrollment = await seedOf(account, needs);
  const cache = sessionCache(needs.folder, account.id, enrollment.secret, needs.random);
  const environment = Object.entries(needs.env).filter(([name]) => ENVIRONMENT.test(name));
  const request = JSON.stringify([who.profile, who.extra, roleArn, seconds, wish.serial, environment.sort()]);

  function kept(): Credentials | undefined {
    if (renew) return undefined;
    const text = cache.read(request, needs.clock.now() + LEFT_AT_LEAST);
    return text === undefined ? undefined : parseCredentials(parseJson(text));
  }

  const early = kept();
  if (early !== undefined) return early;
  const { alone } = await needs.aws();
  return alone(cacheFolder(account.id), deadline - needs.clock.now(), async () => {
    const late = kept();
    if (late !== undefined) return late;
    const credentials = await fromAws(wish, enrollment, deadline, needs);
    cache.write(request, JSON.stringify(answerOf(credentials)), credentials.expiration, needs.clock.now());
    return credentials;
  });
}

async function fromAws(
  wish: Wish,
  enrollment: Enrollment,
  deadline: number,
  needs: ObtainNeeds,
): Promise<Credentials> {
  const { account } = wish;
  if (wish.roleArn === undefined && hasSessionKeys(wish.who, needs)) throw sessionKeys(wish.who);
  const who = { ...wish.who, env: LOOP_MARK };
  let caller: Promise<Caller> | undefined;
  const askOnce = (): Promise<Caller> => {
    caller ??= callerOf({ ...who, patience: timeUntil(deadline - CALL, needs) }, needs);
    return caller;
  };
  const serial = await serialOf(account, wish.serial, askOnce);
  // A mistyped profile must not cost a code.
  if (!(await isDescribed(who, needs))) await askOnce();
  const credentials = await withSecondTry(
    () => attempt({ ...wish, who }, serial, enrollment, deadline, needs),
    needs,
  );
  await keepSerial(account, serial, needs);
  return credentials;
}

/**
 * A code that AWS does not take may have been used by somebody else: the next one tells. More would lock nobody out at
 * AWS, and help nobody either. Errors of any other kind say nothing about the code.
 */
async function withSecondTry<T>(attempt: () => Promise<T>, needs: Needs<"stderr">): Promise<T> {
  try {
    return await attempt();
  } catch (first) {
    if (!(first instanceof AwsFailure) || first.fault.kind !== "invalid-code") throw first;
    note(needs, "AWS did not take the code; trying the next one");
    return await attempt().catch((second) => {
      // No time for another code: the first answer counts.
      throw second instanceof UserError && second.exitCode === ExitCode.noUnspentCode ? first : second;
    });
  }
}

async function attempt(
  { account, who, roleArn, seconds }: Wish,
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
    { ...who, patience: timeUntil(deadline + GRACE, needs) },
    { serial, account: pasteable(account) },
    needs,
  );
  const credentials = parseCredentials(answer);
  if (credentials !== undefined) return credentials;
  throw new UserError("AWS gave no credentials", ExitCode.unreadable);
}

/** Refused here, as AWS would refuse it, but before a code is spent. */
function sessionKeys({ profile }: AwsUser): UserError {
  const fault = { kind: "session-keys", code: "", message: "" } as const;
  return new UserError(
    "the keys in the environment (AWS_ACCESS_KEY_ID) are of a session",
    ExitCode.failed,
    hintsFor(fault, { profile }),
  );
}

/** Milliseconds, whole seconds; enough for a call in any case. */
function timeUntil(time: number, needs: Needs<"clock">): number {
  return Math.max(SHORTEST_CALL, Math.floor((time - needs.clock.now()) / 1000) * 1000);
}
