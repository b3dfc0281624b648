/**
 * A session with MFA: the cached one, or a new one from AWS for one code. One process at a time asks for an account's
 * sessions; all others wait for the result. Finishes within 55 seconds, because credential_process allows one minute.
 */

import type { Caller } from "../../aws/arn.ts";
import { answerOf, type Credentials, parseCredentials } from "../../aws/credentials.ts";
import type { SessionPlan } from "../../aws/session-plan.ts";
import { ExitCode, UserError } from "../../base/errors.ts";
import { parseJson } from "../../base/untrusted-json.ts";
import type { Account } from "../../ledger/account.ts";
import type { Enrollment } from "../../otp/enrollment.ts";
import { cacheFolder, hasSession, sessionCache } from "../../seeds/session-cache.ts";
import { note, quoted } from "../../talk/say.ts";
import { seedOf } from "../../vault/open-account.ts";
import type { Needs } from "../../world.ts";
import { type AwsCliOptions, AwsFailure } from "./call.ts";
import { callerOf } from "./caller.ts";
import type { FoundKeys } from "./found-keys.ts";
import { baseCli, checkOwnOptions, firstSession, type NewSessionNeeds, nextSession } from "./new-session.ts";
import { profileSerial, saveSerial, serialOf } from "./serial.ts";

export type ObtainNeeds = Needs<"stateFolder" | "files" | "seeds"> & NewSessionNeeds;

export interface SessionRequest {
  readonly account: Account;
  readonly cli: AwsCliOptions;
  readonly keys: FoundKeys;
  readonly plan: SessionPlan;
  /** As given on the command line. */
  readonly serial: string | undefined;
  readonly renew: boolean;
}

/** Milliseconds for everything. */
const TOTAL = 50_000;
/** Milliseconds reserved for the call itself. */
const CALL = 8000;
const SHORTEST_CALL = 3000;
const GRACE = 4000;
/** Milliseconds that a cached session must still be valid. */
const LEAST_VALIDITY = 5 * 60_000;
/** Variables that decide whose keys the AWS CLI uses, and where it sends them. */
const ENVIRONMENT =
  /^AWS_(PROFILE|DEFAULT_PROFILE|ACCESS_KEY_ID|CONFIG_FILE|SHARED_CREDENTIALS_FILE|ENDPOINT_URL\w*)$/;

export async function obtainSession(request: SessionRequest, needs: ObtainNeeds): Promise<Credentials> {
  const { account, cli, renew } = request;
  const deadline = needs.clock.now() + TOTAL;
  const { alone } = await needs.aws();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> =>
    alone(cacheFolder(account.id), Math.max(0, deadline - needs.clock.now()), work);
  const hasCached = (): boolean =>
    !renew && hasSession(needs.folder, account.id, needs.clock.now() + LEAST_VALIDITY);

  // Opening the seeds can take a passphrase a second of CPU time. If many processes start at once, and there is nothing to read
  // yet, only the one that asks AWS does that now. On a terminal, it may prompt, and no other process should wait for that.
  if (cli.unattended && !hasCached()) {
    const credentials = await inTurn(async () => (hasCached() ? undefined : await openedSession()()));
    if (credentials !== undefined) return credentials;
  }
  const opened = await open();
  return cachedIn(opened) ?? (await inTurn(openedSession(opened)));

  async function open(): Promise<Enrollment> {
    await needs.seeds(cli.unattended ? "unattended" : undefined);
    return seedOf(account, needs);
  }

  function cachedIn(enrollment: Enrollment): Credentials | undefined {
    if (renew) return undefined;
    const text = cacheOf(enrollment).read(cacheKey(request, needs), needs.clock.now() + LEAST_VALIDITY);
    return text === undefined ? undefined : parseCredentials(parseJson(text));
  }

  function openedSession(known?: Enrollment): () => Promise<Credentials> {
    return async () => {
      const enrollment = known ?? (await open());
      const late = cachedIn(enrollment);
      if (late !== undefined) return late;
      const credentials = await fromAws(request, enrollment, deadline, needs);
      const text = JSON.stringify(answerOf(credentials));
      const now = needs.clock.now();
      cacheOf(enrollment).write(cacheKey(request, needs), text, credentials.expiration, now);
      return credentials;
    };
  }

  function cacheOf({ secret }: Enrollment) {
    return sessionCache(needs.folder, account.id, secret, needs.random);
  }
}

/** Everything that the credentials depend on. */
function cacheKey({ cli, keys, plan, serial }: SessionRequest, { env }: Needs<"env">): string {
  const environment = Object.entries(env).filter(([name]) => ENVIRONMENT.test(name));
  return JSON.stringify([
    [cli.profile, cli.extra, cli.own],
    [keys.profile, keys.keys, plan.roles, plan.seconds, plan.serial, serial],
    environment.sort(),
  ]);
}

async function fromAws(
  request: SessionRequest,
  enrollment: Enrollment,
  deadline: number,
  needs: ObtainNeeds,
): Promise<Credentials> {
  const { account, keys, plan, serial: given } = request;
  const patience = (): number => timeUntil(deadline - CALL, needs);
  const known = plan.serial ?? account.mfaSerial;
  const cli = baseCli(request.cli, keys, plan.roles[0]?.arn ?? known, needs);
  let caller: Promise<Caller> | undefined;
  const askOnce = (): Promise<Caller> => {
    caller ??= callerOf({ ...cli, patience: patience() }, needs);
    return caller;
  };
  const serial =
    given === undefined && plan.serial !== undefined
      ? profileSerial(account, plan.serial)
      : await serialOf(account, given, askOnce);
  // Neither a mistyped profile or option, nor a script called "aws" that can't take a code may cost one.
  if (!keys.isDescribed) await askOnce();
  await checkOwnOptions(plan, { ...cli, patience: patience() }, needs);
  await (await needs.aws()).checkHandover(patience());
  let credentials = await withSecondTry(() => {
    const left = deadline - CALL - needs.clock.now();
    if (left < 0) throw tooLate(account);
    const limits = { maxWait: Math.floor(left / 1000), patience: () => timeUntil(deadline + GRACE, needs) };
    return firstSession(plan, account, enrollment, serial, cli, limits, needs);
  }, needs);
  await saveSerial(account, serial, needs);
  for (const role of plan.roles.slice(1)) {
    const call = { ...cli, patience: timeUntil(deadline + GRACE, needs) };
    credentials = await nextSession(role, role === plan.roles.at(-1), credentials, call, needs);
  }
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
    try {
      return await attempt();
    } catch (second) {
      // There is no time for another code, so the first error stands.
      throw second instanceof UserError && second.exitCode === ExitCode.noUnspentCode ? first : second;
    }
  }
}

/** A call that is stopped halfway would lose its code, and the answer that all others are waiting for. */
function tooLate({ name }: Account): UserError {
  return new UserError(
    `no time is left to ask AWS for a session of ${quoted(name)}: this took almost ${TOTAL / 1000} seconds`,
    ExitCode.noUnspentCode,
    [
      "another twinseed may have been at it, or this computer is very busy; run this again",
      "no code was used",
    ],
  );
}

/** Milliseconds, in whole seconds; always enough for a call. */
function timeUntil(time: number, needs: Needs<"clock">): number {
  return Math.max(SHORTEST_CALL, Math.floor((time - needs.clock.now()) / 1000) * 1000);
}
